"""The declared workflows, one per kind of case."""

from incidents.models import CaseKind

from . import complaint, hazard, incident, service_request, violation
from .definition import RESIDENT, RULE, Act, Condition, State, Step, Workflow

WORKFLOWS: dict[str, Workflow] = {
    workflow.kind: workflow
    for workflow in (
        incident.WORKFLOW,
        violation.WORKFLOW,
        hazard.WORKFLOW,
        service_request.WORKFLOW,
        complaint.WORKFLOW,
    )
}
assert set(WORKFLOWS) == set(CaseKind.values), "every kind has a workflow"


def workflow_of(kind: str) -> Workflow:
    """The workflow of a kind of case."""
    return WORKFLOWS[kind]


__all__ = [
    "RESIDENT",
    "RULE",
    "WORKFLOWS",
    "Act",
    "Condition",
    "State",
    "Step",
    "Workflow",
    "workflow_of",
]
