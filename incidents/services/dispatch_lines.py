"""What every word about a dispatch leaves behind: its line in the timeline, the ring on a phone, and its end with the case."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from core import live
from core.clock import now
from core.events import emit
from incidents import notices, signals
from incidents.consequences import on_saving
from incidents.dispatch_states import Event, after
from incidents.models import Case, CaseEntry, CaseStatus, Dispatch, DispatchState, EntryKind
from incidents.services.telling import tell
from incidents.services.writing import enter, save
from organization.models import Person


@on_saving
def end_with_the_case(case: Case) -> list[CaseEntry]:
    """Nobody stays bound by a case that is settled or was given to somebody else; who is on site is done there."""
    if case._state.adding:
        return []
    lines, moment = [], now()
    for dispatch in case.dispatches.active().select_related("person"):
        if case.status != CaseStatus.OPEN:
            event = Event.FINISH if dispatch.state == DispatchState.ON_SITE else Event.WITHDRAW
        elif dispatch.is_lead and dispatch.person_id != case.assigned_to_id:
            event = Event.WITHDRAW
        else:
            continue
        if event == Event.WITHDRAW:
            end_recalled(case, dispatch, moment, None, "")
            continue
        dispatch.state, _verdict = after(dispatch.state, event)
        dispatch.ended_at = moment
        dispatch.save()
        ring(dispatch)
        lines.append(line_of(case, dispatch, "dispatch.finish", moment, None, ""))
    return lines


def end_recalled(case: Case, dispatch: Dispatch, moment: datetime, user: Person | None, reason: str) -> None:
    """Call somebody back, with notice; the caller saves the case."""
    dispatch.state, _verdict = after(dispatch.state, Event.WITHDRAW)
    dispatch.ended_at, dispatch.reason = moment, reason[:300]
    dispatch.save()
    enter(case, line_of(case, dispatch, "dispatch.withdraw", moment, user, reason))
    if user is None or dispatch.person_id != user.pk:
        tell(notices.RECALLED, case, [dispatch.person], key=f"{dispatch.pk}:withdrawn")
    ring(dispatch)


def write_line(
    case: Case,
    dispatch: Dispatch,
    code: str,
    moment: datetime,
    user: Person,
    note: str,
    *,
    photos: Iterable[str] = (),
    operation_id: UUID | None = None,
) -> None:
    """Save the case with a line about a dispatch, and tell whoever listens."""
    entry = line_of(case, dispatch, code, moment, user, note)
    entry.operation_id = operation_id
    save(case, entry, photos=photos, made_by=user)
    ring(dispatch)
    emit(signals.case_changed, case_id=case.pk, site_id=case.site_id)


def line_of(
    case: Case, dispatch: Dispatch, code: str, moment: datetime, user: Person | None, note: str
) -> CaseEntry:
    """A line says whom it is about, unless they say it themselves."""
    parts = [] if user is not None and user.pk == dispatch.person_id else [dispatch.person.name]
    if code in ("dispatch.lead", "dispatch.help") and dispatch.distance_m is not None:
        parts.append(f"{dispatch.distance_m} m")
    text = "\n".join(filter(None, (" · ".join(parts), note)))
    return CaseEntry(case=case, kind=EntryKind.CHANGED, at=moment, actor=user, code=code, text=text)


def ring(dispatch: Dispatch) -> None:
    """The phone of who was sent fetches its day anew."""
    live.publish(live.person_topic(dispatch.person_id), "dispatch", case=dispatch.case_id)
