"""How long ago each point was seen."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, Subquery

from core.clock import now
from core.ids import uuid7_floor
from organization.models import Site
from patrols.models import Checkpoint, Method, Scan

#: Older scans do not matter for a colour; the id range prunes the partitions.
LOOK_BACK = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class PointFreshness:
    """A point and when it was last seen. `hours` since then; None when not within 45 days."""

    checkpoint: Checkpoint
    last_at: datetime | None
    hours: float | None
    tone: str


def point_freshness(site: Site) -> list[PointFreshness]:
    """All points in use of `site` by code, coloured by what each asks for; one query.

    ok: seen within its hours; warn: within twice that; danger: longer ago; idle: not seen at all.
    """
    moment = now()
    seen = Scan.objects.filter(
        checkpoint=OuterRef("pk"), company_id=site.company_id, id__gte=uuid7_floor(moment - LOOK_BACK)
    ).exclude(method=Method.CANNOT)
    last = seen.order_by("-corrected_at").values("corrected_at")[:1]
    points = Checkpoint.objects.filter(site=site, is_active=True).only(
        "code", "name", "x", "y", "freshness_hours"
    )
    rows = points.annotate(last_at=Subquery(last)).order_by("code")
    return [_freshness(point, point.last_at, moment) for point in rows]


def _freshness(point: Checkpoint, last_at: datetime | None, moment: datetime) -> PointFreshness:
    if last_at is None:
        return PointFreshness(point, None, None, "idle")
    hours = max((moment - last_at).total_seconds(), 0) / 3600
    tone = (
        "ok" if hours <= point.freshness_hours else "warn" if hours <= 2 * point.freshness_hours else "danger"
    )
    return PointFreshness(point, last_at, hours, tone)
