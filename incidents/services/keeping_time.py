"""What the clocks do when a case opens, moves on or changes: limits, pauses, reports owed, escalations."""

from incidents.consequences import on_act, on_opening, on_saving, on_step
from incidents.models import Case, CaseEntry
from incidents.services.escalating import follow_escalations
from incidents.services.limits import follow_limits
from incidents.services.pausing import resume_on_step
from incidents.services.reporting_up import owe_report_on_step, owe_supplement_on_act

on_step(resume_on_step)
on_step(owe_report_on_step)
on_act(owe_supplement_on_act)


@on_opening
def begin(case: Case) -> None:
    """The first escalations."""
    follow_escalations(case)


@on_saving
def follow(case: Case) -> list[CaseEntry]:
    """Limits first, then who is called about them."""
    lines = follow_limits(case)
    follow_escalations(case)
    return lines
