"""Bars over days: dates in, percentages of the shown span out (drawn by components/gantt.html)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

_MINIMUM_WIDTH = 0.8  # percent: a bar of one day must still be seen
#: Days between two marks of the axis, the first that leaves at most so many marks.
_STEPS = (7, 14, 28, 91)
_MOST_MARKS = 9
#: Room left free before the first and after the last day, as a share of the span.
_MARGIN = 0.02


@dataclass(frozen=True)
class Bar:
    """From the first to the last day, both included; `done` is the share that is done, or None."""

    first: date
    last: date
    tone: str
    #: the whole story in words, for the tooltip and screen readers
    title: Any
    done: float | None = None


@dataclass(frozen=True)
class Milestone:
    """A day that matters."""

    day: date
    tone: str
    title: Any


@dataclass(frozen=True)
class Row:
    """One line: its bars above, milestones on them."""

    name: Any
    note: Any = ""
    url: str = ""
    bars: Sequence[Bar] = ()
    milestones: Sequence[Milestone] = ()


@dataclass(frozen=True)
class Mark:
    """Something at a place on the axis, in percent."""

    at: str
    label: str


@dataclass(frozen=True)
class PlacedBar:
    """A bar with its place in percent; `done` is the width of what is done, in percent of the whole span."""

    left: str
    width: str
    done: str
    tone: str
    title: Any


@dataclass(frozen=True)
class PlacedMilestone:
    """A milestone with its place."""

    at: str
    tone: str
    title: Any


@dataclass(frozen=True)
class PlacedRow:
    """A line with everything placed."""

    name: Any
    note: Any
    url: str
    bars: list[PlacedBar]
    milestones: list[PlacedMilestone]


@dataclass(frozen=True)
class Gantt:
    """What ``components/gantt.html`` draws. The span holds every bar, every milestone, and today."""

    title: Any
    source: Sequence[Row]
    today: date

    @cached_property
    def first(self) -> date:
        """The first day shown."""
        return min(self._days) - timedelta(days=self._margin)

    @cached_property
    def last(self) -> date:
        """The last day shown."""
        return max(self._days) + timedelta(days=self._margin)

    @cached_property
    def marks(self) -> list[Mark]:
        """Mondays, every few weeks."""
        monday = self.first + timedelta(days=-self.first.weekday() % 7)
        span = (self.last - monday).days
        step = next((days for days in _STEPS if span / days <= _MOST_MARKS), _STEPS[-1])
        days = range(0, span + 1, step)
        found = [monday + timedelta(days=number) for number in days]
        return [Mark(self._at(day), f"{day:%m-%d}") for day in found]

    @cached_property
    def now(self) -> Mark:
        """Where today stands."""
        return Mark(self._at(self.today, half=True), f"{self.today:%m-%d}")

    @cached_property
    def rows(self) -> list[PlacedRow]:
        """The lines, placed."""
        return [
            PlacedRow(
                row.name,
                row.note,
                row.url,
                [self._bar(bar) for bar in row.bars],
                [
                    PlacedMilestone(self._at(one.day, half=True), one.tone, one.title)
                    for one in row.milestones
                ],
            )
            for row in self.source
        ]

    @cached_property
    def _days(self) -> list[date]:
        found = [self.today]
        for row in self.source:
            found += [day for bar in row.bars for day in (bar.first, bar.last)]
            found += [one.day for one in row.milestones]
        return found

    @cached_property
    def _margin(self) -> int:
        return max(3, round((max(self._days) - min(self._days)).days * _MARGIN))

    def _bar(self, bar: Bar) -> PlacedBar:
        width = max(self._share((bar.last - bar.first).days + 1), _MINIMUM_WIDTH)
        done = width * min(max(bar.done or 0.0, 0.0), 1.0)
        return PlacedBar(self._at(bar.first), f"{width:.2f}", f"{done:.2f}", bar.tone, bar.title)

    def _at(self, day: date, *, half: bool = False) -> str:
        return f"{self._share((day - self.first).days + (0.5 if half else 0.0)):.2f}"

    def _share(self, days: float) -> float:
        return days / ((self.last - self.first).days + 1) * 100
