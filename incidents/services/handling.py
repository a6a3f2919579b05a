"""Working on a case beside its steps: notes, who settles it and until when, duplicates and recurrences."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import live
from core.attachments import Prepared
from core.clock import local, now
from core.events import emit
from core.policies import get_visible_or_404
from incidents import notices, signals
from incidents.models import Case, CaseEntry, CaseStatus, EntryKind
from incidents.services.mentioning import mention
from incidents.services.resident_mail import Mail, mail_resident
from incidents.services.telling import tell
from incidents.services.writing import StaleCase, enter, locked, save
from organization.models import Person

__all__ = ["StaleCase", "add_note", "assign_case", "link_recurrence", "merge_duplicate"]


@transaction.atomic
def add_note(
    *,
    user: Person,
    case_id: int,
    text: str,
    is_internal: bool = True,
    uploads: Iterable[Prepared] = (),
    photos: Iterable[str] = (),
    at: datetime | None = None,
    operation_id: UUID | None = None,
) -> CaseEntry:
    """Add a line and photos to a case, open or not: evidence is always kept (F47).

    With `is_internal` false it is a message to the resident who follows the case, and their first answer.
    Raises Http404, PermissionDenied, ValidationError.
    """
    case = locked(user, case_id, "note" if is_internal else "message")
    if operation_id is not None:
        known = case.entries.filter(operation_id=operation_id).first()
        if known is not None:
            return known
    files, hashes = list(uploads), list(photos)
    if not text.strip() and not files and not hashes:
        raise ValidationError({"text": _("Write something or add a photo.")})
    moment = at or now()
    entry = CaseEntry(
        case=case,
        kind=EntryKind.NOTE if is_internal else EntryKind.MESSAGE,
        at=moment,
        actor=user,
        text=text.strip(),
        is_internal=is_internal,
        operation_id=operation_id,
    )
    if not is_internal and case.first_reply_at is None:
        case.first_reply_at = moment
        save(case, entry, uploads=files, photos=hashes, made_by=user)
    else:
        enter(case, entry, uploads=files, photos=hashes, made_by=user)
        live.publish(f"site:{case.site_id}", "cases", case=case.pk)
    mention(entry)
    if not is_internal:
        mail_resident(case, Mail.ANSWERED, entry=entry)
    emit(signals.case_changed, case_id=case.pk, site_id=case.site_id)
    return entry


@transaction.atomic
def assign_case(
    *, user: Person, case_id: int, version: int, person: Person | None, due_at: datetime | None = None
) -> Case:
    """Say who settles a case and until when (None: as it was). They are told.

    A due time that lies later than the first needs an extension once somebody else granted the first one; here it is
    the leader's own decision and the first stays on record. Raises Http404, PermissionDenied, StaleCase,
    ValidationError.
    """
    case = locked(user, case_id, "change", version)
    if case.status != CaseStatus.OPEN:
        raise ValidationError(_("This case is settled already."))
    if person is not None and person.company_id != case.company_id:
        raise ValidationError({"person": _("This person belongs to another company.")})
    due_at = due_at or case.due_at
    said, before = _differences(case, person, due_at), case.assigned_to_id
    case.assigned_to, case.due_at = person, due_at
    save(case, CaseEntry(case=case, kind=EntryKind.CHANGED, at=now(), actor=user, text=said))
    if person is not None and person.pk not in (before, user.pk):
        tell(notices.ASSIGNED, case, [person])
    emit(signals.case_changed, case_id=case.pk, site_id=case.site_id)
    return case


@transaction.atomic
def merge_duplicate(*, user: Person, case_id: int, version: int, original_id: int) -> Case:
    """Say that a case is the same matter as another one of the site: it ends void, the other goes on.

    Raises Http404, PermissionDenied, StaleCase, ValidationError.
    """
    case = locked(user, case_id, "merge", version)
    original = get_visible_or_404(user, Case, pk=original_id)
    if original.pk == case.pk or original.site_id != case.site_id or original.duplicate_of_id is not None:
        raise ValidationError(
            {"original": _("Choose another case of this site that is no duplicate itself.")}
        )
    if case.is_finished:
        raise ValidationError(_("This case has ended already."))
    moment = now()
    state, case.duplicate_of = case.state, original
    case.status, case.state_since, case.closed_at = CaseStatus.VOID, moment, moment
    case.resolved_at = case.resolved_at or moment
    save(
        case,
        CaseEntry(
            case=case,
            kind=EntryKind.CHANGED,
            at=moment,
            actor=user,
            code="merged",
            from_state=state,
            to_state=state,
            text=f"→ {original.number}",
        ),
    )
    enter(original, CaseEntry(case=original, kind=EntryKind.CHANGED, at=moment, actor=user, code="merged_in", text=f"← {case.number}"))  # fmt: skip
    emit(signals.case_closed, case_id=case.pk, site_id=case.site_id)
    return case


@transaction.atomic
def link_recurrence(*, user: Person, case_id: int, version: int, earlier_id: int) -> Case:
    """Say that the matter has happened before. Raises Http404, PermissionDenied, StaleCase, ValidationError."""
    case = locked(user, case_id, "change", version)
    earlier = get_visible_or_404(user, Case, pk=earlier_id)
    if earlier.pk == case.pk or earlier.site_id != case.site_id or earlier.reported_at > case.reported_at:
        raise ValidationError({"earlier": _("Choose an earlier case of this site.")})
    case.recurrence_of = earlier
    entry = CaseEntry(
        case=case, kind=EntryKind.CHANGED, at=now(), actor=user, code="recurrence", text=f"↺ {earlier.number}"
    )
    save(case, entry)
    emit(signals.case_changed, case_id=case.pk, site_id=case.site_id)
    return case


def _differences(case: Case, person: Person | None, due_at: datetime | None) -> str:
    """What a change says in the timeline: names and wall times of the site, in no language."""
    said = []
    if (person.pk if person else None) != case.assigned_to_id:
        said.append(f"{case.assigned_to or '—'} → {person or '—'}")
    if due_at != case.due_at:
        said.append(f"{_wall(case, case.due_at)} → {_wall(case, due_at)}")
    return "; ".join(said)


def _wall(case: Case, at: datetime | None) -> str:
    return "—" if at is None else f"{local(at, case.site.zone_info):%Y-%m-%d %H:%M}"
