"""Another priority for a case that is open."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.clock import now
from core.events import emit
from incidents import signals
from incidents.models import Case, CaseEntry, CaseStatus, EntryKind, Priority
from incidents.services.writing import locked, save
from organization.models import Person


@transaction.atomic
def change_priority(*, user: Person, case_id: int, version: int, priority: str, note: str = "") -> Case:
    """Give an open case another priority. Its limits follow (`limits.follow_limits`), the first due time stays.

    A response limit that becomes shorter runs from now: nobody could have known before.
    Raises Http404, PermissionDenied, StaleCase, ValidationError.
    """
    case = locked(user, case_id, "change", version)
    if case.status != CaseStatus.OPEN:
        raise ValidationError(_("This case is settled already."))
    if priority not in Priority.values:
        raise ValidationError({"priority": _("There is no such priority.")})
    if priority == case.priority:
        raise ValidationError(_("It has this priority already."))
    said = f"{case.priority} → {priority}"
    case.priority = Priority(priority)
    text = f"{said}. {note.strip()}" if note.strip() else said
    save(case, CaseEntry(case=case, kind=EntryKind.CHANGED, at=now(), actor=user, code="priority", text=text))
    emit(signals.case_changed, case_id=case.pk, site_id=case.site_id)
    return case
