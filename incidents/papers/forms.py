"""The forms of the source that belong to cases (requirements 1.7), each filled from one case."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from incidents.categories import category_label
from incidents.models import AnalysisReport, Case, CaseKind
from incidents.papers.definition import Cell, Paper, Table, Text, at, named
from incidents.selectors.reading import timeline

Form = Callable[[Case], Paper]


def _kind(case: Case) -> str:
    parts = [category_label(case.kind, case.category)]
    if case.subcategory:
        parts.append(category_label(case.kind, case.subcategory))
    return " · ".join(str(part) for part in parts)


def _head(case: Case) -> list[Cell]:
    return [
        Cell(pgettext("of a case or measure", "Number"), case.number),
        Cell(_("Category"), _kind(case)),
        Cell(_("Happened"), at(case, case.occurred_at)),
        Cell(_("Reported"), at(case, case.reported_at)),
        Cell(_("Where"), " · ".join(filter(None, [str(case.zone or ""), case.place])), is_wide=True),
    ]


def _course(case: Case) -> Table:
    rows = [(at(case, event.at), event.title, event.text, event.who) for event in timeline(case)]
    return Table(_("Course of handling"), (_("Time"), _("Step"), _("Content"), _("Person")), rows)


def violation_report(case: Case) -> Paper:
    """违规事件报告单 (R022): facts, chain of evidence, proposed handling, the superior's decision."""
    facts = case.violation
    return Paper(
        title=_("Violation report"),
        cells=[
            *_head(case),
            Cell(_("Who"), " ".join(filter(None, [str(facts.get_offender_display()), facts.offender_name]))),
            Cell(_("Severity"), facts.get_severity_display() if facts.severity else ""),
            Cell(_("Rule broken"), facts.rule, is_wide=True),
            Cell(_("Submitted by"), named(facts.submitted_by)),
            Cell(_("Submitted"), at(case, facts.submitted_at)),
        ],
        texts=[
            Text(_("Facts found"), facts.facts or case.description),
            Text(_("Chain of evidence"), facts.evidence),
            Text(_("Proposed handling"), facts.proposal),
            Text(_("Decision and rectification plan"), facts.plan),
            Text(_("Rectification"), case.resolution),
            Text(_("Result of the re-inspection"), facts.reinspection),
            Text(_("Lessons"), case.lessons),
        ],
        tables=[_course(case)],
        signatures=[_("Reported by"), _("Superior"), _("Re-inspected by")],
        note=_("A property company has no power to fine: residents are asked, stopped, told in writing and reported to the authority."),
    )  # fmt: skip


def incident_record(case: Case) -> Paper:
    """突发事件处置记录: levels, times, casualties, losses, the course."""
    facts = case.incident
    hurt = _("injured %(injured)d, seriously %(seriously)d, dead %(dead)d") % {
        "injured": facts.injured,
        "seriously": facts.seriously_injured,
        "dead": facts.dead,
    }
    return Paper(
        title=_("Record of an emergency"),
        cells=[
            *_head(case),
            Cell(_("Operational level"), facts.get_level_display() if facts.level else ""),
            Cell(_("Statutory grade"), facts.get_statutory_grade_display()),
            Cell(_("Confirmed"), at(case, facts.confirmed_at)),
            Cell(_("Plan activated"), at(case, facts.plan_activated_at)),
            Cell(_("First of ours on the scene"), at(case, case.arrived_at)),
            Cell(_("Outside help called"), at(case, facts.external_called_at)),
            Cell(_("Under control"), at(case, case.controlled_at)),
            Cell(_("Reported upward"), at(case, facts.reported_up_at)),
            Cell(_("Casualties"), hurt),
            Cell(_("Loss (yuan)"), "" if facts.loss_amount is None else f"{facts.loss_amount:,}"),
            Cell(_("Scope of impact"), facts.scope, is_wide=True),
        ],
        texts=[
            Text(_("Course"), case.description),
            Text(_("Handling"), case.resolution),
            Text(_("Cause"), case.cause),
            Text(_("Recovery"), facts.recovery),
        ],
        tables=[_course(case)],
        signatures=[_("Commander"), _("Recorded by"), _("Project manager")],
    )


def analysis_report(case: Case) -> Paper:
    """事件分析报告 (R088): number, time, place, people, course, causes, impact, measures."""
    report = AnalysisReport.objects.select_related("author", "approved_by").filter(case=case).first()
    if report is None:
        report = AnalysisReport(case=case)
    whys = "\n".join(f"{n}. {why}" for n, why in enumerate(report.whys, start=1))
    bones = "\n".join(
        f"{_BRANCHES[name]()}: {'; '.join(causes)}" for name, causes in report.branches if causes
    )
    return Paper(
        title=_("Incident analysis report"),
        cells=[
            *_head(case),
            Cell(
                _("People involved"),
                case.incident.people_involved if case.kind == CaseKind.INCIDENT else "",
                is_wide=True,
            ),
            Cell(_("Author"), named(report.author)),
            Cell(_("Approved by"), named(report.approved_by)),
        ],
        texts=[
            Text(_("Data collected"), report.data),
            Text(_("Course of events"), report.course),
            Text(_("Five whys"), whys),
            Text(_("Causes by branch"), bones),
            Text(_("Root cause"), report.root_cause),
            Text(_("Impact on safety"), report.impact_safety),
            Text(_("Impact on order"), report.impact_order),
            Text(_("Impact on satisfaction"), report.impact_satisfaction),
            Text(_("Measures for improvement"), report.measures),
        ],
        signatures=[_("Author"), _("Approved by"), _("Date")],
    )


_BRANCHES: dict[str, Callable[[], str]] = {
    "people": lambda: _("People"),
    "equipment": lambda: _("Equipment"),
    "management": lambda: _("Management"),
    "surroundings": lambda: _("Surroundings"),
    "method": lambda: _("Method"),
}


def after_action(case: Case) -> Paper:
    """事后总结与改进表 (R086): time, type, place, cause, measures taken, suggestions."""
    row = (
        at(case, case.occurred_at),
        _kind(case),
        case.place or (str(case.zone) if case.zone else ""),
        case.cause,
        case.resolution,
        case.lessons,
    )
    headings = (_("Time"), _("Type"), _("Place"), _("Cause"), _("Measures taken"), _("Suggestions"))
    return Paper(
        title=_("After-action summary and improvement"),
        cells=[Cell(pgettext("of a case or measure", "Number"), case.number), Cell(_("What"), case.title)],
        tables=[Table(_("Summary"), headings, [row])],
        signatures=[_("Written by"), _("Project manager")],
    )


def hazard_record(case: Case) -> Paper:
    """隐患整改记录 (F2 §30-35): grade, measure, means, verification by another, signature."""
    facts = case.hazard
    return Paper(
        title=_("Record of a hazard's rectification"),
        cells=[
            *_head(case),
            Cell(_("Grade"), facts.get_grade_display() if facts.grade else ""),
            Cell(_("Found by"), facts.get_origin_display()),
            Cell(_("Responsible"), named(case.assigned_to)),
            Cell(_("Department"), facts.department or ""),
            Cell(_("Due"), at(case, case.due_at)),
            Cell(_("First due"), at(case, case.original_due_at)),
            Cell(_("Funds (yuan)"), "" if facts.funds is None else f"{facts.funds:,}"),
            Cell(
                _("Authority and document"), " ".join(filter(None, [facts.authority, facts.document_number]))
            ),
        ],
        texts=[
            Text(_("What was found"), case.description or case.title),
            Text(_("Protection meanwhile"), facts.interim_protection),
            Text(_("Goal and method"), facts.goal),
            Text(_("Measure"), facts.measure),
            Text(_("Rectification"), case.resolution),
            Text(_("Result of the verification"), facts.verification),
        ],
        tables=[_course(case)],
        signatures=[_("Rectified by"), _("Verified by"), _("Fire-safety manager")],
    )


def work_order(case: Case) -> Paper:
    """Work order of a service request or repair: what, when, done, the resident's word."""
    facts = case.request
    return Paper(
        title=_("Work order"),
        cells=[
            *_head(case),
            Cell(_("Priority"), case.get_priority_display()),
            Cell(_("Assigned to"), named(case.assigned_to)),
            Cell(_("Appointment"), at(case, facts.appointment_at)),
            Cell(_("On site"), at(case, case.arrived_at)),
            Cell(_("Due"), at(case, case.due_at)),
            Cell(_("Done"), at(case, case.resolved_at)),
        ],
        texts=[
            Text(_("What is wanted"), case.description or case.title),
            Text(_("Cause"), case.cause),
            Text(_("What was done"), case.resolution),
            Text(_("What the resident said"), facts.rating_text),
        ],
        signatures=[_("Done by"), _("Resident"), _("Date")],
    )


def complaint_record(case: Case) -> Paper:
    """Record of a complaint or dispute, with its mediation (R003)."""
    facts = case.complaint
    return Paper(
        title=_("Mediation record") if facts.is_dispute else _("Record of a complaint"),
        cells=[
            *_head(case),
            Cell(_("First reply"), at(case, case.first_reply_at)),
            Cell(_("Resident's answer"), facts.get_answer_display() if facts.answer else ""),
            Cell(_("Parties"), facts.parties, is_wide=True),
        ],
        texts=[
            Text(_("What it is about"), case.description or case.title),
            Text(_("Mediation"), facts.mediation),
            Text(_("Reply"), facts.reply),
            Text(_("What to improve"), case.lessons),
        ],
        tables=[_course(case)],
        signatures=[_("Parties"), _("Mediator"), _("Date")],
        has_photos=False,
    )


FORMS: dict[str, Form] = {
    "violation": violation_report,
    "incident": incident_record,
    "hazard": hazard_record,
    "order": work_order,
    "complaint": complaint_record,
    "analysis": analysis_report,
    "after-action": after_action,
}
_OF_KIND = {
    CaseKind.VIOLATION: "violation",
    CaseKind.INCIDENT: "incident",
    CaseKind.HAZARD: "hazard",
    CaseKind.SERVICE_REQUEST: "order",
    CaseKind.COMPLAINT: "complaint",
}


def forms_of(case: Case) -> list[str]:
    """The forms a case can fill."""
    known = [_OF_KIND[CaseKind(case.kind)]]
    if case.kind == CaseKind.INCIDENT:
        known.append("analysis")
    return [*known, "after-action"]


def fits(case: Case, form: str) -> bool:
    """Can the case fill the form? An analysis may be written of any kind."""
    return form in (*forms_of(case), "analysis")


def title_of(form: str) -> str:
    """What a form is called, in the present language."""
    titles: dict[str, Callable[[], Any]] = {
        "violation": lambda: _("Violation report"),
        "incident": lambda: _("Record of an emergency"),
        "hazard": lambda: _("Record of a hazard's rectification"),
        "order": lambda: _("Work order"),
        "complaint": lambda: _("Record of a complaint"),
        "analysis": lambda: _("Incident analysis report"),
        "after-action": lambda: _("After-action summary and improvement"),
    }
    return str(titles[form]())
