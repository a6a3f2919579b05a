"""More time for a case: asked for with a reason, decided by somebody else; the first due time stays."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.clock import local, now
from core.policies import allowed
from incidents import notices
from incidents.models import Case, CaseEntry, CaseStatus, EntryKind, Extension
from incidents.policies import DECIDERS
from incidents.services.limits import EXTENSION, name_due
from incidents.services.telling import tell
from incidents.services.writing import enter, locked, save
from organization.access import people_holding
from organization.models import Person


@transaction.atomic
def ask_extension(*, user: Person, case_id: int, until: datetime, reason: str) -> Extension:
    """Ask for a later due time. Whoever settles the case may ask, and its leaders.

    Raises Http404, PermissionDenied, ValidationError.
    """
    case, moment = locked(user, case_id, "note"), now()
    if case.assigned_to_id != user.pk and not allowed(user, "change", case):
        raise PermissionDenied(_("Your role does not allow this."))
    if case.status != CaseStatus.OPEN or case.due_at is None:
        raise ValidationError(_("This case has no due time that runs."))
    wrong = {}
    if not reason.strip():
        wrong["reason"] = _("Say why more time is needed.")
    if until <= max(case.due_at, moment):
        wrong["until"] = _("Choose a time after the present due time.")
    if wrong:
        raise ValidationError(wrong)
    if case.extensions.filter(is_granted=None).exists():
        raise ValidationError(_("An extension has been asked for already and is not decided yet."))
    extension = Extension.objects.create(
        case=case, until=until, reason=reason.strip(), asked_by=user, asked_at=moment
    )
    said = f"{local(until, case.site.zone_info):%Y-%m-%d %H:%M}: {extension.reason}"
    enter(case, CaseEntry(case=case, kind=EntryKind.CHANGED, at=moment, actor=user, code="extension_asked", text=said))  # fmt: skip
    deciders = people_holding(DECIDERS, case.site).exclude(pk=user.pk)
    tell(notices.EXTENSION_ASKED, case, deciders, key=f"{extension.pk}")
    return extension


@transaction.atomic
def decide_extension(
    *, user: Person, case_id: int, is_granted: bool, note: str = "", version: int | None = None
) -> Case:
    """Grant or refuse the extension that was asked for. Nobody decides their own wish.

    Raises Http404, PermissionDenied, StaleCase, ValidationError.
    """
    case, moment = locked(user, case_id, "decide", version), now()
    extension = case.extensions.filter(is_granted=None).select_related("asked_by").first()
    if extension is None:
        raise ValidationError(_("No extension waits for a decision."))
    if extension.asked_by_id == user.pk:
        raise ValidationError(_("Somebody else has to decide what you asked for."))
    if not is_granted and not note.strip():
        raise ValidationError({"note": _("Say why not.")})
    extension.is_granted, extension.decided_by, extension.decided_at = is_granted, user, moment
    extension.note = note.strip()
    extension.save()
    if is_granted and case.status == CaseStatus.OPEN:
        name_due(case, extension.until, source=EXTENSION)
    said = f"{local(extension.until, case.site.zone_info):%Y-%m-%d %H:%M}" + (
        f": {extension.note}" if extension.note else ""
    )
    code = "extension_granted" if is_granted else "extension_refused"
    save(case, CaseEntry(case=case, kind=EntryKind.CHANGED, at=moment, actor=user, code=code, text=said))
    concerned = {person.pk: person for person in (extension.asked_by, case.assigned_to) if person is not None}
    concerned.pop(user.pk, None)
    kind = notices.EXTENSION_GRANTED if is_granted else notices.EXTENSION_REFUSED
    tell(kind, case, concerned.values(), key=f"{extension.pk}")
    return case
