"""A case as the resident who follows it reads it: plain words, roles for people, only what is told them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core.clock import now
from core.models import Attachment
from incidents.models import Case, CaseEntry, CaseKind, CaseStatus, EntryPhoto, FollowUp
from incidents.selectors.resident_words import (
    WORDS,
    bar_for_resident,
    is_by_resident,
    title_for_resident,
    waits_for_resident,
    where_for_resident,
)
from incidents.selectors.steps import BarStep
from incidents.selectors.told import FROM_RESIDENTS, is_told
from incidents.workflows import RESIDENT, Step, workflow_of
from organization.models import Membership, Role

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
    def title(self) -> str:
        """Their own words; of what the house wrote only the kind."""
        return self.case.title if self._is_theirs else str(self.case.get_kind_display())

    @property
    def place(self) -> str:
        """Where it is, as they said it."""
        return self.case.place if self._is_theirs else ""

    @property
    def _is_theirs(self) -> bool:
        return self.case.source in FROM_RESIDENTS

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
        bar=bar_for_resident(case),
        where=str(where_for_resident(case)),
        role=_role(case),
        waits=waits_for_resident(case),
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
    is_own = told and entry.actor_id is None and is_by_resident(case, entry)
    return PublicLine(
        at=entry.at,
        title=title_for_resident(case, entry, is_own=is_own),
        text=entry.text if told else "",
        photos=photos if told else (),
        is_own=is_own,
    )


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
