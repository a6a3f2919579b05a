"""Where a case stands and what has happened, in the words residents are told: none of the house's own."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.models import Case, CaseEntry, CaseKind, CaseStatus, EntryKind
from incidents.selectors.steps import BarStep
from incidents.selectors.told import RATED
from incidents.workflows import RESIDENT, workflow_of

RECEIVED, AT_WORK = gettext_lazy("Received"), gettext_lazy("Being worked on")
SETTLED, CLOSED = gettext_lazy("Settled"), gettext_lazy("Closed")
BAR = (RECEIVED, AT_WORK, SETTLED, CLOSED)
#: Steps of the resident in their own words.
WORDS: dict[str, Any] = {
    "confirm": gettext_lazy("Yes, it is solved"),
    "reopen": gettext_lazy("No, it is not solved"),
    "withdraw": gettext_lazy("I withdraw it"),
    "answer": gettext_lazy("I accept the answer"),
}


def bar_for_resident(case: Case) -> list[BarStep]:
    """The step bar: four steps, whatever the kind; where it left the usual way, it says so."""
    if case.status == CaseStatus.VOID:
        return [BarStep(RECEIVED, "done"), BarStep(where_for_resident(case), "now")]
    at, last = _at(case), len(BAR) - 1
    return [
        BarStep(label, "done" if n < at or n == at == last else "now" if n == at else "next")
        for n, label in enumerate(BAR)
    ]


def where_for_resident(case: Case) -> Any:
    """Where it stands, in one sentence."""
    if case.status == CaseStatus.VOID:
        if case.duplicate_of is not None:
            if case.duplicate_of.status == CaseStatus.OPEN:
                return _("This had been reported before. We work on both together.")
            return _("This had been reported before. It is settled.")
        return {
            "withdrawn": _("It was withdrawn."),
            "declined": _("We cannot do this; the reason is below."),
        }.get(case.state, _("We looked into it; nothing has to be done."))
    return (
        _("We have received it. Somebody will look at it."),
        _("We are working on it."),
        _("We have settled it. Is it solved for you?")
        if case.kind in (CaseKind.SERVICE_REQUEST, CaseKind.COMPLAINT)
        else _("We have settled it."),
        _("It is settled and closed."),
    )[_at(case)]


def waits_for_resident(case: Case) -> str:
    """Why nothing happens just now, in general words; what was written about it stays inside."""
    return _("We are waiting for something we need; then we go on.") if case.paused_since else ""


def title_for_resident(case: Case, entry: CaseEntry, *, is_own: bool) -> str:
    """What a line is called, without the words of the house."""
    if entry.kind == EntryKind.OPENED:
        return _("Your report") if is_own else _("Report received")
    if entry.kind == EntryKind.MESSAGE:
        if entry.code == RATED:
            return _("Your rating")
        return _("You wrote") if is_own else _("Our answer")
    if entry.kind == EntryKind.STEP and is_own:
        return str(WORDS.get(entry.code, _("You answered")))
    if entry.kind == EntryKind.STEP:
        return _step_title(case, entry)
    if entry.kind == EntryKind.ACT:
        try:
            return str(workflow_of(case.kind).act(entry.code).label)
        except LookupError:  # written by an earlier table
            return _("News")
    return _("News")


def _step_title(case: Case, entry: CaseEntry) -> str:
    workflow = workflow_of(case.kind)
    try:
        if case.kind in (CaseKind.SERVICE_REQUEST, CaseKind.COMPLAINT):
            return str(workflow.state(entry.to_state).label)
        status = workflow.state(entry.to_state).status
    except LookupError:  # written by an earlier table
        return _("News")
    return str(_OF_STATUS[status])


_OF_STATUS = {
    CaseStatus.OPEN: AT_WORK,
    CaseStatus.RESOLVED: SETTLED,
    CaseStatus.CLOSED: CLOSED,
    CaseStatus.VOID: gettext_lazy("Ended"),
}


def is_by_resident(case: Case, entry: CaseEntry) -> bool:
    """Is a told line without an actor the resident's own?"""
    if entry.kind == EntryKind.STEP:
        return any(step.code == entry.code and RESIDENT in step.who for step in workflow_of(case.kind).steps)
    return entry.kind in (EntryKind.OPENED, EntryKind.MESSAGE)


def _at(case: Case) -> int:
    if case.status == CaseStatus.CLOSED:
        return 3
    if case.status == CaseStatus.RESOLVED:
        return 2
    return 0 if case.acknowledged_at is None and case.state == workflow_of(case.kind).initial.code else 1
