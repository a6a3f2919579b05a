"""Sending people to a case, and what they say from there: each a line of the timeline; the case follows.

Whoever writes a dispatch holds the lock of its case, so that two who send at once send one, and what a guard says
meets what the desk decided in one order. What comes too late changes no state, and no word of it is lost (F46, F47).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from core.clock import now
from core.events import emit
from core.policies import allowed
from incidents import notices, signals
from incidents.dispatch_states import Event, Verdict, after
from incidents.models import (
    Aspect,
    Case,
    CaseKind,
    CaseStatus,
    Dispatch,
    DispatchState,
)
from incidents.selectors.limits import LimitBook
from incidents.selectors.nearest import distance_of
from incidents.services.dispatch_lines import end_recalled, write_line
from incidents.services.telling import TOLD, tell
from incidents.services.writing import locked, save
from organization.access import EVERYBODY, people_holding
from organization.models import Person, Role

#: Who may be sent: whoever has a role at the site that acts.
SENDABLE = EVERYBODY - {Role.AUDITOR}
#: When no limit says otherwise.
_USUAL = timedelta(minutes=15)
MOVES = (Event.ACCEPT, Event.LEAVE, Event.ARRIVE, Event.FINISH, Event.DECLINE)


class LeadChanged(ValidationError):
    """Somebody else leads there than the sender saw; `lead` is who now."""

    def __init__(self, lead: Dispatch | None) -> None:
        message = (
            _("Meanwhile %(person)s has been sent. Look again before you send somebody else.")
            if lead is not None
            else _("Meanwhile nobody leads there any more. Look again before you send somebody.")
        )
        super().__init__(message, code="lead_changed", params={"person": lead.person.name if lead else ""})
        self.lead = lead


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of something somebody said about a dispatch."""

    dispatch: Dispatch
    verdict: Verdict


@transaction.atomic
def send(
    *,
    user: Person,
    case_id: int,
    person: Person,
    is_lead: bool = True,
    instead_of: int | None = None,
    note: str = "",
) -> Dispatch:
    """Send somebody to a case: to lead there, or to help.

    `instead_of` is the dispatch that led when the sender looked (None: nobody did); it is withdrawn with notice. A
    helper may be made the one who leads; sending the same person again changes nothing. Raises Http404, PermissionDenied, LeadChanged, ValidationError.
    """
    case, moment = locked(user, case_id, "dispatch"), now()
    if case.status != CaseStatus.OPEN:
        raise ValidationError(_("This case is settled already."))
    active = {row.person_id: row for row in case.dispatches.active().select_related("person")}
    lead = next((row for row in active.values() if row.is_lead), None)
    known = active.get(person.pk)
    if known is not None and (known.is_lead or not is_lead):
        return known
    if is_lead and (lead.pk if lead is not None else None) != instead_of:
        raise LeadChanged(lead)
    if known is None and not people_holding(SENDABLE, case.site).filter(pk=person.pk).exists():
        raise ValidationError(_("%(person)s does not work at this site."), params={"person": person.name})
    if is_lead and lead is not None:
        end_recalled(case, lead, moment, user, f"→ {person.name}")
    dispatch = known or Dispatch(
        case=case,
        person=person,
        assigned_by=user,
        assigned_at=moment,
        answer_by=moment + _time_to_accept(case),
        distance_m=distance_of(case, person, moment),
    )
    dispatch.is_lead = is_lead
    dispatch.save()
    if is_lead:
        case.assigned_to = person
    if case.kind == CaseKind.INCIDENT and case.incident.dispatched_at is None:
        case.incident.dispatched_at = moment
        case.incident.save()
    write_line(case, dispatch, "dispatch.lead" if is_lead else "dispatch.help", moment, user, note.strip())
    if person.pk != user.pk:
        tell(notices.DISPATCHED, case, [person], key=f"{dispatch.pk}:{is_lead}")
    return dispatch


@transaction.atomic
def move(
    *,
    user: Person,
    case_id: int,
    dispatch_id: int,
    event: str,
    note: str = "",
    photos: Iterable[str] = (),
    at: datetime | None = None,
    operation_id: UUID | None = None,
) -> Moved:
    """Say how far one is: accept, leave, arrive, finish, decline (with a reason in `note`).

    The one who was sent says it; whoever may send says it for them (by radio). In any order of arrival: `at` is the
    corrected time of the phone, and an operation that was entered before changes nothing.
    Raises Http404, PermissionDenied, ValidationError.
    """
    case, moment, said = locked(user, case_id, "note"), at or now(), note.strip()
    dispatch = case.dispatches.select_related("person").filter(pk=dispatch_id).first()
    if dispatch is None:
        raise Http404
    if event not in MOVES:
        raise ValidationError({"event": _("There is no such choice.")})
    if dispatch.person_id != user.pk and not allowed(user, "dispatch", case):
        raise PermissionDenied(_("Somebody else was sent."))
    if operation_id is not None and case.entries.filter(operation_id=operation_id).exists():
        return Moved(dispatch, Verdict.KNOWN)
    if event == Event.DECLINE and not said:
        raise ValidationError({"note": _("Say why.")})
    state, verdict = after(dispatch.state, Event(event))
    if verdict == Verdict.MOVED:
        dispatch.state = state
    stamp(dispatch, Event(event), verdict, moment)
    if verdict == Verdict.MOVED and event == Event.DECLINE:
        dispatch.reason = said[:300]
    dispatch.save()
    _follow(case, dispatch, Event(event), moment)
    code = f"dispatch.{event}" if verdict != Verdict.LATE else f"dispatch.late.{event}"
    write_line(case, dispatch, code, moment, user, said, photos=photos, operation_id=operation_id)
    if verdict == Verdict.MOVED and event == Event.DECLINE:
        _tell_declined(case, dispatch, user)
    return Moved(dispatch, verdict)


@transaction.atomic
def withdraw(*, user: Person, case_id: int, dispatch_id: int, reason: str = "") -> Dispatch:
    """Call somebody back; they are told. Raises Http404, PermissionDenied, ValidationError."""
    case, moment = locked(user, case_id, "dispatch"), now()
    dispatch = case.dispatches.select_related("person").filter(pk=dispatch_id).first()
    if dispatch is None:
        raise Http404
    _state, verdict = after(dispatch.state, Event.WITHDRAW)
    if verdict == Verdict.LATE:
        raise ValidationError(
            _("This is over already: %(state)s."), params={"state": dispatch.get_state_display()}
        )
    if verdict == Verdict.KNOWN:
        return dispatch
    end_recalled(case, dispatch, moment, user, reason.strip())
    if case.assigned_to_id == dispatch.person_id and dispatch.is_lead:
        case.assigned_to = None
    save(case, None)
    emit(signals.case_changed, case_id=case.pk, site_id=case.site_id)
    return dispatch


def _follow(case: Case, dispatch: Dispatch, event: Event, moment: datetime) -> None:
    """What the case takes from what was said: taken up when accepted, arrived with the first on site.

    Somebody of ours on the scene is a fact, whatever was decided meanwhile.
    """
    is_open = case.status == CaseStatus.OPEN
    goes = event == Event.ARRIVE or (event in (Event.ACCEPT, Event.LEAVE) and dispatch.is_active)
    if is_open and goes:
        case.acknowledged_at = min(filter(None, (case.acknowledged_at, moment)))
    if event == Event.ARRIVE and case.status != CaseStatus.VOID:
        case.arrived_at = min(filter(None, (case.arrived_at, moment)))
    declined = event == Event.DECLINE and dispatch.state == DispatchState.DECLINED
    if declined and is_open and dispatch.is_lead and case.assigned_to_id == dispatch.person_id:
        case.assigned_to = None


def stamp(dispatch: Dispatch, event: Event, verdict: Verdict, moment: datetime) -> None:
    """The moment of what was said; a word that comes late fills what is empty, an end keeps its own."""
    target, _any = after(DispatchState.ASSIGNED, event)
    name = Dispatch.MOMENTS[target]
    if name == "ended_at":
        if verdict == Verdict.MOVED:
            dispatch.ended_at = moment
        return
    known = getattr(dispatch, name)
    if verdict != Verdict.LATE:
        setattr(dispatch, name, min(filter(None, (known, moment))))


def _tell_declined(case: Case, dispatch: Dispatch, user: Person) -> None:
    leaders = people_holding(TOLD, case.site)
    people = {person.pk: person for person in (*leaders, dispatch.assigned_by) if person.pk != user.pk}
    tell(notices.DECLINED, case, people.values(), key=f"{dispatch.pk}:declined")


def _time_to_accept(case: Case) -> timedelta:
    limit = LimitBook(case.company_id, case.site_id).find(
        Aspect.ACCEPT, kind=case.kind, category=case.category, priority=case.priority
    )
    return timedelta(minutes=limit.minutes) if limit is not None else _USUAL
