"""K37: how much of the time posts were to be staffed they were; control rooms, which the law wants manned by two, by themselves."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from kpi.indicators.definition import DayCounts, Measure, Scope, Source, Tone
from kpi.indicators.kinds import Dimension, Group, Share
from kpi.indicators.registry import register, register_source
from kpi.indicators.service import PROPOSED
from organization.models import Site
from rosters.models import Post
from rosters.selectors import filled


def _lines(scope: Scope, *, rooms: bool) -> list[filled.PostLine]:
    return filled.lines(scope.site, scope.first, scope.last, scope.zone, control_rooms=rooms)


def _measure(
    code: str,
    name: Any,
    definition: Any,
    *,
    rooms: bool,
    count: Callable[[filled.PostLine], int],
    tone: Tone = "info",
) -> Measure:
    def rows(scope: Scope) -> QuerySet[Any]:
        return Post.objects.filter(pk__in=[line.demand.post_id for line in _lines(scope, rooms=rooms)])

    def tally(_rows: QuerySet[Any], scope: Scope) -> float:
        return float(sum(count(line) for line in _lines(scope, rooms=rooms)))

    def page(scope: Scope) -> str:
        query: dict[str, Any] = {"site": scope.site.pk, "first": scope.first, "last": scope.last}
        query |= {"rooms": "yes"} if rooms else {}
        query |= {"zone": scope.zone.pk} if scope.zone is not None else {}
        return f"{reverse('rosters:coverage')}?{urlencode(query)}"

    return Measure(code, name, definition, rows, page, tally, tone)


POSTS_DUE = _measure(
    "post_minutes_due",
    _("Minutes to be staffed"),
    _("Minutes every post demands, by people at a time; control rooms are counted by themselves."),
    rooms=False,
    count=lambda line: line.due,
)
POSTS_FILLED = _measure(
    "post_minutes_filled",
    _("Minutes staffed"),
    _("Of these, minutes somebody was rostered for; more people than wanted count no more."),
    rooms=False,
    count=lambda line: line.filled,
    tone="ok",
)
ROOMS_DUE = _measure(
    "control_minutes_due",
    _("Control room minutes to be manned"),
    _("Minutes control rooms demand, by two people at least."),
    rooms=True,
    count=lambda line: line.due,
)
ROOMS_FILLED = _measure(
    "control_minutes_filled",
    _("Control room minutes manned"),
    _("Of these, minutes somebody was rostered for."),
    rooms=True,
    count=lambda line: line.filled,
    tone="ok",
)


def _count(site: Site, days: Sequence[date]) -> Mapping[date, DayCounts]:
    return {
        day: {
            zone_id: {code: number for code, number in counts.items() if number}
            for zone_id, counts in zones.items()
        }
        for day, zones in filled.minutes_of_days(site, days).items()
    }


register_source(Source("posts", (POSTS_DUE, POSTS_FILLED, ROOMS_DUE, ROOMS_FILLED), _count))

_HOURS = _("By the roster, in whole minutes. What a post demands counts as it was on that day.")

K37 = register(
    Share(
        code="K37",
        dimension=Dimension.MANAGEMENT,
        group=Group.PEOPLE,
        name=_("Post coverage"),
        definition=_("Time filled ÷ time to be staffed, over all posts but control rooms."),
        numerator=POSTS_FILLED,
        denominator=POSTS_DUE,
        target=0.99,
        basis=PROPOSED,
        cadence=_("daily"),
        caveat=_HOURS,
        is_part=False,
    )
)
K37C = register(
    Share(
        code="K37C",
        dimension=Dimension.SAFETY,
        group=Group.PEOPLE,
        name=_("Control room coverage"),
        definition=_("Time filled ÷ time to be manned, by two people at least at any time."),
        numerator=ROOMS_FILLED,
        denominator=ROOMS_DUE,
        target=1.0,
        basis=_("law: high-rise rules §26, at least two people on duty around the clock"),
        is_statutory=True,
        cadence=_("daily"),
        caveat=_HOURS,
        is_part=False,
    )
)
