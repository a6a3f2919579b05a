"""A case as the resident who follows it reads it: plain words, roles for people, only what is told them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.clock import now
from core.models import Attachment
from incidents.models import Case, CaseEntry, CaseKind, CaseStatus, EntryKind, EntryPhoto, FollowUp
from incidents.selectors.steps import BarStep
from incidents.selectors.told import RATED, is_told
from incidents.workflows import RESIDENT, Step, workflow_of
from organization.models import Membership, Role

RECEIVED, AT_WORK = gettext_lazy("Received"), gettext_lazy("Being worked on")
SETTLED, CLOSED = gettext_lazy("Settled"), gettext_lazy("Closed")
BAR = (RECEIVED, AT_WORK, SETTLED, CLOSED)
#: Who of several roles is named: whoever is nearest to the work.
_NEAREST = (
    Role.FACILITY_ENGINEER,
    Role.FIRE_SAFETY_MANAGER,
    Role.GUARD,
    Role.SHIFT_LEADER,
    Role.SUPERVISOR,
    Role.PROJECT_MANAGER,
    Role.COMPANY_MANAGER,
)
#: Steps of the resident in their own words.
WORDS: dict[str, Any] = {
    "confirm": gettext_lazy("Yes, it is solved"),
    "reopen": gettext_lazy("No, it is not solved"),
    "withdraw": gettext_lazy("I withdraw it"),
    "answer": gettext_lazy("I accept the answer"),
}


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A line of the timeline: when, what, and the words and photos where they are told. `is_own`: by the resident."""

    at: datetime
    title: str
    text: str
    photos: Sequence[Attachment]
    is_own: bool


@dataclass(frozen=True, slots=True)
class ResidentStep:
    """A step the resident may take, in their words."""

    step: Step
    label: Any

    @property
    def needs_word(self) -> bool:
        """Must they say why?"""
        return "note" in self.step.demands


@dataclass(frozen=True, slots=True)
class ResidentView:
    """Everything the resident's page shows."""

    case: Case
    bar: Sequence[BarStep]
    where: str
    role: str
    waits: str
    lines: Sequence[PublicLine]
    before: Sequence[Attachment]
    after: Sequence[Attachment]
    answer: str
    steps: Sequence[ResidentStep]
    rating: int | None
    rating_text: str

    @property
    def steps_of_bar(self) -> list[tuple[Any, str]]:
        """As components/steps.html takes it."""
        return [(step.label, step.state) for step in self.bar]

    @property
    def due_at(self) -> datetime | None:
        """Until when it is to be settled; None once it is."""
        return self.case.due_at if self.case.status == CaseStatus.OPEN else None

    @property
    def answer_due_at(self) -> datetime | None:
        """Until when somebody responds; None once somebody has, or when the time has passed."""
        case = self.case
        responded = case.first_reply_at or case.acknowledged_at
        due = case.response_due_at
        return due if case.status == CaseStatus.OPEN and responded is None and due and due > now() else None


def resident_view(case: Case) -> ResidentView:
    """The case with its facts loaded, as a resident may read it: five queries at most."""
    lines = _lines(case)
    own = [photo for line in lines if line.is_own for photo in line.photos]
    ours = [photo for line in lines if not line.is_own for photo in line.photos]
    facts = getattr(case, workflow_of(case.kind).facts)
    is_request = case.kind == CaseKind.SERVICE_REQUEST
    return ResidentView(
        case=case,
        bar=_bar(case),
        where=str(_where(case)),
        role=_role(case),
        waits=_waits(case),
        lines=lines,
        before=own,
        after=ours,
        answer=_answer(case),
        steps=_steps(case),
        rating=facts.rating if is_request else None,
        rating_text=facts.rating_text if is_request else "",
    )


def photo_of(follow_up: FollowUp, identifier: Any) -> Attachment | None:
    """A photo the resident may see; None for any other."""
    shown = EntryPhoto.objects.select_related("attachment__blob", "attachment__site", "entry").filter(
        entry__case_id=follow_up.case_id, attachment_id=identifier
    )
    for one in shown:
        if is_told(follow_up.case, one.entry):
            return one.attachment
    return None


def _lines(case: Case) -> list[PublicLine]:
    entries = list(case.entries.filter(is_internal=False).order_by("at", "pk"))
    photos: dict[int, list[Attachment]] = {}
    found = EntryPhoto.objects.select_related("attachment__blob", "attachment__site")
    for one in found.filter(entry__in=entries, attachment__blob__state="stored"):
        photos.setdefault(one.entry_id, []).append(one.attachment)
    return [_line(case, entry, photos.get(entry.pk, [])) for entry in entries]


def _line(case: Case, entry: CaseEntry, photos: list[Attachment]) -> PublicLine:
    told = is_told(case, entry)
    is_own = told and entry.actor_id is None and _by_resident(case, entry)
    return PublicLine(
        at=entry.at,
        title=_title(case, entry, is_own=is_own),
        text=entry.text if told else "",
        photos=photos if told else (),
        is_own=is_own,
    )


def _by_resident(case: Case, entry: CaseEntry) -> bool:
    if entry.kind == EntryKind.STEP:
        return any(step.code == entry.code and RESIDENT in step.who for step in workflow_of(case.kind).steps)
    return entry.kind in (EntryKind.OPENED, EntryKind.MESSAGE)


def _title(case: Case, entry: CaseEntry, *, is_own: bool) -> str:
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
        return str(workflow_of(case.kind).act(entry.code).label)
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


def _at(case: Case) -> int:
    if case.status == CaseStatus.CLOSED:
        return 3
    if case.status == CaseStatus.RESOLVED:
        return 2
    return 0 if case.acknowledged_at is None and case.state == workflow_of(case.kind).initial.code else 1


def _bar(case: Case) -> list[BarStep]:
    if case.status == CaseStatus.VOID:
        return [BarStep(RECEIVED, "done"), BarStep(_where(case), "now")]
    at, last = _at(case), len(BAR) - 1
    return [
        BarStep(label, "done" if n < at or n == at == last else "now" if n == at else "next")
        for n, label in enumerate(BAR)
    ]


def _where(case: Case) -> Any:
    """Where it stands, in one sentence."""
    if case.status == CaseStatus.VOID:
        if case.duplicate_of is not None:
            if case.duplicate_of.status == CaseStatus.OPEN:
                return _("This had been reported before. We work on both together.")
            return _("This had been reported before. It is settled.")
        return {
            "withdrawn": _("You withdrew it."),
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


def _waits(case: Case) -> str:
    """Why nothing happens just now, in general words; what was written about it stays inside."""
    return _("We are waiting for something we need; then we go on.") if case.paused_since else ""


def _answer(case: Case) -> str:
    if case.status not in (CaseStatus.RESOLVED, CaseStatus.CLOSED):
        return ""
    if case.kind == CaseKind.COMPLAINT:
        return case.complaint.reply
    return case.resolution if case.kind == CaseKind.SERVICE_REQUEST else ""


def _steps(case: Case) -> list[ResidentStep]:
    steps = workflow_of(case.kind).steps_from(case.state)
    return [ResidentStep(step, WORDS.get(step.code, step.label)) for step in steps if RESIDENT in step.who]


def _role(case: Case) -> str:
    """Who has it in hand, by role alone."""
    if case.assigned_to_id is None:
        return _("the service office")
    held = Membership.objects.filter(person_id=case.assigned_to_id, company_id=case.company_id)
    here = held.valid_on(now().date()).filter(Q(site_id=case.site_id) | Q(site=None))
    roles = set(here.values_list("role", flat=True))
    return next((str(role.label) for role in _NEAREST if role in roles), _("the service office"))
