"""Alarms of devices."""

from collections.abc import Iterator
from typing import Any

from incidents.models import Alarm
from kpi.reports.bundle.files import CHUNK, BundleFile
from kpi.reports.bundle.span import Span

SOURCE = "alarms"
FIELDS = ("pk", "code", "severity", "nature", "state", "first_at", "received_at", "count")
COLUMNS = (
    "alarm", *FIELDS[1:-1], "messages", "false_reason", "case", "case_kind", "case_state", "case_subcategory", "zone",
)  # fmt: skip


def files(span: Span) -> Iterator[BundleFile]:
    """The alarms received; trials and silent devices are among them and told by their code."""
    yield BundleFile("records/alarms.csv", COLUMNS, lambda: _alarms(span))


def _alarms(span: Span) -> Iterator[tuple[Any, ...]]:
    rows = Alarm.objects.filter(
        site=span.site, received_at__gte=span.begin(SOURCE), received_at__lt=span.end
    ).order_by("received_at", "pk")
    of_case = ("case__number", "case__kind", "case__state", "case__subcategory", "zone_id")
    for *told, zone in rows.values_list(*FIELDS, "false_reason", *of_case).iterator(chunk_size=CHUNK):
        yield *told, span.zone(zone)
