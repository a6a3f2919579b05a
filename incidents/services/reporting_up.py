"""Reporting an incident upward in time: within minutes to company and district by level, within the hour by law.

A report is owed from the confirmation of an incident with a level. When casualties change within 30 days of the
incident (7 for fires) after it was sent, a supplement is owed (Order 493 §13).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.clock import now
from incidents.categories import FIRE
from incidents.models import (
    Case,
    CaseEntry,
    CaseKind,
    CaseStatus,
    EntryKind,
    ReportChannel,
    StatutoryGrade,
    UpwardReport,
)
from incidents.selectors.limits import LimitBook, report_limits
from incidents.selectors.upward import ITEMS, filled
from incidents.services.writing import locked, mark_moments, save
from incidents.workflows import Act, Step
from organization.models import Person

SUPPLEMENT_WITHIN = timedelta(days=30)
SUPPLEMENT_WITHIN_FIRE = timedelta(days=7)


class StaleReport(Exception):
    """Somebody changed the report since it was read."""


def owe_report(case: Case) -> None:
    """Make or re-time the report an incident owes; nothing for other kinds, unconfirmed and void ones."""
    if case.kind != CaseKind.INCIDENT or case.status == CaseStatus.VOID:
        return
    facts = case.incident
    if facts.confirmed_at is None or facts.level is None:
        return
    book = LimitBook(case.company_id, case.site_id)
    house, law = report_limits(book, level=facts.level, grade=facts.statutory_grade)
    if house is None:
        return
    due = facts.confirmed_at + timedelta(minutes=house.minutes)
    by_law = None if law is None else facts.confirmed_at + timedelta(minutes=law.minutes)
    report = case.upward_reports.filter(number=1).first()
    if report is None:
        UpwardReport.objects.create(case=case, due_at=due, statutory_due_at=by_law)
    elif report.sent_at is None and (report.due_at, report.statutory_due_at) != (due, by_law):
        mark_moments(case, report.due_at, report.statutory_due_at)
        report.due_at, report.statutory_due_at = due, by_law
        report.save(update_fields=["due_at", "statutory_due_at"])


def owe_report_on_step(case: Case, step: Step, actor: Person | None, moment: datetime) -> None:
    """Confirmation, another level or grade."""
    owe_report(case)


def owe_supplement_on_act(case: Case, act: Act, actor: Person | None, moment: datetime) -> None:
    """Changed casualties after the report went out owe a supplement while its window is open."""
    if act.code == "casualties":
        owe_supplement(case, moment)


def owe_supplement(case: Case, moment: datetime) -> None:
    """A supplement, due when its window ends, unless one is owed already."""
    last = case.upward_reports.order_by("-number").first()
    window = SUPPLEMENT_WITHIN_FIRE if case.category == FIRE else SUPPLEMENT_WITHIN
    until = case.occurred_at + window
    if last is not None and last.sent_at is not None and moment <= until:
        UpwardReport.objects.create(case=case, number=last.number + 1, due_at=until)


@transaction.atomic
def write_report(
    *,
    user: Person,
    case_id: int,
    version: int,
    items: Mapping[str, str],
    statutory_grade: str = StatutoryGrade.NONE,
    is_sent: bool = False,
    sent_to: str = "",
    channel: str = "",
) -> UpwardReport:
    """Keep the report as a draft, or record that it was sent: to whom and how. The first sending counts as the report.

    `version` is that of the report (F46). Raises Http404, PermissionDenied, StaleReport, ValidationError.
    """
    case, moment = locked(user, case_id, "change"), now()
    if case.kind != CaseKind.INCIDENT:
        raise ValidationError(_("Only incidents are reported upward."))
    facts = case.incident
    if statutory_grade != facts.statutory_grade:
        facts.statutory_grade = StatutoryGrade(statutory_grade)
        facts.save(update_fields=["statutory_grade"])
        owe_report(case)
    report = case.upward_reports.filter(sent_at=None).first()
    if report is None:
        raise ValidationError(_("No report is owed: confirm the incident with its level first."))
    if report.version != version:
        raise StaleReport
    for name in ITEMS:
        setattr(report, name, items.get(name, getattr(report, name)).strip())
    report.version += 1
    line = None
    if is_sent:
        _send(case, report, user, moment, sent_to.strip(), channel)
        facts.reported_up_at = facts.reported_up_at or moment
        facts.save(update_fields=["reported_up_at"])
        code = "supplemented" if report.is_supplement else "reported_up"
        said = f"{report.get_channel_display()}: {report.sent_to}"
        line = CaseEntry(case=case, kind=EntryKind.CHANGED, at=moment, actor=user, code=code, text=said)
    report.save()
    save(case, line)
    return report


def _send(
    case: Case, report: UpwardReport, user: Person, moment: datetime, sent_to: str, channel: str
) -> None:
    wrong = {}
    if not sent_to:
        wrong["sent_to"] = _("Say to whom it was reported.")
    if channel not in ReportChannel.values:
        wrong["channel"] = _("Say how it was reported.")
    if wrong:
        raise ValidationError(wrong)
    for name, text in filled(case, report).items():
        setattr(report, name, text)
    report.sent_at, report.sent_by, report.sent_to, report.channel = moment, user, sent_to, channel
