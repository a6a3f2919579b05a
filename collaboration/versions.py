"""Nobody overwrites what they have not seen: each change names the row version it saw (F46)."""

from typing import Any


class Stale(Exception):
    """Somebody changed the row since it was read; `row` is how it stands now."""

    def __init__(self, row: Any) -> None:
        super().__init__(row.number)
        self.row = row
