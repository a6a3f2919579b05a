"""More time for an action item: asked with a reason, decided by somebody else; the first due time is kept."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from collaboration import notices
from collaboration.models import ActionEntryKind, ActionItem, ActionStatus, Decision, Extension
from collaboration.policies import DECIDERS
from collaboration.services.keeping import demand, locked_action, save_action, tell_about_action, wall
from core.clock import now
from organization.access import people_holding
from organization.models import Person


def pending_of(action: ActionItem) -> Extension | None:
    """The undecided request of an item, if there is one."""
    return action.extensions.filter(decision=Decision.PENDING).select_related("asked_by").first()


@transaction.atomic
def ask_extension(*, user: Person, action_id: int, version: int, reason: str, until: datetime) -> Extension:
    """Ask for time until `until` (aware). Who may decide is told.

    Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    action = locked_action(user, action_id, "extend", version)
    if action.status != ActionStatus.OPEN:
        raise ValidationError(_("Only an open action item can get more time."))
    if pending_of(action) is not None:
        raise ValidationError(_("A request for more time waits to be decided."))
    texts = demand(reason=reason)
    if until <= max(action.due_at, now()):
        raise ValidationError({"until": _("Choose a time after the present due time, in the future.")})
    extension = Extension.objects.create(
        action=action,
        reason=texts["reason"],
        due_before=action.due_at,
        until=until,
        asked_at=now(),
        asked_by=user,
    )
    text = f"{wall(action.site, action.due_at)} → {wall(action.site, until)}: {extension.reason}"
    save_action(action, user, ActionEntryKind.EXTENSION_ASKED, text)
    deciders = people_holding(DECIDERS, action.site).exclude(pk=user.pk)
    tell_about_action(notices.EXTENSION_ASKED, action, deciders, text=text)
    return extension


@transaction.atomic
def decide_extension(
    *, user: Person, action_id: int, version: int, approve: bool, note: str = ""
) -> ActionItem:
    """Grant or refuse the pending request; a refusal says why. Reminders begin anew with the new due time.

    Raises Http404, PermissionDenied (also for one's own request), Stale, ValidationError.
    """
    action = locked_action(user, action_id, "decide", version)
    extension = pending_of(action)
    if extension is None:
        raise ValidationError(_("No request for more time waits to be decided."))
    if extension.asked_by_id == user.pk:
        raise PermissionDenied(_("Somebody else decides about your request."))
    extension.note = note.strip() if approve else demand(note=note)["note"]
    extension.decision = Decision.APPROVED if approve else Decision.REFUSED
    extension.decided_at, extension.decided_by = now(), user
    extension.save()
    was_due, text = action.due_at, extension.note
    if approve:
        action.due_at = extension.until
        action.reminded_at = action.overdue_at = action.escalated_at = None
        text = f"{wall(action.site, was_due)} → {wall(action.site, action.due_at)} {text}".strip()
    kind = ActionEntryKind.EXTENDED if approve else ActionEntryKind.EXTENSION_REFUSED
    save_action(action, user, kind, text, was_due=was_due)
    label = Decision(extension.decision).label
    people = {extension.asked_by, action.owner} - {user}
    tell_about_action(notices.EXTENSION_DECIDED, action, people, decision=label)
    return action
