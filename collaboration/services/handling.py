"""An action item on its way: done, verified by somebody else or sent back, cancelled, judged."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from collaboration import notices
from collaboration.models import (
    ActionEntryKind,
    ActionItem,
    ActionStatus,
    Decision,
    Effectiveness,
    Extension,
)
from collaboration.selectors.people import verifiers_of
from collaboration.services.keeping import demand, locked_action, save_action, tell_about_action
from core.attachments import Prepared
from core.clock import now
from organization.models import Person


def _demand_status(action: ActionItem, *wanted: ActionStatus) -> None:
    if action.status not in wanted:
        raise ValidationError(
            _("This is not possible: the action item is “%(status)s”."),
            params={"status": action.get_status_display()},
        )


@transaction.atomic
def report_done(
    *, user: Person, action_id: int, version: int, what_was_done: str, uploads: Iterable[Prepared] = ()
) -> ActionItem:
    """Say that an open item is done, and what was done; who may verify it is told.

    A pending request for more time falls away. Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    action = locked_action(user, action_id, "done", version)
    _demand_status(action, ActionStatus.OPEN)
    texts = demand(what_was_done=what_was_done)
    action.status, action.done_at, action.done_by = ActionStatus.DONE, now(), user
    action.what_was_done = texts["what_was_done"]
    _void_extension(action)
    save_action(action, user, ActionEntryKind.DONE, action.what_was_done, uploads)
    tell_about_action(notices.DONE, action, verifiers_of(action), text=action.what_was_done)
    return action


@transaction.atomic
def verify_action(
    *, user: Person, action_id: int, version: int, note: str = "", uploads: Iterable[Prepared] = ()
) -> ActionItem:
    """Confirm that what was done is done; by somebody who neither did nor owns it.

    Raises Http404, PermissionDenied (also for one's own work), Stale, ValidationError.
    """
    action = locked_action(user, action_id, "verify", version)
    _demand_status(action, ActionStatus.DONE)
    action.status, action.verified_at, action.verified_by = ActionStatus.VERIFIED, now(), user
    action.verification_note = note.strip()
    save_action(action, user, ActionEntryKind.VERIFIED, action.verification_note, uploads)
    return action


@transaction.atomic
def return_action(*, user: Person, action_id: int, version: int, reason: str) -> ActionItem:
    """Verification failed: the item is open again, and its owner is told why.

    What had been said of it stays in the timeline. Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    action = locked_action(user, action_id, "send_back", version)
    _demand_status(action, ActionStatus.DONE)
    texts = demand(reason=reason)
    action.status, action.done_at, action.done_by, action.what_was_done = ActionStatus.OPEN, None, None, ""
    save_action(action, user, ActionEntryKind.RETURNED, texts["reason"])
    tell_about_action(notices.RETURNED, action, [action.owner], text=texts["reason"])
    return action


@transaction.atomic
def cancel_action(*, user: Person, action_id: int, version: int, reason: str) -> ActionItem:
    """Give up an item that is not verified yet, with a reason. Its figures leave it out.

    Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    action = locked_action(user, action_id, "cancel", version)
    _demand_status(action, ActionStatus.OPEN, ActionStatus.DONE)
    texts = demand(reason=reason)
    action.status, action.cancelled_at = ActionStatus.CANCELLED, now()
    action.cancel_reason = texts["reason"]
    _void_extension(action)
    save_action(action, user, ActionEntryKind.CANCELLED, action.cancel_reason)
    if action.owner_id != user.pk:
        tell_about_action(notices.CANCELLED, action, [action.owner], text=action.cancel_reason)
    return action


@transaction.atomic
def judge_effectiveness(
    *, user: Person, action_id: int, version: int, effectiveness: str, note: str
) -> ActionItem:
    """Say of a verified item whether it helped, and how that is known (no recurrence, a better figure).

    May be judged again later. Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    action = locked_action(user, action_id, "judge", version)
    _demand_status(action, ActionStatus.VERIFIED)
    if effectiveness not in (Effectiveness.EFFECTIVE, Effectiveness.NOT_EFFECTIVE):
        raise ValidationError({"effectiveness": _("Choose effective or not effective.")})
    texts = demand(note=note)
    action.effectiveness, action.judged_at, action.judged_by = effectiveness, now(), user
    action.judgement_note = texts["note"]
    sign = "✓" if effectiveness == Effectiveness.EFFECTIVE else "✗"
    save_action(action, user, ActionEntryKind.JUDGED, f"{sign} {action.judgement_note}")
    return action


def _void_extension(action: ActionItem) -> None:
    """A pending request for more time falls away."""
    pending = Extension.objects.filter(action=action, decision=Decision.PENDING)
    pending.update(decision=Decision.VOID, decided_at=now())
