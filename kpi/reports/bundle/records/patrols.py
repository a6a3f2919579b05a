"""Rounds, their points by zone, and scans."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from kpi.reports.bundle.files import CHUNK, BundleFile
from kpi.reports.bundle.span import Span
from patrols.models import Checkpoint, Round, RoundStatus, Scan
from patrols.selectors.scans import with_standing

SOURCE = "patrols"
#: Zone of each point of the site.
Points: TypeAlias = Mapping[int, int | None]
ROUND_COLUMNS = (
    "round", "plan", "discipline", "status", "opens_at", "due_start", "due_end", "closes_at", "first_scan_at",
    "last_scan_at", "completed_at", "judged_at", "points_due", "points_visited", "is_cancelled", "zones",
)  # fmt: skip
SCAN_COLUMNS = (
    "scan", "checkpoint", "zone", "round", "corrected_at", "received_at", "method", "verdict_recorded", "verdict",
)  # fmt: skip
ROUND_FIELDS = (
    "pk", "plan_id", "discipline", "status", "opens_at", "due_start", "due_end", "closes_at", "first_scan_at",
    "last_scan_at", "completed_at", "judged_at",
)  # fmt: skip


def files(span: Span) -> Iterator[BundleFile]:
    """Rounds due, each zone of a round, scans made."""
    points: Points = dict(Checkpoint.objects.filter(site=span.site).values_list("pk", "zone_id"))
    yield BundleFile("records/rounds.csv", ROUND_COLUMNS, lambda: _rounds(span, points))
    zone_columns = ("round", "zone", "points_due", "points_visited")
    yield BundleFile("records/round_zones.csv", zone_columns, lambda: _round_zones(span, points))
    yield BundleFile("records/scans.csv", SCAN_COLUMNS, lambda: _scans(span))


def _rows(span: Span) -> Iterator[Any]:
    found = Round.objects.filter(
        site=span.site, due_start__gte=span.begin(SOURCE), due_start__lt=span.end
    ).order_by("due_start", "pk")
    return found.values_list(*ROUND_FIELDS, "points", "visited").iterator(chunk_size=CHUNK)


def _rounds(span: Span, points: Points) -> Iterator[tuple[Any, ...]]:
    for *told, due, visited in _rows(span):
        known = [point for point in due if point in points]
        zones = sorted({span.zone(points[point]) for point in known} - {""})
        is_cancelled = told[ROUND_FIELDS.index("status")] == RoundStatus.CANCELLED
        yield *told, len(known), sum(point in visited for point in known), is_cancelled, zones


def _round_zones(span: Span, points: Points) -> Iterator[tuple[Any, ...]]:
    """Points that belong to no zone stand under an empty one: they count in the site only."""
    for pk, *_told, due, visited in _rows(span):
        known = [point for point in due if point in points]
        by_zone = Counter(span.zone(points[point]) for point in known)
        seen = Counter(span.zone(points[point]) for point in known if point in visited)
        for zone, number in sorted(by_zone.items()):
            yield pk, zone, number, seen[zone]


def _scans(span: Span) -> Iterator[tuple[Any, ...]]:
    """`verdict` is the one that stands after a review."""
    found = Scan.objects.filter(
        company_id=span.site.company_id,
        site=span.site,
        corrected_at__gte=span.begin(SOURCE),
        corrected_at__lt=span.end,
    )
    rows = with_standing(found).order_by("corrected_at", "pk")
    fields = ("pk", "checkpoint__code", "checkpoint__zone_id", "round_id", "corrected_at", "received_at")
    for pk, point, zone, *rest in rows.values_list(*fields, "method", "verdict", "standing").iterator(
        chunk_size=CHUNK
    ):
        yield pk, point, span.zone(zone), *rest
