"""How the demo's cases go on: each through the steps of its workflow, by people whose roles may take them."""

from typing import Any

from incidents.models import Case, CaseKind
from incidents.services.steps import take_step
from organization.access import people_holding
from organization.models import Person, Role

_SUPERVISORS = (Role.SUPERVISOR,)


def walk_to_its_end(case: Case, *, worker: Person, settled: str) -> None:
    """From where it was opened to closed; what somebody else has to verify, a supervisor verifies."""
    other = people_holding(_SUPERVISORS, case.site).exclude(pk=worker.pk).order_by("pk").first() or worker
    for person, step, values in _path(case, worker, other, settled):
        take_step(user=person, case_id=case.pk, step=step, values=values)


def _path(
    case: Case, worker: Person, other: Person, settled: str
) -> list[tuple[Person, str, dict[str, Any]]]:
    match case.kind:
        case CaseKind.INCIDENT:
            return [
                (worker, "settle", {"category": case.category, "resolution": settled}),
                (other, "close", {"cause": settled, "no_action_reason": settled}),
            ]
        case CaseKind.VIOLATION:
            return [
                (
                    worker,
                    "submit",
                    {
                        "facts.offender": "resident",
                        "facts.severity": "minor",
                        "facts.facts": case.title,
                        "facts.evidence": case.description or case.title,
                        "facts.proposal": settled,
                    },
                ),
                (
                    other,
                    "plan",
                    {"facts.plan": settled, "assigned_to": worker, "due_at": case.due_at},
                ),
                (worker, "rectify", {"resolution": settled}),
                (other, "reinspect", {"facts.reinspection": settled}),
                (other, "account", {"facts.sanction": "none"}),
                (other, "close", {"lessons": settled, "no_action_reason": settled}),
            ]
        case CaseKind.HAZARD:
            return [
                (worker, "fix", {"resolution": settled}),
                (other, "verify", {"facts.verification": settled}),
                (other, "close", {}),
            ]
        case CaseKind.SERVICE_REQUEST:
            return [
                (worker, "accept", {}),
                (worker, "finish", {"resolution": settled}),
                (other, "confirm", {}),
            ]
    return [
        (worker, "investigate", {}),
        (other, "reply", {"facts.reply": settled, "facts.is_valid": True}),
        (other, "answer", {"facts.answer": "accepted"}),
    ]
