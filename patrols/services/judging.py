"""Rounds whose time is over are judged every minute, in one UPDATE; corrections fold a round anew.

A tick only judges. Who is to hear of it is work of the outbox (`patrols.services.telling`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from core import changed_days, live, outbox
from core.clock import local, now
from core.events import emit
from core.faults import point
from organization.models import Site
from patrols import signals
from patrols.models import Round
from patrols.notices import OF_STATUS
from patrols.services.round_sql import REFOLD, STANDING_STATUS

#: Rounds that closed longer ago than this are judged without a notice: no burst after an outage (F34).
NEWS = timedelta(hours=2)
#: The outbox's name for what comes after a tick (patrols.receivers).
TELL = "patrols.tell_of_judged"

JUDGE = f"""
UPDATE patrols_round r SET status = {STANDING_STATUS}, judged_at = %(now)s
FROM organization_site t
WHERE t.id = r.site_id AND r.id IN (
    SELECT o.id FROM patrols_round o
    WHERE o.status IN ('scheduled', 'running') AND o.closes_at <= %(now)s
    ORDER BY o.closes_at FOR UPDATE SKIP LOCKED
)
RETURNING r.id, r.company_id, r.site_id, r.status, r.closes_at, (r.due_start AT TIME ZONE t.time_zone)::date
"""  # noqa: S608 - put together from constants


@dataclass(frozen=True, slots=True)
class Judged:
    """One round as it was judged."""

    id: int
    company_id: int
    site_id: int
    status: str
    closes_at: datetime
    day: date


@transaction.atomic
def judge_due(at: datetime | None = None) -> int:
    """Judge every open round that closed by `at` (now); how many. Safe to run twice at once."""
    moment = at or now()
    with connection.cursor() as cursor:
        cursor.execute(JUDGE, {"now": moment})
        judged = [Judged(*row) for row in cursor.fetchall()]
    point("round.judged")
    changed_days.mark((row.site_id, row.day) for row in judged)
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
    """Leave the rest to the outbox: in the same transaction one piece of work for each company."""
    sites: defaultdict[int, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    news: defaultdict[int, list[int]] = defaultdict(list)
    for row in judged:
        sites[row.company_id][row.site_id].append(row.id)
        if row.status in OF_STATUS and row.closes_at > moment - NEWS:
            news[row.company_id].append(row.id)
    outbox.enqueue_many(
        TELL,
        ((company_id, {"sites": here, "news": news[company_id]}) for company_id, here in sites.items()),
    )
    rounds = {site_id: ids for here in sites.values() for site_id, ids in here.items()}
    if rounds:
        emit(signals.rounds_judged, rounds=rounds)
