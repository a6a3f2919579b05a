"""Working on a case. Nobody overwrites what they have not seen: each change names the row version it saw (F46)."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import changed_days, live
from core.attachments import Prepared, attach
from core.clock import local, now
from core.events import emit
from core.policies import get_visible_or_404, require
from incidents import notices, signals
from incidents.models import Case, CaseEntry, CaseStatus, EntryKind
from incidents.services.opening import TOLD, tell
from organization.access import people_holding
from organization.models import Person


class StaleCase(Exception):
    """Somebody changed the case since it was read; `case` is how it stands now."""

    def __init__(self, case: Case) -> None:
        super().__init__(case.number)
        self.case = case


def _locked(user: Person, case_id: int, action: str, version: int | None = None) -> Case:
    """The case for writing. Raises Http404, PermissionDenied, StaleCase."""
    case = get_visible_or_404(
        user, Case.objects.select_for_update(of=("self",)).select_related("site", "assigned_to"), pk=case_id
    )
    require(user, action, case)
    if version is not None and case.version != version:
        raise StaleCase(case)
    return case


@transaction.atomic
def resolve_case(
    *, user: Person, case_id: int, version: int, resolution: str, uploads: Iterable[Prepared] = ()
) -> Case:
    """Settle an open case. Raises Http404, PermissionDenied, StaleCase, ValidationError."""
    case = _locked(user, case_id, "resolve", version)
    if case.status != CaseStatus.OPEN:
        raise ValidationError(_("This case is resolved already."))
    if not resolution.strip():
        raise ValidationError({"resolution": _("Say how it was settled.")})
    case.status, case.resolved_at, case.resolved_by = CaseStatus.RESOLVED, now(), user
    case.resolution = resolution.strip()
    _save(case, user, EntryKind.RESOLVED, case.resolution, uploads)
    emit(signals.case_resolved, case_id=case.pk, site_id=case.site_id)
    return case


@transaction.atomic
def reopen_case(*, user: Person, case_id: int, version: int, reason: str) -> Case:
    """Open a resolved case again. Raises Http404, PermissionDenied, StaleCase, ValidationError."""
    case = _locked(user, case_id, "reopen", version)
    if case.status != CaseStatus.RESOLVED:
        raise ValidationError(_("This case is open."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    case.status, case.resolved_at, case.resolved_by, case.resolution = CaseStatus.OPEN, None, None, ""
    _save(case, user, EntryKind.REOPENED, reason.strip())
    tell(notices.REOPENED, case, people_holding(TOLD, case.site).exclude(pk=user.pk))
    emit(signals.case_reopened, case_id=case.pk, site_id=case.site_id)
    return case


@transaction.atomic
def add_note(*, user: Person, case_id: int, text: str, uploads: Iterable[Prepared] = ()) -> CaseEntry:
    """Add a line and photos to a case, open or resolved: evidence is always kept (F47).

    Raises Http404, PermissionDenied, ValidationError.
    """
    case = _locked(user, case_id, "note")
    files = list(uploads)
    if not text.strip() and not files:
        raise ValidationError({"text": _("Write something or add a photo.")})
    entry = _enter(case, user, EntryKind.NOTE, text.strip(), files)
    live.publish(f"site:{case.site_id}", "cases", case=case.pk)
    emit(signals.case_changed, case_id=case.pk, site_id=case.site_id)
    return entry


@transaction.atomic
def assign_case(
    *, user: Person, case_id: int, version: int, person: Person | None, due_at: datetime | None = None
) -> Case:
    """Say who settles an open case and until when (None: as it was). They are told.

    Raises Http404, PermissionDenied, StaleCase, ValidationError.
    """
    case = _locked(user, case_id, "change", version)
    if case.status != CaseStatus.OPEN:
        raise ValidationError(_("This case is resolved already."))
    if person is not None and person.company_id != case.company_id:
        raise ValidationError({"person": _("This person belongs to another company.")})
    due_at = due_at or case.due_at
    said, before = _differences(case, person, due_at), case.assigned_to_id
    case.assigned_to, case.due_at = person, due_at
    _save(case, user, EntryKind.CHANGED, said)
    if person is not None and person.pk not in (before, user.pk):
        tell(notices.ASSIGNED, case, [person])
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


def _save(case: Case, user: Person, kind: str, text: str, uploads: Iterable[Prepared] = ()) -> None:
    """Write the next version of a case with its line in the timeline."""
    case.version += 1
    case.save()
    _enter(case, user, kind, text, uploads)
    changed_days.mark([(case.site_id, local(case.reported_at, case.site.zone_info).date())])
    live.publish(f"site:{case.site_id}", "cases", case=case.pk)


def _enter(case: Case, user: Person, kind: str, text: str, uploads: Iterable[Prepared]) -> CaseEntry:
    entry = CaseEntry.objects.create(case=case, kind=kind, at=now(), actor=user, text=text)
    for upload in uploads:
        attach(case, upload=upload, made_by=user)
    return entry
