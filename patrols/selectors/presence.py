"""What was due and what was seen, per site-local day and zone: the counts behind every figure of patrols.

A round belongs to the day it is due, a scan to the day it was made (corrected time), both on the site's wall
(domain 3.1). A round counts in every zone it has points in and once in the site's total; a point or a scan counts in
its own zone. Rounds count once they are judged: what is not yet due is no failure, and an overdue round is judged
within a minute. Cancelled rounds are left out and counted apart.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from core.recurrence import span_of
from organization.models import Site
from patrols.models import Round, RoundStatus

#: The statuses of a round whose time is over: the denominator of K09.
JUDGED = (RoundStatus.COMPLETED, RoundStatus.LATE, RoundStatus.PARTIAL, RoundStatus.MISSED)
#: A scan received longer than this after it was made came from a phone without a network.
LATE_UPLOAD = timedelta(minutes=10)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PresenceRow:
    """The counts of one day in one zone, or in the whole site when `zone_id` is None."""

    zone_id: int | None
    rounds_due: int
    rounds_completed: int
    rounds_late: int
    rounds_partial: int
    rounds_missed: int
    rounds_cancelled: int
    points_due: int
    points_visited: int
    scans_verified: int
    scans_plausible: int
    scans_doubtful: int
    scans_late_upload: int


COUNTS = tuple(field.name for field in fields(PresenceRow) if field.name != "zone_id")


@dataclass(frozen=True, slots=True)
class Gap:
    """The longest time without a visit in a zone, or in the whole site when `zone_id` is None."""

    zone_id: int | None
    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long nobody was seen there."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class WorstPoint:
    """How often one point was due and how often it was visited in time."""

    checkpoint_id: int
    code: str
    name: str
    zone: str
    due: int
    visited: int
    outside: int

    @property
    def missed(self) -> int:
        """Visits that did not happen in time."""
        return self.due - self.visited

    @property
    def coverage(self) -> float:
        """Share of the due visits made in time, 0 to 1."""
        return self.visited / self.due


def bounds(site: Site, first: date, last: date) -> tuple[datetime, datetime]:
    """The instants at which the site's `first` day begins and its `last` day ends (exclusive)."""
    return span_of(first, last, site.zone_info)


_LATEST_REVIEW = """
    LEFT JOIN LATERAL (
        SELECT x.verdict, x.counts FROM patrols_scanreview x
        WHERE x.company_id = s.company_id AND x.scan_id = s.id ORDER BY x.made_at DESC, x.id DESC LIMIT 1
    ) AS w ON true"""

_PRESENCE = f"""
WITH d AS (
    SELECT * FROM unnest(%(days)s::date[], %(begins)s::timestamptz[], %(ends)s::timestamptz[]) AS d(day, begins, ends)
),
r AS (
    SELECT d.day, r.id, r.status, r.points, r.visited
    FROM d JOIN patrols_round r ON r.site_id = %(site)s AND r.due_start >= d.begins AND r.due_start < d.ends
    WHERE r.status NOT IN ('scheduled', 'running')
),
rz AS (
    SELECT r.day, r.id, r.status, c.zone_id, count(*) AS due, count(*) FILTER (WHERE c.id = ANY(r.visited)) AS visited
    FROM r CROSS JOIN LATERAL unnest(r.points) AS p(id) JOIN patrols_checkpoint c ON c.id = p.id
    GROUP BY 1, 2, 3, 4
),
line AS (
    SELECT rz.day, rz.zone_id, rz.status, rz.due, rz.visited, NULL::varchar AS verdict, false AS late
    FROM rz WHERE rz.zone_id IS NOT NULL
    UNION ALL
    SELECT r.day, NULL, r.status, coalesce(z.due, 0), coalesce(z.visited, 0), NULL, false
    FROM r LEFT JOIN (SELECT id, sum(due) AS due, sum(visited) AS visited FROM rz GROUP BY id) AS z ON z.id = r.id
    UNION ALL
    SELECT d.day, z.zone_id, NULL, 0, 0, coalesce(w.verdict, s.verdict), s.received_at > s.corrected_at + %(late)s
    FROM d JOIN patrols_scan s ON s.company_id = %(company)s AND s.site_id = %(site)s
        AND s.corrected_at >= d.begins AND s.corrected_at < d.ends
    LEFT JOIN patrols_checkpoint c ON c.id = s.checkpoint_id {_LATEST_REVIEW}
    CROSS JOIN LATERAL (SELECT c.zone_id WHERE c.zone_id IS NOT NULL UNION ALL SELECT NULL) AS z
)
SELECT day, zone_id,
    count(*) FILTER (WHERE status <> 'cancelled'),
    count(*) FILTER (WHERE status = 'completed'),
    count(*) FILTER (WHERE status = 'late'),
    count(*) FILTER (WHERE status = 'partial'),
    count(*) FILTER (WHERE status = 'missed'),
    count(*) FILTER (WHERE status = 'cancelled'),
    coalesce(sum(due) FILTER (WHERE status <> 'cancelled'), 0)::bigint,
    coalesce(sum(visited) FILTER (WHERE status <> 'cancelled'), 0)::bigint,
    count(*) FILTER (WHERE verdict = 'verified'),
    count(*) FILTER (WHERE verdict = 'plausible'),
    count(*) FILTER (WHERE verdict = 'doubtful'),
    count(*) FILTER (WHERE late)
FROM line GROUP BY day, zone_id ORDER BY day, zone_id NULLS FIRST
"""  # noqa: S608 - put together from constants


def presence_of_days(site: Site, days: Collection[date]) -> dict[date, list[PresenceRow]]:
    """The counts of several days of a site, the site's total first; days on which nothing happened are empty."""
    found: dict[date, list[PresenceRow]] = {day: [] for day in sorted(days)}
    if not found:
        return found
    spans = [bounds(site, day, day) for day in found]
    parameters = {
        "site": site.pk,
        "company": site.company_id,
        "days": list(found),
        "late": LATE_UPLOAD,
        "begins": [begin for begin, _end in spans],
        "ends": [end for _begin, end in spans],
    }
    for day, *counts in _fetch(_PRESENCE, parameters):
        found[day].append(PresenceRow(*counts))
    return found


def day_presence(site: Site, day: date) -> list[PresenceRow]:
    """The counts of one day: the site's total, then its zones."""
    return presence_of_days(site, [day])[day]


def rounds_of_month(site_ids: Iterable[int], start: datetime, end: datetime) -> QuerySet[Round]:
    """The rounds due in [start, end) that count: judged, not cancelled. The rows behind K09 and K10."""
    return Round.objects.filter(
        site_id__in=site_ids, due_start__gte=start, due_start__lt=end, status__in=JUDGED
    )


_GAPS = f"""
WITH r AS (
    SELECT r.opens_at, r.closes_at, r.points FROM patrols_round r
    WHERE r.site_id = %(site)s AND r.due_start >= %(begin)s AND r.due_start < %(end)s
        AND r.status IN ('completed', 'late', 'partial', 'missed')
),
span AS (
    SELECT NULL::bigint AS zone_id, min(opens_at) AS first_at, max(closes_at) AS last_at FROM r HAVING count(*) > 0
    UNION ALL
    SELECT c.zone_id, min(r.opens_at), max(r.closes_at)
    FROM r CROSS JOIN LATERAL unnest(r.points) AS p(id) JOIN patrols_checkpoint c ON c.id = p.id
    WHERE c.zone_id IS NOT NULL GROUP BY c.zone_id
),
visit AS (
    SELECT c.zone_id, s.corrected_at AS at
    FROM patrols_scan s JOIN patrols_checkpoint c ON c.id = s.checkpoint_id {_LATEST_REVIEW}
    WHERE s.company_id = %(company)s AND s.site_id = %(site)s AND s.method <> 'cannot' AND coalesce(w.counts, true)
        AND s.corrected_at >= (SELECT min(first_at) FROM span) AND s.corrected_at < (SELECT max(last_at) FROM span)
),
moment AS (
    SELECT zone_id, first_at AS at FROM span UNION ALL SELECT zone_id, last_at FROM span
    UNION ALL
    SELECT s.zone_id, v.at FROM span s
    JOIN visit v ON (s.zone_id IS NULL OR v.zone_id = s.zone_id) AND v.at > s.first_at AND v.at < s.last_at
),
gap AS (
    SELECT zone_id, at AS start_at, lead(at) OVER (PARTITION BY zone_id ORDER BY at) AS end_at FROM moment
)
SELECT DISTINCT ON (zone_id) zone_id, start_at, end_at FROM gap WHERE end_at IS NOT NULL
ORDER BY zone_id NULLS FIRST, end_at - start_at DESC, start_at
"""  # noqa: S608 - put together from constants


def longest_gaps(site: Site, first: date, last: date) -> list[Gap]:
    """The longest time without a visit, of the site and of each of its zones.

    Measured between the opening of the first and the end of the last judged round due in the period, so that the
    days before patrols began and the hours still to come are no gap. Empty when no round was due.
    """
    return [Gap(*row) for row in _fetch(_GAPS, _period(site, first, last))]


_WORST = """
SELECT c.id, c.code, c.name, coalesce(z.name, ''), k.due, k.visited, k.outside
FROM (
    SELECT p.id, count(*) AS due, count(*) FILTER (WHERE p.id = ANY(r.visited)) AS visited,
        count(*) FILTER (WHERE p.id = ANY(r.visited_outside) AND NOT p.id = ANY(r.visited)) AS outside
    FROM patrols_round r CROSS JOIN LATERAL unnest(r.points) AS p(id)
    WHERE r.site_id = %(site)s AND r.due_start >= %(begin)s AND r.due_start < %(end)s
        AND r.status IN ('completed', 'late', 'partial', 'missed')
    GROUP BY p.id
) AS k
JOIN patrols_checkpoint c ON c.id = k.id
LEFT JOIN organization_zone z ON z.id = c.zone_id
WHERE k.visited < k.due AND (%(zone)s::bigint IS NULL OR c.zone_id = %(zone)s)
ORDER BY k.due - k.visited DESC, k.visited::float8 / k.due, c.code
LIMIT %(limit)s
"""


def worst_points(
    site: Site, first: date, last: date, limit: int = 10, zone_id: int | None = None
) -> list[WorstPoint]:
    """The points of a site, or of one zone, most often not visited in time, worst first; points without a miss are left out."""
    parameters = _period(site, first, last) | {"limit": limit, "zone": zone_id}
    return [WorstPoint(*row) for row in _fetch(_WORST, parameters)]


def _period(site: Site, first: date, last: date) -> dict[str, Any]:
    begin, end = bounds(site, first, last)
    return {"site": site.pk, "company": site.company_id, "begin": begin, "end": end}


def _fetch(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
