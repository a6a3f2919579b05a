"""Cases with all their times, their pauses, upward reports and analyses."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from incidents.categories import FIRE_FALSE_ALARM
from incidents.counted import NOTICE_WITHIN, REPLY_AT_MOST
from incidents.models import AnalysisReport, Case, CaseKind, CaseStatus, Pause, UpwardReport
from kpi.reports.bundle.files import CHUNK, BundleFile
from kpi.reports.bundle.span import Span

SOURCE = "cases"
#: Column of cases.csv -> path of the value.
COLUMNS = {
    "case": "number",
    "kind": "kind",
    "source": "source",
    "priority": "priority",
    "status": "status",
    "state": "state",
    "category": "category",
    "subcategory": "subcategory",
    "occurred_at": "occurred_at",
    "reported_at": "reported_at",
    "acknowledged_at": "acknowledged_at",
    "first_reply_at": "first_reply_at",
    "arrived_at": "arrived_at",
    "controlled_at": "controlled_at",
    "resolved_at": "resolved_at",
    "verified_at": "verified_at",
    "closed_at": "closed_at",
    "response_due_at": "response_due_at",
    "due_at": "due_at",
    "original_due_at": "original_due_at",
    "counted_response_due_at": "counted_response_due_at",
    "counted_due_at": "counted_due_at",
    "first_resolved_at": "first_resolved_at",
    "first_reopened_at": "first_reopened_at",
    "reopened_count": "reopened_count",
    "duplicate_of": "duplicate_of__number",
    "recurrence_of": "recurrence_of__number",
    "recurrence_of_closed_at": "recurrence_of__closed_at",
    "level": "incident__level",
    "statutory_grade": "incident__statutory_grade",
    "discovered_at": "incident__discovered_at",
    "confirmed_at": "incident__confirmed_at",
    "plan_activated_at": "incident__plan_activated_at",
    "dispatched_at": "incident__dispatched_at",
    "external_called_at": "incident__external_called_at",
    "external_arrived_at": "incident__external_arrived_at",
    "evacuation_started_at": "incident__evacuation_started_at",
    "first_notice_at": "incident__first_notice_at",
    "reported_up_at": "incident__reported_up_at",
    "recovered_at": "incident__recovered_at",
    "injured": "incident__injured",
    "seriously_injured": "incident__seriously_injured",
    "dead": "incident__dead",
    "loss_amount": "incident__loss_amount",
    "households_affected": "incident__households_affected",
    "people_affected": "incident__people_affected",
    "is_our_responsibility": "incident__is_our_responsibility",
    "grade": "hazard__grade",
    "is_fire": "hazard__is_fire",
    "offender": "violation__offender",
    "severity": "violation__severity",
    "authority_at": "violation__authority_at",
    "is_repair": "request__is_repair",
    "needs_visit": "request__needs_visit",
    "is_valid": "complaint__is_valid",
    "is_dispute": "complaint__is_dispute",
}
ADDED = ("zone", "is_void", "is_duplicate", "is_false")


def files(span: Span) -> Iterator[BundleFile]:
    """Cases, and what hangs on them."""
    rows = cases_of(span)
    yield BundleFile("records/cases.csv", (*COLUMNS, *ADDED), lambda: _cases(span, rows))
    yield _beside("pauses", Pause, rows, ("reason", "started_at", "ended_at"))
    yield _beside("upward_reports", UpwardReport, rows, ("number", "due_at", "statutory_due_at", "sent_at"))
    yield _beside("analyses", AnalysisReport, rows, ("is_demanded", "due_at", "submitted_at"))


def cases_of(span: Span) -> "QuerySet[Case]":
    """Every case that any figure of the month may count: by its report, or by a moment that comes after it."""
    begin = span.begin(SOURCE)
    return Case.objects.filter(_touches(begin), site=span.site, reported_at__lt=span.end)


def _touches(begin: datetime) -> Q:
    """One of the moments a case is counted by lies at or after `begin`."""
    owed = UpwardReport.objects.filter(case=OuterRef("pk")).filter(
        Q(due_at__gte=begin) | Q(statutory_due_at__gte=begin)
    )
    demanded = AnalysisReport.objects.filter(case=OuterRef("pk"), due_at__gte=begin)
    return (
        Q(reported_at__gte=begin - REPLY_AT_MOST)
        | Q(counted_response_due_at__gte=begin)
        | Q(counted_due_at__gte=begin)
        | Q(first_resolved_at__gte=begin)
        | Q(closed_at__gte=begin)
        | Q(incident__plan_activated_at__gte=begin - NOTICE_WITHIN)
        | Exists(owed)
        | Exists(demanded)
    )


def _cases(span: Span, rows: "QuerySet[Case]") -> Iterator[tuple[Any, ...]]:
    """False: an incident that was a false alarm, by its state or by its type."""
    places = {name: place for place, name in enumerate(COLUMNS)}
    found = rows.order_by("reported_at", "pk").values_list(*COLUMNS.values(), "zone_id")
    for *told, zone in found.iterator(chunk_size=CHUNK):
        is_void = told[places["status"]] == CaseStatus.VOID
        is_duplicate = bool(told[places["duplicate_of"]])
        is_false = told[places["kind"]] == CaseKind.INCIDENT and (
            (told[places["state"]] == "false_alarm" and not is_duplicate)
            or (told[places["subcategory"]] == FIRE_FALSE_ALARM and not is_void)
        )
        yield *told, span.zone(zone), is_void, is_duplicate, is_false


def _beside(name: str, model: Any, rows: "QuerySet[Case]", fields: tuple[str, ...]) -> BundleFile:
    """Rows that belong to the cases, in order of case and time."""

    def read() -> Iterator[Any]:
        found = model.objects.filter(case__in=rows).order_by("case_id", "pk")
        return iter(found.values_list("case__number", *fields).iterator(chunk_size=CHUNK))

    return BundleFile(f"records/{name}.csv", ("case", *fields), read)
