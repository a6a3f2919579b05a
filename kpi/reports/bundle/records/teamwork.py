"""Action items and requests between departments."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from collaboration.models import ActionItem, CollaborationRequest
from kpi.reports.bundle.files import CHUNK, BundleFile
from kpi.reports.bundle.span import Span

SOURCE = "actions"
ACTION_FIELDS = (
    "kind", "status", "due_at", "original_due_at", "overdue_at", "done_at", "verified_at", "cancelled_at", "effectiveness", "judged_at",
)  # fmt: skip
REQUEST_FIELDS = (
    "kind", "urgency", "status", "submitted_at", "answered_at", "due_at", "overdue_at", "delivered_at",
)  # fmt: skip


def files(span: Span) -> Iterator[BundleFile]:
    """Those due or verified in the months of the bundle."""
    yield BundleFile("records/actions.csv", ("action", *ACTION_FIELDS), lambda: _actions(span))
    yield BundleFile("records/requests.csv", ("request", *REQUEST_FIELDS), lambda: _requests(span))


def _actions(span: Span) -> Iterator[Any]:
    begin, end = span.begin(SOURCE), span.end
    within = Q(due_at__gte=begin, due_at__lt=end) | Q(verified_at__gte=begin, verified_at__lt=end)
    rows = ActionItem.objects.filter(within, site=span.site).order_by("due_at", "pk")
    return rows.values_list("pk", *ACTION_FIELDS).iterator(chunk_size=CHUNK)


def _requests(span: Span) -> Iterator[Any]:
    rows = CollaborationRequest.objects.filter(
        site=span.site, due_at__gte=span.begin(SOURCE), due_at__lt=span.end
    ).order_by("due_at", "pk")
    return rows.values_list("pk", *REQUEST_FIELDS).iterator(chunk_size=CHUNK)
