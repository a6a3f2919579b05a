"""How wide the columns of a printed or shown table want to be, told from what stands in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from .definition import Column, Sheet
from .text import clean_text, display_width

#: Space between the text of neighbouring cells, and the least and most a column asks for.
PADDING, LEAST, MOST = 3, 4, 46
#: A text column up to this wide keeps its width on paper.
SHORT = 22
#: Classes .w1 … .w5 give a text column its least width on screen, in steps of so many characters.
STEP = 8


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's label and its width in half-width characters. ``fixed``: its cells do not wrap."""

    label: str
    numeric: bool
    natural: int
    fixed: bool

    @property
    def css(self) -> str:
        """Its class on screen: "num" to the right, or the least width of a text."""
        if self.numeric:
            return "num"
        return "" if self.fixed else f"w{-(-min(self.natural - PADDING, 5 * STEP) // STEP)}"


def headings(sheet: Sheet, cells: Sequence[Sequence[str]]) -> list[Heading]:
    """The headings of ``sheet`` whose rows hold ``cells``."""
    return [_heading(column, [line[n] for line in cells]) for n, column in enumerate(sheet.columns)]


def shares(columns: Sequence[Heading], room: int) -> list[float]:
    """Percent of ``room`` characters for each column: short ones get what they need, the long texts
    share what is left by their wish."""
    long = [not column.fixed and column.natural > SHORT for column in columns]
    firm = sum(column.natural for column, loose in zip(columns, long, strict=True) if not loose)
    wish = sum(column.natural for column, loose in zip(columns, long, strict=True) if loose)
    left = max(room - firm, room * 0.3) if wish else 0
    sizes = [
        column.natural * left / wish if loose else column.natural
        for column, loose in zip(columns, long, strict=True)
    ]
    total = sum(sizes)
    return [round(100 * size / total, 2) for size in sizes]


def _heading(column: Column, texts: list[str]) -> Heading:
    label = clean_text(column.label)
    fixed = column.numeric or column.kind in ("date", "datetime", "badge")
    widest = max((display_width(text) for text in texts), default=0)
    wanted = max(_longest_word(label), widest if fixed else min(widest, column.width or MOST), LEAST)
    # A badge has ends and a dot of its own.
    padding = PADDING + (4 if column.kind == "badge" else 0)
    return Heading(label, column.numeric, min(wanted, MOST) + padding, fixed)


def _longest_word(label: str) -> int:
    """A label may wrap between words; a Chinese one after some characters, not after each."""
    return max((min(display_width(word), 12) for word in label.split()), default=0)
