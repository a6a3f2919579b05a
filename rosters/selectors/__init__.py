"""Reads: the roster of a week, its gaps, who is on duty, how many guards a site needs."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from itertools import groupby
from operator import attrgetter

from django.db.models import F, FilteredRelation, Q

from organization.models import Site, Zone
from rosters.coverage import Gap, Span, gaps, heads_by_post, local_day, required, weekly_hours
from rosters.models import LONGEST_SHIFT, Post, Shift


@dataclass(frozen=True)
class DayCell:
    """One post on one local day."""

    day: date
    shifts: list[Shift]
    gaps: list[Gap]


@dataclass(frozen=True)
class PostRow:
    """One post over a week."""

    post: Post
    days: list[DayCell]


def shifts_between(site: Site, start: datetime, end: datetime) -> list[Shift]:
    """Shifts that touch the stretch, in order."""
    touching = Shift.objects.filter(
        site=site, starts_at__gt=start - LONGEST_SHIFT, starts_at__lt=end, ends_at__gt=start
    )
    return list(touching.select_related("person", "post").order_by("starts_at", "id"))


def week_of(site: Site, monday: date) -> list[PostRow]:
    """Every post in use on the seven local days from `monday`, with shifts and gaps; three queries."""
    zone = site.zone_info
    start, end = local_day(monday, zone).start, local_day(monday + timedelta(days=6), zone).end
    by_post: dict[int, list[Shift]] = defaultdict(list)
    for shift in shifts_between(site, start, end):
        by_post[shift.post_id].append(shift)
    rows = []
    for post in site.posts.filter(is_active=True).order_by("code"):
        filled = [Span(shift.starts_at, shift.ends_at) for shift in by_post[post.pk]]
        days = []
        for offset in range(7):
            day = monday + timedelta(days=offset)
            span = local_day(day, zone)
            found = gaps(required(post.coverage, zone, day, day), filled, post.heads)
            begun = [shift for shift in by_post[post.pk] if span.start <= shift.starts_at < span.end]
            days.append(DayCell(day, begun, found))
        rows.append(PostRow(post, days))
    return rows


@dataclass(frozen=True)
class Watch(Span):
    """Somebody's time on a post."""

    person_id: int
    name: str


@dataclass(frozen=True)
class Duty:
    """A post now: who is on it, and since when it lacks somebody."""

    post: Post
    present: list[Watch]
    missing: int
    missing_since: datetime | None


def on_duty(site: Site, moment: datetime) -> list[Duty]:
    """Every post that is demanded or filled at `moment`, by code; one query."""
    return [duty for post, watches in _watches(site, moment) if (duty := _duty(site, post, watches, moment))]


def _watches(site: Site, moment: datetime) -> Iterator[tuple[Post, list[Watch]]]:
    """The posts in use, each with the shifts that decide about `moment`: a row for each, or one without a shift."""
    since, until = moment - timedelta(hours=24), moment + timedelta(hours=1)
    near = Q(
        shifts__site=site,
        shifts__starts_at__gt=since - LONGEST_SHIFT,
        shifts__starts_at__lt=until,
        shifts__ends_at__gt=since,
    )
    rows = site.posts.filter(is_active=True).annotate(
        near=FilteredRelation("shifts", condition=near),
        begins=F("near__starts_at"),
        ends=F("near__ends_at"),
        on_it=F("near__person_id"),
        name_of=F("near__person__name"),
    )
    for _code, several in groupby(rows.order_by("code", "begins", "near__id"), key=attrgetter("code")):
        lines = list(several)
        yield (
            lines[0],
            [Watch(row.begins, row.ends, row.on_it, row.name_of) for row in lines if row.begins is not None],
        )


def _duty(site: Site, post: Post, watches: list[Watch], moment: datetime) -> Duty | None:
    """How `post` stands; None when nobody is wanted and nobody is there."""
    day = moment.astimezone(site.zone_info).date()
    spans = required(post.coverage, site.zone_info, day - timedelta(days=1), day)
    missing = (gap for gap in gaps(spans, watches, post.heads) if gap.start <= moment < gap.end)
    open_gap = next(missing, None)
    present = [watch for watch in watches if watch.start <= moment < watch.end]
    if open_gap is not None:
        return Duty(post, present, open_gap.missing, open_gap.start)
    return Duty(post, present, 0, None) if present else None


def people_on_post(post_id: int, moment: datetime) -> list[int]:
    """Ids of the people on a post at `moment`."""
    on_it = Shift.objects.filter(post_id=post_id, starts_at__lte=moment, ends_at__gt=moment)
    return list(on_it.order_by("starts_at", "id").values_list("person_id", flat=True))


@dataclass(frozen=True)
class Staffing:
    """How many guards a site needs, estimated both ways; the larger one is recommended (R030, ※6)."""

    zones: list[Zone]
    posts: list[tuple[Post, Decimal, Decimal]]
    by_area: Decimal | None
    by_post: Decimal | None
    recommended: int | None


def staffing(site: Site) -> Staffing:
    """Both estimates of a site."""
    zones = list(site.zones.filter(is_active=True).order_by("code"))
    posts = list(site.posts.filter(is_active=True).order_by("code"))
    known = [zone.heads_by_area for zone in zones if zone.heads_by_area is not None]
    by_area = sum(known, Decimal(0)) if known else None
    hours = [(post, weekly_hours(post.coverage)) for post in posts]
    by_post = (
        heads_by_post(((one, post.heads) for post, one in hours), site.net_weekly_hours) if posts else None
    )
    best = max((value for value in (by_area, by_post) if value is not None), default=None)
    return Staffing(
        zones=zones,
        posts=[(post, one, heads_by_post([(one, post.heads)], site.net_weekly_hours)) for post, one in hours],
        by_area=by_area,
        by_post=by_post,
        recommended=int(best.to_integral_value(ROUND_CEILING)) if best is not None else None,
    )
