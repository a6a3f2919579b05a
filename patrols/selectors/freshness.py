"""How long ago each point was seen."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from core.clock import now
from core.ids import uuid7_floor
from organization.models import Site
from patrols.models import Checkpoint

#: Older scans do not matter for a colour; the id range prunes the partitions.
LOOK_BACK = timedelta(days=45)

LAST = """
SELECT c.id, s.at FROM patrols_checkpoint c
LEFT JOIN LATERAL (
    SELECT n.corrected_at AS at FROM patrols_scan n
    WHERE n.checkpoint_id = c.id AND n.company_id = %(company)s AND n.id >= %(from_id)s::uuid AND n.method <> 'cannot'
    ORDER BY n.corrected_at DESC LIMIT 1
) AS s ON true
WHERE c.site_id = %(site)s AND c.is_active
"""


@dataclass(frozen=True, slots=True)
class PointFreshness:
    """A point and when it was last seen. `hours` since then; None when not within 45 days."""

    checkpoint: Checkpoint
    last_at: datetime | None
    hours: float | None
    tone: str


def point_freshness(site: Site) -> list[PointFreshness]:
    """All points in use of `site` by code, coloured by what each asks for; two queries.

    ok: seen within its hours; warn: within twice that; danger: longer ago; idle: not seen at all.
    """
    moment = now()
    with connection.cursor() as cursor:
        cursor.execute(
            LAST,
            {"company": site.company_id, "site": site.pk, "from_id": str(uuid7_floor(moment - LOOK_BACK))},
        )
        last: dict[int, datetime | None] = dict(cursor.fetchall())
    points = Checkpoint.objects.filter(site=site, is_active=True).select_related("zone").order_by("code")
    return [_freshness(point, last.get(point.pk), moment) for point in points]


def _freshness(point: Checkpoint, last_at: datetime | None, moment: datetime) -> PointFreshness:
    if last_at is None:
        return PointFreshness(point, None, None, "idle")
    hours = max((moment - last_at).total_seconds(), 0) / 3600
    tone = (
        "ok" if hours <= point.freshness_hours else "warn" if hours <= 2 * point.freshness_hours else "danger"
    )
    return PointFreshness(point, last_at, hours, tone)
