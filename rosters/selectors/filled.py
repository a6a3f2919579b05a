"""How much of what posts demand was filled, in whole minutes by site-local day and zone (K37).

A post demands what it demanded on the day its hours began (`PostDemand`). Minutes to come are not due yet.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from core.clock import now
from organization.models import Site, Zone
from rosters.coverage import Gap, Span, gaps, local_day, required
from rosters.models import LONGEST_SHIFT, PostDemand, PostKind, Shift

#: A control room is manned by two, whatever its post says (high-rise rules §26).
CONTROL_ROOM_HEADS = 2
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
#: Codes of minutes due and filled, of control rooms and of all other posts.
CONTROL, OTHER = (
    ("control_minutes_due", "control_minutes_filled"),
    ("post_minutes_due", "post_minutes_filled"),
)

Minutes = dict[int | None, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A post to be staffed by `heads` people on one local day, and the shifts on it."""

    day: date
    demand: PostDemand
    span: Span
    shifts: Sequence[Span]

    @property
    def heads(self) -> int:
        """How many people at a time."""
        heads = self.demand.heads
        return max(heads, CONTROL_ROOM_HEADS) if self.is_control_room else heads

    @property
    def is_control_room(self) -> bool:
        """Control rooms are judged apart."""
        return self.demand.kind == PostKind.CONTROL_ROOM

    @property
    def gaps(self) -> list[Gap]:
        """Where people were missing."""
        return gaps([self.span], self.shifts, self.heads)


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post over some days, in minutes."""

    demand: PostDemand
    due: int
    filled: int
    gaps: list[Gap]

    @property
    def missing(self) -> int:
        """Minutes nobody filled."""
        return self.due - self.filled

    @property
    def share(self) -> float | None:
        """Filled of due."""
        return self.filled / self.due if self.due else None


def stretches(site: Site, days: Collection[date]) -> Iterator[Stretch]:
    """What every post demanded on each of the days, until this minute; two queries."""
    if not days:
        return
    zone, until = site.zone_info, now().replace(second=0, microsecond=0)
    versions = _versions(site)
    shifts = _shifts(site, local_day(min(days), zone).start, local_day(max(days), zone).end)
    for day in sorted(days):
        today = local_day(day, zone)
        for post_id, demands in versions.items():
            for began in (day - DAY, day):
                demand = next((one for one in reversed(demands) if one.since <= began), None)
                if demand is None or not demand.is_active:
                    continue
                for span in required(demand.coverage, zone, began, began):
                    start, end = max(span.start, today.start), min(span.end, today.end, until)
                    if start < end:
                        yield Stretch(day, demand, Span(start, end), shifts.get(post_id, ()))


def _versions(site: Site) -> dict[int, list[PostDemand]]:
    found: dict[int, list[PostDemand]] = defaultdict(list)
    for demand in (
        PostDemand.objects.filter(post__site=site).select_related("post").order_by("post_id", "since")
    ):
        found[demand.post_id].append(demand)
    return found


def _shifts(site: Site, start: datetime, end: datetime) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    touching = Shift.objects.filter(
        site=site, starts_at__gt=start - LONGEST_SHIFT, starts_at__lt=end, ends_at__gt=start
    )
    for post_id, begins, ends in touching.order_by("starts_at", "id").values_list(
        "post_id", "starts_at", "ends_at"
    ):
        found[post_id].append(Span(begins, ends))
    return found


def minutes_of_days(site: Site, days: Collection[date]) -> dict[date, Minutes]:
    """Minutes due and filled of each day, of each zone and of the whole site; nothing for 0."""
    seconds: dict[tuple[date, int], list[timedelta]] = defaultdict(lambda: [timedelta(), timedelta()])
    demands: dict[tuple[date, int], PostDemand] = {}
    for one in stretches(site, days):
        key = (one.day, one.demand.pk)
        demands[key] = one.demand
        seconds[key][0] += one.span.length * one.heads
        seconds[key][1] += _filled(one)
    found: dict[date, Minutes] = {}
    for key, (due, filled) in seconds.items():
        demand = demands[key]
        codes = CONTROL if demand.kind == PostKind.CONTROL_ROOM else OTHER
        for zone_id in {None, demand.zone_id}:
            counts = found.setdefault(key[0], {}).setdefault(zone_id, {})
            for code, length in zip(codes, (due, filled), strict=True):
                counts[code] = counts.get(code, 0) + length // MINUTE
    return found


def _filled(one: Stretch) -> timedelta:
    """How long people stood there, no more of them than were wanted."""
    edges = {one.span.start, one.span.end}
    edges |= {
        min(max(edge, one.span.start), one.span.end)
        for shift in one.shifts
        for edge in (shift.start, shift.end)
    }
    total = timedelta()
    for begin, end in pairwise(sorted(edges)):
        present = sum(shift.start <= begin and end <= shift.end for shift in one.shifts)
        total += (end - begin) * min(present, one.heads)
    return total


def lines(
    site: Site, first: date, last: date, zone: Zone | None = None, *, control_rooms: bool
) -> list[PostLine]:
    """Every post over the days, by its gaps: a second way of counting beside `minutes_of_days`. The emptiest first."""
    days = [first + DAY * number for number in range((last - first).days + 1)]
    by_day: dict[tuple[int, date], list[Stretch]] = defaultdict(list)
    for one in stretches(site, days):
        if one.is_control_room == control_rooms and (zone is None or one.demand.zone_id == zone.pk):
            by_day[one.demand.pk, one.day].append(one)
    by_post: dict[int, list[list[Stretch]]] = defaultdict(list)
    for parts in by_day.values():
        by_post[parts[0].demand.post_id].append(parts)
    found = [_line(parts) for parts in by_post.values()]
    return sorted(found, key=lambda line: (-line.missing, line.demand.post.code))


def _line(days: Iterable[list[Stretch]]) -> PostLine:
    due, filled, missed = 0, 0, []
    for parts in days:
        wanted = sum((one.span.length * one.heads for one in parts), timedelta())
        empty = [gap for one in parts for gap in one.gaps]
        lost = sum((gap.length * gap.missing for gap in empty), timedelta())
        due, filled = due + wanted // MINUTE, filled + (wanted - lost) // MINUTE
        missed += empty
        demand = parts[-1].demand
    return PostLine(demand, due, filled, missed)
