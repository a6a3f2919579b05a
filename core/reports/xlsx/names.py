"""Names of worksheets: what Excel allows, each once."""

import re

from core.reports.text import REPLACEMENT, clean_text

#: Characters of a worksheet's name that Excel takes.
LONGEST = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\n\t]")
#: Excel keeps this name to itself.
_RESERVED = "history"


class SheetNames:
    """Hands out worksheet names that are valid and differ, whatever their case."""

    def __init__(self) -> None:
        self._taken: set[str] = {_RESERVED}

    def take(self, wanted: object) -> str:
        """A valid name as near to ``wanted`` as may be."""
        base = _FORBIDDEN.sub(" ", clean_text(wanted)).replace(REPLACEMENT, " ").strip("' ") or "Sheet"
        name, number = _cut(base, ""), 1
        while name.casefold() in self._taken:
            number += 1
            name = _cut(base, f" ({number})")
        self._taken.add(name.casefold())
        return name


def _cut(base: str, ending: str) -> str:
    """``base`` + ``ending`` within the limit, counted as Excel does in UTF-16 units."""
    room = LONGEST - len(ending)
    kept = base.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore")
    return kept.strip("' ") + ending
