"""The analysis report: demanded by what happened, written, submitted, approved by another or sent back (R088)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import live
from core.clock import now
from core.events import emit
from core.policies import get_visible_or_404, require
from incidents import notices, signals
from incidents.categories import FIRE, FIRE_FALSE_ALARM
from incidents.consequences import on_step
from incidents.models import (
    BRANCHES,
    AnalysisReport,
    AnalysisState,
    Case,
    CaseEntry,
    CaseKind,
    CaseStatus,
    EntryKind,
    Level,
)
from incidents.services.telling import tell
from incidents.services.writing import enter, mark_days, mark_moments
from incidents.workflows import Step
from organization.access import people_holding
from organization.models import Person, Role

#: How long after closing a demanded report may take (proposed; domain 3.2, K28).
REPORT_WITHIN = timedelta(days=7)
MOST_WHYS = 5
#: Texts that a submitted report must have.
DEMANDED = ("data", "course", "root_cause", "measures")
TEXTS = (*DEMANDED, "impact_safety", "impact_order", "impact_satisfaction")
WRITERS = frozenset({Role.SUPERVISOR, Role.PROJECT_MANAGER, Role.FIRE_SAFETY_MANAGER})


def is_demanded_of(case: Case) -> bool:
    """Level 1 and 2, and every fire that was one, need a report (domain 2.6)."""
    if case.kind != CaseKind.INCIDENT:
        return False
    grave = case.incident.level in (Level.EXTRAORDINARY, Level.SERIOUS)
    return grave or (case.category == FIRE and case.subcategory != FIRE_FALSE_ALARM)


@on_step
def demand(case: Case, step: Step, actor: Person | None, moment: datetime) -> None:
    """Demand the report as soon as it is known to be needed; its time runs from the closing."""
    if case.kind != CaseKind.INCIDENT or case.status == CaseStatus.VOID:
        return
    report = AnalysisReport.objects.filter(case=case).first()
    needed = is_demanded_of(case)
    if report is None and needed:
        report = AnalysisReport(case=case)
    if report is None:
        return
    mark_moments(case, report.due_at)
    report.is_demanded = needed
    report.due_at = case.closed_at + REPORT_WITHIN if needed and case.closed_at is not None else None
    report.save()
    if case.status == CaseStatus.CLOSED and needed and report.submitted_at is None:
        tell(notices.ANALYSIS_DUE, case, people_holding(WRITERS, case.site), key=f"{case.pk}:{report.due_at}")


@transaction.atomic
def write_report(*, user: Person, case_id: int, version: int, values: Mapping[str, Any]) -> AnalysisReport:
    """Write the draft; begins it when there is none. `values`: texts by name, `whys` a list, `fishbone` by branch.

    Raises Http404, PermissionDenied, ValidationError (also when somebody changed it meanwhile: nothing is lost,
    the person sees both).
    """
    report = _locked(user, case_id, "analyse", version)
    if report.state != AnalysisState.DRAFT:
        raise ValidationError(_("A submitted report is not changed any more."))
    for name in TEXTS:
        if name in values:
            setattr(report, name, str(values[name]).strip())
    report.whys = [text.strip() for text in values.get("whys", report.whys) if text.strip()][:MOST_WHYS]
    bones = values.get("fishbone", report.fishbone)
    report.fishbone = {name: [one.strip() for one in bones.get(name, []) if one.strip()] for name in BRANCHES}
    report.author = report.author or user
    _save(report)
    return report


@transaction.atomic
def submit_report(*, user: Person, case_id: int, version: int) -> AnalysisReport:
    """Hand the report in for approval. Raises Http404, PermissionDenied, ValidationError."""
    report = _locked(user, case_id, "analyse", version)
    if report.state != AnalysisState.DRAFT:
        raise ValidationError(_("This report is submitted already."))
    missing = [
        str(AnalysisReport._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # they are columns
        for name in DEMANDED
        if not getattr(report, name).strip()
    ]
    if missing:
        raise ValidationError(_("Still missing: %(names)s.") % {"names": ", ".join(missing)})
    report.state, report.submitted_at, report.author = AnalysisState.SUBMITTED, now(), user
    report.returned_note = ""
    _save(report)
    _enter(report, user, "analysis_submitted")
    approvers = people_holding({Role.PROJECT_MANAGER, Role.COMPANY_MANAGER}, report.case.site)
    tell(notices.ANALYSIS_SUBMITTED, report.case, approvers.exclude(pk=user.pk))
    return report


@transaction.atomic
def approve_report(*, user: Person, case_id: int, version: int) -> AnalysisReport:
    """Approve a submitted report of somebody else. Raises Http404, PermissionDenied, ValidationError."""
    report = _submitted(user, case_id, version)
    if report.author_id == user.pk:
        raise ValidationError(_("Somebody else than its author approves a report."))
    report.state, report.approved_by, report.approved_at = AnalysisState.APPROVED, user, now()
    _save(report)
    _enter(report, user, "analysis_approved")
    return report


@transaction.atomic
def return_report(*, user: Person, case_id: int, version: int, note: str) -> AnalysisReport:
    """Send a submitted report back to its author, with why. Raises Http404, PermissionDenied, ValidationError."""
    report = _submitted(user, case_id, version)
    if not note.strip():
        raise ValidationError({"note": _("Say why.")})
    report.state, report.submitted_at, report.returned_note = AnalysisState.DRAFT, None, note.strip()
    _save(report)
    _enter(report, user, "analysis_returned", note.strip())
    if report.author is not None:
        tell(notices.ANALYSIS_RETURNED, report.case, [report.author])
    return report


def _locked(user: Person, case_id: int, action: str, version: int) -> AnalysisReport:
    """The report for writing (a new one when there is none), with its case."""
    case = get_visible_or_404(user, Case.objects.select_related("site"), pk=case_id)
    require(user, action, case)
    AnalysisReport.objects.get_or_create(case=case, defaults={"is_demanded": False})
    report = AnalysisReport.objects.select_for_update(of=("self",)).select_related("author").get(case=case)
    report.case = case
    if report.version != version:
        raise ValidationError(
            _(
                "Somebody changed the report meanwhile. What you typed is still here; compare and send it again."
            )
        )
    return report


def _submitted(user: Person, case_id: int, version: int) -> AnalysisReport:
    report = _locked(user, case_id, "approve_analysis", version)
    if report.state != AnalysisState.SUBMITTED:
        raise ValidationError(_("This report is not waiting for approval."))
    return report


def _save(report: AnalysisReport) -> None:
    report.version += 1
    report.save()
    mark_days(report.case)
    live.publish(f"site:{report.case.site_id}", "cases", case=report.case_id)
    emit(signals.case_changed, case_id=report.case_id, site_id=report.case.site_id)


def _enter(report: AnalysisReport, user: Person, code: str, text: str = "") -> None:
    enter(
        report.case,
        CaseEntry(case=report.case, kind=EntryKind.CHANGED, at=now(), actor=user, code=code, text=text),
    )
