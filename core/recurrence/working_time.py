"""Time that counts only while a place is open: adding it to an instant, measuring it between two.

Openings become stretches of real time by `instant_of`, so a night with 23 or 25 hours counts what really passed.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from core.recurrence.calendars import Calendar
from core.recurrence.walltime import instant_of

#: A place that stays closed for so long is taken as never closed: a limit must not vanish for want of opening hours.
_LONGEST_CLOSED: Final = timedelta(days=400)
_DAY: Final = timedelta(days=1)
_NONE: Final = timedelta()


def add_working_time(
    start: datetime, minutes: float | timedelta, calendar: Calendar | None, zone: ZoneInfo
) -> datetime:
    """The instant (UTC) at which `minutes` of opening time have passed since `start` (aware).

    Without a calendar every minute counts. The end of a stretch belongs to it: eight hours from the opening of an
    eight-hour day end that evening, not next morning. Raises ValueError for negative lengths.
    """
    length = minutes if isinstance(minutes, timedelta) else timedelta(minutes=minutes)
    if length < _NONE:
        raise ValueError("working time cannot be negative")
    start = start.astimezone(UTC)
    if calendar is None or length == _NONE:
        return start + length
    left = length
    for opens, closes in _stretches(start, calendar, zone):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    return start + length


def working_time_between(
    start: datetime, end: datetime, calendar: Calendar | None, zone: ZoneInfo
) -> timedelta:
    """How much opening time lies between two instants; none when `end` is not after `start`."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        return _NONE
    if calendar is None:
        return end - start
    total = _NONE
    for opens, closes in _stretches(start, calendar, zone):
        if opens >= end:
            break
        total += min(closes, end) - opens
    return total


def _stretches(start: datetime, calendar: Calendar, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """The open stretches from `start` on, without overlaps, in order; ends after more than a year without any."""
    day = start.astimezone(zone).date() - 2 * _DAY
    reached = start
    silent_until = start + _LONGEST_CLOSED + _DAY
    while True:
        for opening in sorted(calendar.openings(day)):
            last = day + _DAY if opening.past_midnight else day
            opens = max(instant_of(datetime.combine(day, opening.start), zone), reached)
            closes = instant_of(datetime.combine(last, opening.end), zone)
            if closes > opens:
                yield opens, closes
                reached = closes
                silent_until = closes + _LONGEST_CLOSED + _DAY
        day += _DAY
        if instant_of(datetime.combine(day, datetime.min.time()), zone) > silent_until:
            return
