"""The cases in a phone's bundle: what somebody needs to act on them for a day without a network."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Case as When
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Value, Window
from django.db.models import When as Then
from django.db.models.functions import RowNumber

from collaboration.models import RequestKind
from core import policies
from core.attachments import attachments_for
from core.models import Attachment
from incidents.dispatch_states import next_step
from incidents.models import ACTIVE, ApprovalRule, Case, CaseEntry, Dispatch
from incidents.selectors import clocks
from incidents.selectors.reading import WHOLE, title_of
from incidents.selectors.steps import acts_of, state_of, steps_for
from incidents.selectors.wording import text_of
from incidents.services.asking import choices_of, fields_of
from incidents.workflows import workflow_of
from organization.access import EVERYBODY, grants_of
from organization.models import Department, Membership, Person, Role, Site

#: Cases carried: those that are the person's own, and the gravest others.
MOST_OWN, MOST_OTHERS = 30, 20
#: Lines of each timeline.
MOST_LINES = 12


def cases_of_phone(person: Person, sites: Sequence[Site]) -> dict[str, Any]:
    """Cases with what may be done with them, choices of the forms, people and departments; nine queries."""
    cases = _cases(person, sites)
    _read_rules(cases)
    lines, files = _lines(cases), attachments_for(cases)
    choices: dict[str, Any] = {}
    return {
        "cases": [_case(person, case, lines[case.pk], files[str(case.pk)], choices) for case in cases],
        "case_choices": choices,
        "people": _people(sites) if any(steps_for(person, case) for case in cases) else [],
        "departments": _departments(person, sites),
        "help_kinds": [{"value": value, "label": str(label)} for value, label in RequestKind.choices],
    }


def _cases(person: Person, sites: Collection[Site]) -> list[Case]:
    """Own ones first (sent there, or given), then open ones of the person's sites, the gravest first."""
    if grants_of(person).roles() <= {Role.AUDITOR}:
        return []
    sent = Dispatch.objects.filter(case=OuterRef("pk"), person=person, state__in=ACTIVE)
    own = When(Then(Exists(sent) | Q(assigned_to=person), then=Value(0)), default=Value(1))
    dispatches = Dispatch.objects.select_related("person").order_by("-is_lead", "pk")
    rows = (
        Case.objects.visible_to(person)
        .filter(site__in=[site.pk for site in sites], closed_at=None)
        .select_related(*WHOLE)
        .prefetch_related(Prefetch("dispatches", dispatches))
        .annotate(whose=own)
        .annotate(
            rank=Window(RowNumber(), partition_by=F("whose"), order_by=(F("priority"), F("due_at"), F("pk")))
        )
        .filter(Q(whose=0, rank__lte=MOST_OWN) | Q(whose=1, rank__lte=MOST_OTHERS))
    )
    return list(rows.order_by("whose", "rank"))


def _read_rules(cases: Iterable[Case]) -> None:
    """Approval rules of all the cases at once: `selectors.simplified` keeps them with each case."""
    by_place: defaultdict[tuple[int, str], list[ApprovalRule]] = defaultdict(list)
    companies = {case.company_id for case in cases}
    for rule in ApprovalRule.objects.filter(company__in=companies, is_active=True):
        by_place[rule.company_id, rule.kind].append(rule)
    for case in cases:
        rules = by_place[case.company_id, case.kind]
        case._approval_rules = [  # type: ignore[attr-defined]  # as simplified.rules_of keeps them
            rule for rule in rules if rule.site_id in (None, case.site_id)
        ]


def _lines(cases: Iterable[Case]) -> Mapping[int, list[CaseEntry]]:
    rank = Window(RowNumber(), partition_by=F("case_id"), order_by=(F("at").desc(), F("pk").desc()))
    rows = CaseEntry.objects.filter(case__in=[case.pk for case in cases]).annotate(rank=rank)
    found: defaultdict[int, list[CaseEntry]] = defaultdict(list)
    for entry in rows.filter(rank__lte=MOST_LINES).select_related("actor").order_by("case_id", "at", "pk"):
        found[entry.case_id].append(entry)
    return found


def _case(
    person: Person,
    case: Case,
    lines: Iterable[CaseEntry],
    files: Iterable[Attachment],
    choices: dict[str, Any],
) -> dict[str, Any]:
    mine = next((one for one in case.dispatches.all() if one.person_id == person.pk and one.is_active), None)
    tells = policies.allowed(person, "reporter", case)
    by_line: defaultdict[tuple[Any, Any], list[Attachment]] = defaultdict(list)
    for file in files:
        by_line[file.made_by_id, file.device_at].append(file)
    return {
        "id": case.pk,
        "number": case.number,
        "site_id": case.site_id,
        "version": case.version,
        "kind": case.kind,
        "kind_label": str(case.get_kind_display()),
        "title": case.title,
        "description": case.description,
        "place": case.place,
        "zone": case.zone.name if case.zone else "",
        "latitude": case.latitude,
        "longitude": case.longitude,
        "priority": case.priority,
        "priority_label": str(case.get_priority_display()),
        "status": case.status,
        "state_label": str(state_of(case).label),
        "reported_at": case.reported_at.isoformat(),
        "response_due_at": None
        if case.paused_since or clocks.responded_at(case)
        else _iso(case.response_due_at),
        "response_is_arrival": clocks.is_arrival(case),
        "due_at": None if case.resolved_at or case.paused_since else _iso(case.due_at),
        "reporter": case.reporter if tells or case.reported_by is not None else "",
        "reporter_phone": case.reporter_phone if tells else "",
        "assigned_to": case.assigned_to.name if case.assigned_to else "",
        "is_mine": mine is not None or case.assigned_to_id == person.pk,
        "dispatch": None if mine is None else _mine(mine),
        "sent": [
            {
                "name": one.person.name,
                "state": one.state,
                "label": str(one.get_state_display()),
                "is_lead": one.is_lead,
                "phone": one.person.phone,
            }
            for one in case.dispatches.all()
            if one.is_active and one.person_id != person.pk
        ],
        "steps": [_asked(case, step, step.tone, choices) for step in steps_for(person, case)],
        "acts": [
            {**_asked(case, act, act.tone, choices), "icon": act.icon, "call": act.call}
            for act in acts_of(case)
        ],
        "lines": [_line(case, entry, by_line[entry.actor_id, entry.at]) for entry in lines],
        "photos": [str(file.pk) for file in files if file.blob.is_stored and not file.blob.is_sound],
    }


def _mine(dispatch: Dispatch) -> dict[str, Any]:
    return {
        "id": dispatch.pk,
        "state": dispatch.state,
        "label": str(dispatch.get_state_display()),
        "is_lead": dispatch.is_lead,
        "next": next_step(dispatch.state),
        "assigned_at": dispatch.assigned_at.isoformat(),
        "answer_by": dispatch.answer_by.isoformat(),
        "distance_m": dispatch.distance_m,
    }


def _asked(case: Case, asked: Any, tone: str, choices: dict[str, Any]) -> dict[str, Any]:
    fields = fields_of(case, asked)
    for field in fields:
        if (key := field.get("choices")) and key not in choices:
            choices[key] = choices_of(case, field["path"])
    return {"code": asked.code, "label": str(asked.label), "tone": tone, "fields": fields}


def _line(case: Case, entry: CaseEntry, files: Iterable[Attachment]) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "at": entry.at.isoformat(),
        "title": title_of(workflow_of(case.kind), entry),
        "who": entry.actor.name if entry.actor else "",
        "text": text_of(entry),
        "operation": str(entry.operation_id) if entry.operation_id else None,
        "files": [{"id": str(file.pk), "sound": file.blob.is_sound} for file in files if file.blob.is_stored],
    }


def _people(sites: Collection[Site]) -> list[dict[str, Any]]:
    """Who may be given a case, by site."""
    keys = {site.pk for site in sites}
    companies = {site.company_id for site in sites}
    held = Membership.objects.valid_on().filter(
        company__in=companies, person__is_active=True, role__in=EVERYBODY - {Role.AUDITOR}
    )
    here = held.filter(Q(site__in=keys) | Q(department__site__in=keys) | Q(site=None, department__site=None))
    rows = here.order_by("person__name", "person_id").values_list("person_id", "person__name").distinct()
    return [{"value": str(pk), "label": name} for pk, name in rows]


def _departments(person: Person, sites: Collection[Site]) -> list[dict[str, Any]]:
    here = Q(site=None) | Q(site__in=[site.pk for site in sites])
    rows = Department.objects.filter(here, company_id=person.company_id or 0).order_by("name", "pk")
    return [{"id": row.pk, "name": row.name, "site_id": row.site_id} for row in rows]


def _iso(moment: Any) -> str | None:
    return None if moment is None else moment.isoformat()
