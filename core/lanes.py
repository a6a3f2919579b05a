"""Bars against the clock: instants in, percentages of the shown span out (drawn by components/lanes.html)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

_MINIMUM_WIDTH = 1.2  # percent: a bar of a minute must still be seen
_LABEL_WIDTH = 3.5  # percent: a label cut off says something else


@dataclass(frozen=True)
class Bar:
    """One occurrence: from start to end, in UTC."""

    start: datetime
    end: datetime
    tone: str
    label: Any
    #: the whole story in words, for the tooltip and screen readers
    title: Any
    url: str = ""
    #: how much of it is done, in percent, or None
    done: float | None = None


@dataclass(frozen=True)
class Row:
    """One lane."""

    name: Any
    note: Any = ""
    url: str = ""
    bars: Sequence[Bar] = ()


@dataclass(frozen=True)
class Placed:
    """A bar with its place, in percent of the lane."""

    left: str
    width: str
    tone: str
    label: Any
    title: Any
    url: str
    done: float | None


@dataclass(frozen=True)
class PlacedRow:
    """A lane with placed bars."""

    name: Any
    note: Any
    url: str
    bars: list[Placed]


@dataclass(frozen=True)
class Mark:
    """A label at a place on the time axis, in percent."""

    at: str
    label: str


@dataclass(frozen=True)
class Lanes:
    """What ``components/lanes.html`` draws, each place computed once."""

    title: Any
    start: datetime
    end: datetime
    zone: ZoneInfo
    source: Sequence[Row]
    moment: datetime | None = None
    every: timedelta = field(default=timedelta(hours=1))

    @cached_property
    def hours(self) -> list[Mark]:
        """The axis: a mark at every full step of local time."""
        local = self.start.astimezone(self.zone).replace(minute=0, second=0, microsecond=0)
        marks = []
        instant = local.astimezone(self.start.tzinfo)
        while instant < self.end:
            if instant >= self.start:
                share = self._share(instant)
                label = "" if self._under_flag(share) else f"{instant.astimezone(self.zone):%H:%M}"
                marks.append(Mark(f"{share:.2f}", label))
            instant += self.every
        return marks

    @cached_property
    def now(self) -> Mark | None:
        """Where the present stands, if it is shown at all."""
        if self.moment is None or not self.start <= self.moment <= self.end:
            return None
        return Mark(f"{self._share(self.moment):.2f}", f"{self.moment.astimezone(self.zone):%H:%M}")

    @cached_property
    def rows(self) -> list[PlacedRow]:
        """The lanes with their bars; what lies outside the span is cut off or left out."""
        return [
            PlacedRow(row.name, row.note, row.url, [self._place(bar) for bar in row.bars if self._shown(bar)])
            for row in self.source
        ]

    def _under_flag(self, share: float) -> bool:
        """Would the label of this hour lie under the flag of the present?"""
        return self.now is not None and -7 < share - float(self.now.at) < 4

    def _shown(self, bar: Bar) -> bool:
        return bar.end > self.start and bar.start < self.end

    def _place(self, bar: Bar) -> Placed:
        left = max(self._share(bar.start), 0.0)
        right = min(self._share(bar.end), 100.0)
        width = max(right - left, _MINIMUM_WIDTH)
        label = bar.label if width >= _LABEL_WIDTH else ""
        return Placed(f"{left:.2f}", f"{width:.2f}", bar.tone, label, bar.title, bar.url, bar.done)

    def _share(self, instant: datetime) -> float:
        return (instant - self.start) / (self.end - self.start) * 100
