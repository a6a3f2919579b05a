"""Rule + time zone + calendar + window → occurrences."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from core.recurrence.calendars import Calendar
from core.recurrence.days import happens_on
from core.recurrence.rule import MINUTES_A_DAY, Every, Rule
from core.recurrence.walltime import instant_of

_DAY: Final = timedelta(days=1)

#: The longest a rule can stay silent that `upcoming` still waits out by default: four years and a bit,
#: enough for a rule of leap years.
DEFAULT_HORIZON: Final = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time at which a rule is due."""

    due_at: datetime
    """The instant, in UTC."""

    local: datetime
    """The same instant as the clock of the place shows it, with its zone."""

    slot: str
    """The wall time the rule named, such as "2026-03-29T02:30": unique within a rule and unchanged when
    the time zone's own rules change. In a gap of the clock it names the time that never was, so it can
    differ from `local`, and several slots can share one `due_at`: keep rows unique by slot, or decide
    that slots of one instant are one."""

    day: date
    """The day of the rule to which this counts; a night round after midnight counts to the evening."""


def occurrences(
    rule: Rule, *, zone: ZoneInfo, calendar: Calendar, start: datetime, end: datetime
) -> Iterator[Occurrence]:
    """Every occurrence due in the half-open window [start, end), in order of time.

    Windows that touch share nothing and lose nothing. `walltime` says what a change of the clock does.
    Raises ValueError for a bound without time zone.
    """
    if start.utcoffset() is None or end.utcoffset() is None:
        raise ValueError("start and end need a time zone")
    return _occurrences(rule, zone, calendar, start.astimezone(UTC), end.astimezone(UTC))


def upcoming(
    rule: Rule,
    *,
    zone: ZoneInfo,
    calendar: Calendar,
    after: datetime,
    count: int,
    horizon: timedelta = DEFAULT_HORIZON,
) -> list[Occurrence]:
    """The next occurrences strictly after an instant, at most `count`, none later than `horizon` from it."""
    start = after + timedelta(microseconds=1)
    found = occurrences(rule, zone=zone, calendar=calendar, start=start, end=after + horizon)
    return list(islice(found, count))


def _occurrences(
    rule: Rule, zone: ZoneInfo, calendar: Calendar, start: datetime, end: datetime
) -> Iterator[Occurrence]:
    if start >= end:
        return
    for day in _candidate_days(rule, zone, start, end):
        if not happens_on(rule, day, calendar):
            continue
        for wall in wall_times(rule, day):
            if rule.business_hours_only and not calendar.is_open(wall):
                continue
            due_at = instant_of(wall, zone)
            if due_at >= end:
                return
            if due_at >= start:
                slot = wall.isoformat(timespec="minutes")
                yield Occurrence(due_at=due_at, local=due_at.astimezone(zone), slot=slot, day=day)


def _candidate_days(rule: Rule, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[date]:
    """Days whose times can fall into the window.

    One more before it for a series that runs past midnight and one for a skipped day; one after it for
    clocks set back over midnight.
    """
    day = start.astimezone(zone).date() - 2 * _DAY
    last = end.astimezone(zone).date() + _DAY
    if rule.starts_on is not None:
        day = max(day, rule.starts_on)
    if rule.ends_on is not None:
        last = min(last, rule.ends_on)
    while day <= last:
        yield day
        day += _DAY


def wall_times(rule: Rule, day: date) -> Iterator[datetime]:
    """The readings of the wall clock which the rule names for one day, in order, without zone."""
    if rule.every is not None:
        yield from _steps(rule.every, day)
        return
    for moment in rule.times:
        yield datetime.combine(day, moment)


def _steps(every: Every, day: date) -> Iterator[datetime]:
    first = datetime.combine(day, every.start)
    length = (every.end.hour * 60 + every.end.minute) - (every.start.hour * 60 + every.start.minute)
    if every.around_the_clock:
        length = MINUTES_A_DAY - 1  # the next day begins anew at `start`
    elif length < 0:
        length += MINUTES_A_DAY
    for minutes in range(0, length + 1, every.minutes):
        yield first + timedelta(minutes=minutes)
