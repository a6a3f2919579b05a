"""Pure arithmetic of coverage: which hours a post demands, which are filled, where the gaps are."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from core.recurrence import instant_of, span_of

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WHOLE_DAY = ["00:00", "24:00"]


@dataclass(frozen=True)
class Span:
    """A stretch of time, UTC, half-open."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long."""
        return self.end - self.start


@dataclass(frozen=True)
class Gap(Span):
    """A stretch in which a post has fewer people than it demands."""

    missing: int


def required(coverage: dict[str, Any], zone: ZoneInfo, first: date, last: date) -> list[Span]:
    """The stretches a post demands on the local days `first` … `last`, both included.

    `coverage` names weekdays ("mon" …) with lists of ["08:00", "20:00"]; an end not after its start lies on
    the next day, "24:00" is the end of the day.
    """
    spans = []
    day = first
    while day <= last:
        for start, end in coverage.get(DAY_NAMES[day.weekday()], ()):
            begin = instant_of(datetime.combine(day, time.fromisoformat(start)), zone)
            spans.append(Span(begin, instant_of(_end_of(day, start, end), zone)))
        day += timedelta(days=1)
    return [span for span in spans if span.end > span.start]


def _end_of(day: date, start: str, end: str) -> datetime:
    if end == "24:00":
        return datetime.combine(day + timedelta(days=1), time())
    finish = time.fromisoformat(end)
    later = finish <= time.fromisoformat(start)
    return datetime.combine(day + timedelta(days=1) if later else day, finish)


def gaps(demanded: Iterable[Span], filled: Sequence[Span], heads: int) -> list[Gap]:
    """Where fewer than `heads` of the `filled` stretches run at once inside a demanded stretch."""
    found: list[Gap] = []
    for span in demanded:
        edges = {span.start, span.end}
        for shift in filled:
            edges |= {edge for edge in (shift.start, shift.end) if span.start < edge < span.end}
        ordered = sorted(edges)
        for begin, end in itertools.pairwise(ordered):
            present = sum(shift.start <= begin and shift.end >= end for shift in filled)
            if present < heads:
                _append(found, Gap(begin, end, heads - present))
    return found


def _append(found: list[Gap], gap: Gap) -> None:
    if found and found[-1].end == gap.start and found[-1].missing == gap.missing:
        found[-1] = Gap(found[-1].start, gap.end, gap.missing)
    else:
        found.append(gap)


def weekly_hours(coverage: dict[str, Any]) -> Decimal:
    """Hours a week a post demands for one person at a time; a 24-hour post gives 168."""
    monday = date(2024, 1, 1)
    spans = required(coverage, ZoneInfo("UTC"), monday, monday + timedelta(days=6))
    return sum((Decimal(span.length.total_seconds()) / 3600 for span in spans), Decimal(0))


def heads_by_post(weekly: Iterable[tuple[Decimal, int]], net_weekly_hours: Decimal) -> Decimal:
    """Guards needed: sum of (posts × weekly hours covered) ÷ net weekly hours per guard (resolution ※6)."""
    return sum((hours * heads for hours, heads in weekly), Decimal(0)) / net_weekly_hours


def local_day(day: date, zone: ZoneInfo) -> Span:
    """A local day in UTC; 23 or 25 hours long when the clocks change."""
    return Span(*span_of(day, day, zone))
