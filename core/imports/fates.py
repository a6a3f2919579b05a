"""What would become of each row: what the dry run shows, and exactly what the import then does."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from django.utils.translation import pgettext_lazy

Progress = Callable[[int, int], None]


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


LABELS: dict[str, Any] = {
    Fate.REFUSED: pgettext_lazy("fate", "Refused"),
    Fate.NEW: pgettext_lazy("fate", "New"),
    Fate.CHANGED: pgettext_lazy("fate", "Changed"),
    Fate.UNCHANGED: pgettext_lazy("fate", "Unchanged"),
}
TONES = {Fate.REFUSED: "danger", Fate.NEW: "ok", Fate.CHANGED: "info", Fate.UNCHANGED: "idle"}


@dataclass(slots=True)
class RowFate:
    """The fate of one row, in words of the person's language. `line` is the row's number in the file."""

    line: int
    fate: str
    #: what the row is about, such as “3-1-1502 · 张伟”
    title: str
    #: what is new about it, such as “unit and resident”
    note: str = ""
    #: (column, before, after)
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    #: (column, reason); the column is "" when the row as a whole is meant
    problems: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Fates:
    """The fates of a file's rows, gathered by an importer's plan."""

    rows: list[RowFate] = field(default_factory=list)

    def refuse(self, line: int, title: str, problems: list[tuple[str, str]]) -> None:
        """A row that cannot be taken; `problems` are (column, reason)."""
        self.rows.append(RowFate(line, Fate.REFUSED, title, problems=problems))

    def new(
        self, line: int, title: str, note: Any = "", changes: Sequence[tuple[str, str, str]] = ()
    ) -> None:
        """A row that makes something, and perhaps changes something else that is there."""
        self.rows.append(RowFate(line, Fate.NEW, title, note=str(note), changes=list(changes)))

    def kept(self, line: int, title: str, changes: list[tuple[str, str, str]]) -> None:
        """A row about what is there already; without changes it has no effect."""
        fate = Fate.CHANGED if changes else Fate.UNCHANGED
        self.rows.append(RowFate(line, fate, title, changes=changes))

    def counts(self) -> dict[str, int]:
        """How many rows of each fate."""
        found = Counter(row.fate for row in self.rows)
        return {fate.value: found.get(fate.value, 0) for fate in Fate}

    def as_json(self) -> list[dict[str, Any]]:
        """In the order of the file."""
        return [asdict(row) for row in sorted(self.rows, key=lambda row: row.line)]

    def digest(self) -> str:
        """SHA-256 of all of it: two checks of a file agree exactly when this does."""
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()


class Plan(Protocol):
    """An importer's answer to a file: the fates, and the writing that brings them about."""

    fates: Fates

    def write(self, progress: Progress) -> None:
        """Write every row inside the caller's transaction; `progress(done, total)` may be called often."""
