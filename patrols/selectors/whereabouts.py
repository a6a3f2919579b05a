"""Where people on duty last scanned, and at which point a case was found: for whom to send."""

from collections.abc import Collection
from datetime import datetime

from incidents.models import Case
from incidents.whereabouts import Place, Seen
from organization.models import Site
from patrols.models import CaseOrigin, Checkpoint, Scan, Verdict


def last_scans(site: Site, people: Collection[int], since: datetime) -> dict[int, Seen]:
    """The latest scan of each person at the site's points since then, doubtful ones left out; one query."""
    rows = (
        Scan.objects.filter(
            company_id=site.company_id,
            site=site,
            person_id__in=list(people),
            corrected_at__gte=since,
            checkpoint__isnull=False,
        )
        .exclude(verdict=Verdict.DOUBTFUL)
        .select_related("checkpoint")
        .order_by("person_id", "-corrected_at", "-id")
        .distinct("person_id")
    )
    return {
        scan.person_id: Seen(place_of_point(scan.checkpoint), scan.checkpoint.code, scan.corrected_at)
        for scan in rows
        if scan.checkpoint is not None
    }


def place_of_case(case: Case) -> Place | None:
    """The point at which a case was found; one query."""
    origin = (
        CaseOrigin.objects.filter(case=case, checkpoint__isnull=False).select_related("checkpoint").first()
    )
    return place_of_point(origin.checkpoint) if origin is not None and origin.checkpoint is not None else None


def place_of_point(point: Checkpoint) -> Place:
    """A point on the plan and on the globe, as far as either is known."""
    return Place(point.x, point.y, point.latitude, point.longitude)
