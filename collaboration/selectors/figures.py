"""Counts behind the figures K46, K47 and K50: per site-local day, from the records, in one statement.

An action item belongs to the day it is due (its time now, after approved extensions), a verified one besides to the
day it was verified, a request to the day it is due; all on the site's wall. It counts as due once it is done or
delivered, or once the tick has noticed it past its due time (`overdue_at`): so a day's count depends on records alone,
and whoever writes one marks its days. Cancelled items and declined requests are left out and counted apart.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet

from collaboration.models import ActionItem, ActionKind, ActionStatus, CollaborationRequest, Effectiveness
from collaboration.models import RequestStatus as Status
from core.recurrence import span_of
from organization.models import Site


@dataclass(frozen=True, slots=True)
class DayRow:
    """The counts of one day of a site."""

    actions_due: int
    actions_in_time: int
    actions_done: int
    actions_cancelled: int
    actions_verified: int
    actions_effective: int
    requests_due: int
    requests_in_time: int
    requests_declined: int


def bounds(site: Site, first: date, last: date) -> tuple[datetime, datetime]:
    """The instants at which the site's `first` day begins and its `last` day ends (exclusive)."""
    return span_of(first, last, site.zone_info)


_DAYS = """
WITH d AS (
    SELECT * FROM unnest(%(days)s::date[], %(begins)s::timestamptz[], %(ends)s::timestamptz[]) AS d(day, begins, ends)
),
line AS (
    SELECT d.day, CASE WHEN a.status = 'cancelled' THEN 'cancelled' ELSE 'due' END AS what,
        coalesce(a.done_at <= a.due_at, false) AS good, a.done_at IS NOT NULL AS done
    FROM d JOIN collaboration_actionitem a ON a.site_id = %(site)s AND a.due_at >= d.begins AND a.due_at < d.ends
    WHERE a.status = 'cancelled' OR a.done_at IS NOT NULL OR a.overdue_at IS NOT NULL
    UNION ALL
    SELECT d.day, 'verified', a.effectiveness = 'effective', true
    FROM d JOIN collaboration_actionitem a
        ON a.site_id = %(site)s AND a.verified_at >= d.begins AND a.verified_at < d.ends
    WHERE a.kind <> 'decision'
    UNION ALL
    SELECT d.day, CASE WHEN r.status = 'declined' THEN 'declined' ELSE 'asked' END,
        coalesce(r.delivered_at <= r.due_at, false), r.delivered_at IS NOT NULL
    FROM d JOIN collaboration_collaborationrequest r
        ON r.site_id = %(site)s AND r.due_at >= d.begins AND r.due_at < d.ends
    WHERE r.status = 'declined' OR r.delivered_at IS NOT NULL OR r.overdue_at IS NOT NULL
)
SELECT day,
    count(*) FILTER (WHERE what = 'due'), count(*) FILTER (WHERE what = 'due' AND good),
    count(*) FILTER (WHERE what = 'due' AND done),
    count(*) FILTER (WHERE what = 'cancelled'),
    count(*) FILTER (WHERE what = 'verified'), count(*) FILTER (WHERE what = 'verified' AND good),
    count(*) FILTER (WHERE what = 'asked'), count(*) FILTER (WHERE what = 'asked' AND good),
    count(*) FILTER (WHERE what = 'declined')
FROM line GROUP BY day
"""


def counts_of_days(site: Site, days: Collection[date]) -> dict[date, DayRow]:
    """The counts of several days of a site; days on which nothing counted are left out."""
    if not days:
        return {}
    ordered = sorted(days)
    spans = [bounds(site, day, day) for day in ordered]
    parameters: dict[str, Any] = {
        "site": site.pk,
        "days": ordered,
        "begins": [begin for begin, _end in spans],
        "ends": [end for _begin, end in spans],
    }
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, parameters)
        return {day: DayRow(*counts) for day, *counts in cursor.fetchall()}


#: Measure -> (the time that decides its day, the condition), for action items.
ACTION_MEASURES: dict[str, tuple[str, Q]] = {
    "actions_due": (
        "due_at",
        ~Q(status=ActionStatus.CANCELLED) & (Q(done_at__isnull=False) | Q(overdue_at__isnull=False)),
    ),
    "actions_in_time": ("due_at", ~Q(status=ActionStatus.CANCELLED) & Q(done_at__lte=F("due_at"))),
    "actions_done": ("due_at", ~Q(status=ActionStatus.CANCELLED) & Q(done_at__isnull=False)),
    "actions_cancelled": ("due_at", Q(status=ActionStatus.CANCELLED)),
    "actions_verified": ("verified_at", Q(verified_at__isnull=False) & ~Q(kind=ActionKind.DECISION)),
    "actions_effective": (
        "verified_at",
        Q(effectiveness=Effectiveness.EFFECTIVE) & ~Q(kind=ActionKind.DECISION),
    ),
}
#: The same for requests; all by their due time.
REQUEST_MEASURES: dict[str, tuple[str, Q]] = {
    "requests_due": (
        "due_at",
        ~Q(status=Status.DECLINED) & (Q(delivered_at__isnull=False) | Q(overdue_at__isnull=False)),
    ),
    "requests_in_time": ("due_at", ~Q(status=Status.DECLINED) & Q(delivered_at__lte=F("due_at"))),
    "requests_declined": ("due_at", Q(status=Status.DECLINED)),
}


def actions_counted(measure: str, site: Site, first: date, last: date) -> QuerySet[ActionItem]:
    """The action items behind a measure of a site from `first` to `last`, both included."""
    field, condition = ACTION_MEASURES[measure]
    begin, end = bounds(site, first, last)
    rows: QuerySet[ActionItem] = ActionItem.objects.filter(
        condition, site=site, **{f"{field}__gte": begin, f"{field}__lt": end}
    )
    return rows


def requests_counted(measure: str, site: Site, first: date, last: date) -> QuerySet[CollaborationRequest]:
    """The requests behind a measure of a site from `first` to `last`, both included."""
    field, condition = REQUEST_MEASURES[measure]
    begin, end = bounds(site, first, last)
    rows: QuerySet[CollaborationRequest] = CollaborationRequest.objects.filter(
        condition, site=site, **{f"{field}__gte": begin, f"{field}__lt": end}
    )
    return rows
