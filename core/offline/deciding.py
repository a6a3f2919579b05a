"""What supervisors do with quarantined records: try again, or dismiss with a note."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit, clock, policies
from core.models import Operation, OperationState, Quarantine, QuarantineState
from core.offline import actions, messages
from core.offline.claiming import claim_and_handle, outcome_of
from core.offline.messages import Incoming, Outcome
from core.offline.reading import Unreadable, read_author, read_item
from core.offline.registry import bulk_handler_of, handler_of
from core.offline.wording import reason_text


class NotReleasable(ValidationError):
    """The record cannot be taken in; the message says why."""


@transaction.atomic
def release(*, quarantine: Quarantine, by: Any, note: str = "") -> str:
    """Run the handler of a quarantined record again, as of when it came; returns the new outcome's state.

    Raises PermissionDenied, and NotReleasable when it still cannot be taken or was decided already.
    """
    policies.require(by, "release", quarantine)
    kept = _open(quarantine)
    op = _read_again(kept)
    stored = Operation.objects.select_for_update().filter(company_id=op.company_id, id=op.id).first()
    if stored is not None:
        if stored.state != OperationState.QUARANTINED:
            raise NotReleasable(
                _("Another record with the same number has been accepted. Compare and dismiss this one.")
            )
        Operation.objects.filter(company_id=op.company_id, id=op.id).delete()
    outcome = _run(op)
    _decide(kept, QuarantineState.RELEASED, by, note)
    audit.record(
        actions.RELEASED,
        actor=by,
        site=kept.site,
        target=kept,
        details={"reason": kept.reason, "kind": kept.kind},
    )
    return outcome


@transaction.atomic
def dismiss(*, quarantine: Quarantine, by: Any, note: str) -> None:
    """Leave a record out for good; it stays readable, with the note. Raises PermissionDenied, ValidationError."""
    policies.require(by, "dismiss", quarantine)
    if not note.strip():
        raise ValidationError(_("Say why the record is left out."))
    kept = _open(quarantine)
    _decide(kept, QuarantineState.DISMISSED, by, note)
    audit.record(
        actions.DISMISSED,
        actor=by,
        site=kept.site,
        target=kept,
        details={"reason": kept.reason, "kind": kept.kind},
    )


def _open(quarantine: Quarantine) -> Quarantine:
    kept = Quarantine.objects.select_for_update().get(pk=quarantine.pk)
    if kept.state != QuarantineState.OPEN:
        raise NotReleasable(_("This record has been decided already."))
    return kept


def _decide(kept: Quarantine, state: QuarantineState, by: Any, note: str) -> None:
    kept.state, kept.decided_by, kept.decided_at, kept.note = state, by, clock.now(), note.strip()[:500]
    kept.save(update_fields=["state", "decided_by", "decided_at", "note"])


def _read_again(kept: Quarantine) -> Incoming:
    if kept.truncated:
        raise NotReleasable(_("The record was too large to be kept whole."))
    raw = bytes(kept.raw)
    item = read_item(raw, kept.person, None, kept.received_at)
    if isinstance(item, Unreadable) and item.reason == messages.AUTHOR:
        author = _author_of(raw, kept.company_id)
        item = read_item(raw, author, None, kept.received_at) if author is not None else item
    if isinstance(item, Unreadable):
        raise NotReleasable(reason_text(item.reason))
    return item


def _author_of(raw: bytes, company_id: int) -> Any:
    """The colleague a record names as its author, handed in by somebody else."""
    named = read_author(raw)
    return get_user_model()._default_manager.filter(pk=named, company_id=company_id).first()


def _run(op: Incoming) -> str:
    """The operation's state after its handler ran. Raises NotReleasable, undoing everything."""
    try:
        with transaction.atomic():
            outcome = _outcome(op)
            if outcome.kept_aside or outcome.state == messages.RETRY:
                raise messages.Refused(
                    outcome.reasons[0] if outcome.reasons else messages.ERROR, outcome.detail
                )
    except Exception as error:
        refused = outcome_of(error, op)
        raise NotReleasable(f"{reason_text(refused.reasons[0])} {refused.detail}".strip()) from error
    return outcome.state


def _outcome(op: Incoming) -> Outcome:
    bulk = bulk_handler_of(op.kind)
    if bulk is not None:
        return bulk([op]).get(op.id, Outcome.retry())
    handler = handler_of(op.kind)
    assert handler is not None, "reading admits registered kinds only"
    outcome = Outcome.retry()

    def handle() -> Outcome:
        nonlocal outcome
        outcome = handler(op)
        return outcome

    claim_and_handle(op, handle)
    return outcome
