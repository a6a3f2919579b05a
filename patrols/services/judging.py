"""Rounds whose time is over are judged every minute, in one UPDATE; corrections fold a round anew."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from core import changed_days, live
from core.clock import local, now
from core.events import emit
from core.faults import point
from core.notifications import notify
from organization.access import SITE_LEADERS, people_holding
from organization.models import Site
from patrols import signals
from patrols.models import Round, RoundStatus
from patrols.notices import OF_STATUS, SEVERAL
from patrols.services.round_sql import REFOLD, STANDING_STATUS

#: Rounds that closed longer ago than this are judged without a notice: no burst after an outage (F34).
NEWS = timedelta(hours=2)
TOLD = (RoundStatus.MISSED, RoundStatus.PARTIAL, RoundStatus.LATE)

JUDGE = f"""
UPDATE patrols_round r SET status = {STANDING_STATUS}, judged_at = %(now)s
FROM organization_site t
WHERE t.id = r.site_id AND r.id IN (
    SELECT o.id FROM patrols_round o
    WHERE o.status IN ('scheduled', 'running') AND o.closes_at <= %(now)s
    ORDER BY o.closes_at FOR UPDATE SKIP LOCKED
)
RETURNING r.id, r.site_id, r.status, (r.due_start AT TIME ZONE t.time_zone)::date, r.closes_at
"""  # noqa: S608 - put together from constants


@dataclass(frozen=True, slots=True)
class Judged:
    """One round as it was judged."""

    id: int
    site_id: int
    status: str
    closes_at: datetime


@transaction.atomic
def judge_due(at: datetime | None = None) -> int:
    """Judge every open round that closed by `at` (now); how many. Safe to run twice at once."""
    moment = at or now()
    with connection.cursor() as cursor:
        cursor.execute(JUDGE, {"now": moment})
        rows = cursor.fetchall()
    point("round.judged")
    changed_days.mark((site_id, day) for _id, site_id, _status, day, _closed in rows)
    judged = [Judged(key, site_id, status, closed) for key, site_id, status, _day, closed in rows]
    _announce(judged, moment)
    return len(judged)


@transaction.atomic
def refold(round_ids: Collection[int]) -> None:
    """Fold rounds anew from all their scans and reviews, under lock; marks their days."""
    ids = sorted(set(round_ids))
    if not ids:
        return
    list(Round.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
    with connection.cursor() as cursor:
        cursor.execute(REFOLD, {"rounds": ids, "now": now()})
        rows = cursor.fetchall()
    zones = dict(Site.objects.filter(pk__in={row[1] for row in rows}).values_list("pk", "time_zone"))
    changed_days.mark(
        (site_id, local(due, ZoneInfo(zones[site_id])).date()) for _id, site_id, due, _status in rows
    )
    for key, site_id, _due, _status in rows:
        live.publish(f"site:{site_id}", "rounds", rounds=[key])


def _announce(judged: Iterable[Judged], moment: datetime) -> None:
    by_site: defaultdict[int, list[Judged]] = defaultdict(list)
    for row in judged:
        by_site[row.site_id].append(row)
    for site_id, rows in by_site.items():
        live.publish(f"site:{site_id}", "rounds", rounds=[row.id for row in rows][:20])
        emit(signals.rounds_judged, site_id=site_id, round_ids=[row.id for row in rows])
        news = [row for row in rows if row.status in TOLD and row.closes_at > moment - NEWS]
        if news:
            _tell_leaders(site_id, news)


def _tell_leaders(site_id: int, news: list[Judged]) -> None:
    """One notice per site and tick, however many rounds failed."""
    rounds = list(
        Round.objects.filter(pk__in=[row.id for row in news])
        .select_related("plan", "site")
        .order_by("due_start", "pk")
    )
    first = rounds[0]
    alone = len(rounds) == 1
    context = {"site": first.site.name, "plan": first.plan.name, "due": first.due_start, "count": len(rounds)}
    if alone:
        context |= {"visited": len(first.visited), "points": len(first.points)}
    notify(
        OF_STATUS[RoundStatus(first.status)] if alone else SEVERAL,
        people_holding(SITE_LEADERS, first.site),
        target=first if alone else None,
        site=first.site,
        context=context,
    )
