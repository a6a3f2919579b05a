"""What posts demanded from which day on, and the shifts on them (K37)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from kpi.reports.bundle.files import CHUNK, BundleFile
from kpi.reports.bundle.span import Span
from rosters.models import LONGEST_SHIFT, PostDemand, Shift

SOURCE = "posts"
DEMANDS = ("post", "kind", "zone", "since", "heads", "is_active", "hours")


def files(span: Span) -> Iterator[BundleFile]:
    """Demands, the hours of a weekday as mon/07:00/19:00; shifts that touch the month."""
    yield BundleFile("records/post_demands.csv", DEMANDS, lambda: _demands(span))
    yield BundleFile("records/shifts.csv", ("post", "starts_at", "ends_at"), lambda: _shifts(span))


def _demands(span: Span) -> Iterator[tuple[Any, ...]]:
    found = PostDemand.objects.filter(post__site=span.site, since__lte=span.month.last)
    for one in found.select_related("post").order_by("post__code", "since"):
        hours = [
            f"{day}/{begin}/{end}" for day, stretches in one.coverage.items() for begin, end in stretches
        ]
        yield one.post.code, one.kind, span.zone(one.zone_id), one.since, one.heads, one.is_active, hours


def _shifts(span: Span) -> Iterator[tuple[Any, ...]]:
    begin = span.begin(SOURCE) - timedelta(days=1)
    found = Shift.objects.filter(
        site=span.site, starts_at__gt=begin - LONGEST_SHIFT, starts_at__lt=span.end, ends_at__gt=begin
    )
    rows = found.order_by("starts_at", "pk").values_list("post__code", "starts_at", "ends_at")
    yield from rows.iterator(chunk_size=CHUNK)
