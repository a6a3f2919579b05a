"""From the wall clock to the one instant a wall time stands for.

The policy, for every kind of rule:

- A wall time that happens twice (clocks set back) stands for the first.
- A wall time that never happens (clocks set forward) stands for the first instant after the gap. This
  holds for a gap of any length: 2011-12-30 did not exist in Apia, so all its times stand for the instant
  at which 2011-12-31 began there.

So every wall time stands for exactly one instant, and later wall times never for earlier instants.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_SECOND: Final = timedelta(seconds=1)
_DAY: Final = timedelta(days=1)


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, for a reading of the zone's wall clock (a datetime without zone)."""
    here = wall.replace(tzinfo=zone)
    first, second = here.utcoffset(), here.replace(fold=1).utcoffset()
    if first is None or second is None:
        raise ValueError(f"{zone} gives no offset for {wall}")
    if first < second:
        return _end_of_gap(wall, zone, before=wall - second, after=wall - first)
    return (wall - first).replace(tzinfo=UTC)


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which a local day begins."""
    return instant_of(datetime.combine(day, time()), zone)


def span_of(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants, in UTC, at which the local day `first` begins and the local day `last` ends (exclusive)."""
    return begin_of(first, zone), begin_of(last + _DAY, zone)


def _end_of_gap(wall: datetime, zone: ZoneInfo, *, before: datetime, after: datetime) -> datetime:
    """The first whole second at which the clock shows later than `wall`, which it never shows."""
    early, late = before.replace(tzinfo=UTC), after.replace(tzinfo=UTC)
    while late - early > _SECOND:
        middle = early + (late - early) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).replace(tzinfo=None) > wall:
            late = middle
        else:
            early = middle
    return late
