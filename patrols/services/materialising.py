"""Rounds are made 48 hours ahead from the rules of their plans, each once, whoever asks and however often."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Q

from core import live
from core.clock import now
from core.events import emit
from core.faults import point
from core.recurrence import Calendar, Rule, occurrences
from organization.models import Site
from organization.site_calendars import calendars_of
from patrols import signals
from patrols.models import Plan, PlanProgress, Round, RoundStatus

AHEAD = timedelta(hours=48)
#: The horizon moves in steps, so that most ticks find nothing to do.
STEP = timedelta(hours=1)
#: A plan whose rounds stop further back is taken up here: older slots are history, not work (F34).
BEHIND = timedelta(hours=24)

INSERT = """
WITH paths AS (
    SELECT r.id, r.order, array_agg(p.checkpoint_id ORDER BY p.position) AS points
    FROM patrols_route r
    JOIN patrols_routepoint p ON p.route_id = r.id
    JOIN patrols_checkpoint c ON c.id = p.checkpoint_id AND c.is_active
    WHERE r.is_active AND r.id IN (SELECT a.route_id FROM patrols_plan a WHERE a.id = ANY(%(plans)s::bigint[]))
    GROUP BY r.id
)
INSERT INTO patrols_round (
    company_id, site_id, plan_id, route_id, post_id, person_id, discipline, "order", opens_at, due_start, due_end,
    closes_at, points, visited, visited_times, visited_outside, status, cancel_reason
)
SELECT s.company_id, a.site_id, a.id, a.route_id, a.post_id, a.person_id, a.discipline, t.order,
    o.due - make_interval(mins => a.early_minutes), o.due, o.due + make_interval(mins => a.window_minutes),
    o.due + make_interval(mins => a.window_minutes + a.grace_minutes), t.points, '{}', '{}', '{}', 'scheduled', ''
FROM unnest(%(plans)s::bigint[], %(dues)s::timestamptz[]) AS o(plan_id, due)
JOIN patrols_plan a ON a.id = o.plan_id
JOIN organization_site s ON s.id = a.site_id
JOIN paths t ON t.id = a.route_id
ON CONFLICT (plan_id, due_start) DO NOTHING
RETURNING site_id
"""

ADVANCE = """
INSERT INTO patrols_planprogress (plan_id, rounds_until)
SELECT p, %(until)s FROM unnest(%(plans)s::bigint[]) AS p
ON CONFLICT (plan_id) DO UPDATE SET rounds_until = greatest(patrols_planprogress.rounds_until, excluded.rounds_until)
"""


@dataclass(frozen=True, slots=True)
class Place:
    """What a rule needs to know of where it is carried out."""

    zone: ZoneInfo
    calendar: Calendar


def materialise(at: datetime | None = None) -> int:
    """Make the rounds of all plans in use up to 48 hours from now; how many were new.

    Idempotent; two at once make each round once (F33).
    """
    moment = at or now()
    horizon = _horizon(moment)
    plans = (
        Plan.objects.filter(is_active=True, site__is_active=True)
        .filter(Q(progress=None) | Q(progress__rounds_until__lt=horizon))
        .select_related("site", "progress")
        .order_by("pk")
    )
    return _make(list(plans), moment, horizon)


def replan(plan_ids: Collection[int], at: datetime | None = None) -> int:
    """Take back the rounds of these plans that have not begun, and make them anew; how many are there now.

    For a changed plan, route, calendar or time zone (F45). A round that may be walked already keeps the points it
    started with (F27).
    """
    moment = at or now()
    with transaction.atomic():
        plans = list(
            Plan.objects.select_for_update(of=("self",))
            .filter(pk__in=plan_ids)
            .select_related("site")
            .order_by("pk")
        )
        ahead = Round.objects.filter(
            plan__in=plans, opens_at__gt=moment, status=RoundStatus.SCHEDULED, first_scan_at=None
        )
        taken_back = set(ahead.values_list("site_id", flat=True))
        ahead.delete()
        PlanProgress.objects.filter(plan__in=plans).delete()
        made = _make(
            [plan for plan in plans if plan.is_active and plan.site.is_active],
            moment,
            _horizon(moment),
            fresh=True,
        )
        for site_id in taken_back:
            live.publish(f"site:{site_id}", "rounds")
    return made


def _horizon(moment: datetime) -> datetime:
    ahead = moment + AHEAD + STEP
    return ahead.replace(minute=0, second=0, microsecond=0)


def _make(plans: Sequence[Plan], moment: datetime, horizon: datetime, *, fresh: bool = False) -> int:
    if not plans:
        return 0
    places = places_of({plan.site for plan in plans})
    slots: dict[Any, list[datetime]] = {}
    ids: list[int] = []
    dues: list[datetime] = []
    for plan in plans:
        start = moment if fresh else _start(plan, moment)
        place = places[plan.site_id]
        key = (plan.rule, place.zone.key, id(place.calendar), start)
        if key not in slots:
            slots[key] = _dues(plan.rule, place, start, horizon)
        found = slots[key]
        ids += [plan.pk] * len(found)
        dues += found
    point("rounds.computed")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, {"plans": ids, "dues": dues})
        sites = [row[0] for row in cursor.fetchall()]
        point("rounds.inserted")
        cursor.execute(ADVANCE, {"plans": [plan.pk for plan in plans], "until": horizon})
        _announce(set(sites))
    return len(sites)


def _start(plan: Plan, moment: datetime) -> datetime:
    """From where on a plan lacks rounds: its making, but nothing that is long past."""
    progress: PlanProgress | None = getattr(plan, "progress", None)
    known = progress.rounds_until if progress is not None else max(plan.created_at, moment - BEHIND)
    return max(known, moment - BEHIND)


def _dues(rule: Rule, place: Place, start: datetime, end: datetime) -> list[datetime]:
    """Due times in [start, end); two slots that a change of the clock puts on one instant are one round."""
    if start >= end:
        return []
    found = occurrences(rule, zone=place.zone, calendar=place.calendar, start=start, end=end)
    return list(dict.fromkeys(occurrence.due_at for occurrence in found))


def places_of(sites: Iterable[Site]) -> dict[int, Place]:
    """Time zone, holidays and business hours of each site."""
    rows = list(sites)
    calendars = calendars_of(rows)
    return {site.pk: Place(site.zone_info, calendars[site.pk]) for site in rows}


def _announce(sites: set[int]) -> None:
    for site_id in sites:
        live.publish(f"site:{site_id}", "rounds")
    if sites:
        emit(signals.rounds_materialised, site_ids=sorted(sites))
