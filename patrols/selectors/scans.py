"""Scans with what is shown beside them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core.attachments import attachments_for
from core.clock import now
from core.ids import uuid7_floor
from core.models import Attachment
from organization.models import Person
from patrols.models import VERDICT_TONES, Scan, ScanReview, Verdict
from patrols.wording import Line, explain

#: The feed never looks back further: an id range prunes the partitions.
FEED = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ScanLine:
    """A scan as a supervisor reads it: the verdict as it stands after a review, and why."""

    scan: Scan
    verdict: str
    lines: list[Line]
    review: ScanReview | None = None
    photos: list[Attachment] = field(default_factory=list)

    @property
    def person(self) -> Person:
        """Who scanned."""
        return self.scan.person

    @property
    def tone(self) -> str:
        """Tone of the verdict badge."""
        return VERDICT_TONES[Verdict(self.verdict)]

    @property
    def verdict_label(self) -> str:
        """The verdict in words."""
        return str(Verdict(self.verdict).label)

    @property
    def counts(self) -> bool:
        """Does it count as a visit?"""
        return self.review is None or self.review.counts


def with_standing(scans: QuerySet[Scan]) -> QuerySet[Any]:
    """Adds `standing`: the verdict of the latest review, else the first one. What figures count and lists show."""
    reviews = ScanReview.objects.filter(company_id=OuterRef("company_id"), scan_id=OuterRef("pk"))
    latest = reviews.order_by("-made_at", "-id").values("verdict")[:1]
    return scans.annotate(standing=Coalesce(Subquery(latest), F("verdict")))


def scan_list(user: Any) -> QuerySet[Scan]:
    """The scans that exist for `user`, with site, point, person and round."""
    return Scan.objects.visible_to(user).select_related("site", "checkpoint", "person", "round__plan")


def recent_scans(user: Any, site_ids: Iterable[int]) -> QuerySet[Scan]:
    """The scans of sites, newest first, none older than a week."""
    since = now() - FEED
    rows = Scan.objects.visible_to(user).filter(site_id__in=list(site_ids), corrected_at__gte=since)
    return rows.filter(id__gte=uuid7_floor(since - timedelta(days=3))).order_by("-corrected_at", "-id")


def reviews_of(scans: Sequence[Scan]) -> dict[tuple[int, UUID], ScanReview]:
    """The latest review of each scan, by (company id, scan id); one query."""
    if not scans:
        return {}
    rows = ScanReview.objects.filter(
        company_id__in={scan.company_id for scan in scans}, scan_id__in=[scan.pk for scan in scans]
    ).select_related("made_by")
    return {(row.company_id, row.scan_id): row for row in rows.order_by("made_at", "pk")}


def scan_lines(scans: Sequence[Scan]) -> list[ScanLine]:
    """Lines for scans; two queries more, however many there are."""
    reviews = reviews_of(scans)
    photos = attachments_for(scans)
    lines = []
    for scan in scans:
        review = reviews.get((scan.company_id, scan.pk))
        lines.append(
            ScanLine(
                scan, review.verdict if review else scan.verdict, explain(scan), review, photos[str(scan.pk)]
            )
        )
    return lines


def scan_line(scan: Scan) -> ScanLine:
    """The line of one scan."""
    return scan_lines([scan])[0]
