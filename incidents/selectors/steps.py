"""Which steps and acts a person may take with a case now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from incidents.models import Case, CaseStatus
from incidents.selectors import simplified
from incidents.workflows import RESIDENT, RULE, Act, State, Step, workflow_of
from organization.access import grants_of

_NOT_ROLES = frozenset({RESIDENT, RULE})


def may_take(user: Any, case: Case, step: Step) -> bool:
    """Does the table allow the person the step, or an approval rule that makes it simpler for routine matters?"""
    if by_table(user, case, step):
        return True
    return (
        bool(step.who - _NOT_ROLES)
        and simplified.works_there(user, case)
        and simplified.superior_waived(case, step) is not None
    )


def by_table(user: Any, case: Case, step: Step) -> bool:
    """Does a role of the person at the case's site, or being assigned to it, allow the step?"""
    if step.assignee and case.assigned_to_id is not None and case.assigned_to_id == user.pk:
        return True
    roles = step.who - _NOT_ROLES
    return bool(roles) and grants_of(user).has(roles, site=case.site)


def steps_for(user: Any, case: Case) -> list[Step]:
    """The steps that lead on from where the case stands and that the person may take; none of a merged one."""
    if case.duplicate_of_id is not None:
        return []
    return [step for step in workflow_of(case.kind).steps_from(case.state) if may_take(user, case, step)]


def acts_of(case: Case) -> Sequence[Act]:
    """What can be done beside the steps; nothing once the case is void."""
    return () if case.status == CaseStatus.VOID else workflow_of(case.kind).acts


@dataclass(frozen=True, slots=True)
class BarStep:
    """A state in the step bar: `state` is done, now or next."""

    label: Any
    state: str


def bar_of(case: Case) -> list[BarStep]:
    """The step bar; a case that left the usual way shows where it ended."""
    workflow = workflow_of(case.kind)
    here = workflow.state(case.state)
    if not here.in_bar:
        return [BarStep(workflow.initial.label, "done"), BarStep(here.label, "now")]
    at = workflow.bar.index(here)
    last = len(workflow.bar) - 1
    return [
        BarStep(state.label, "done" if n < at or (n == at == last) else "now" if n == at else "next")
        for n, state in enumerate(workflow.bar)
    ]


def state_of(case: Case) -> State:
    """The state a case stands at."""
    return workflow_of(case.kind).state(case.state)
