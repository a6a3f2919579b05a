"""One operation, once: its id, its effect and its receipt in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import OperationalError, connection, transaction

from core import faults
from core.models import Operation, OperationState
from core.offline import messages
from core.offline.keeping import keep_aside
from core.offline.messages import Incoming, Outcome, Refused

log = structlog.get_logger()

Receipt = dict[str, Any]
T = TypeVar("T")

#: Deadlocks and serialization failures are tried again this often before the phone is asked to.
ATTEMPTS = 3
_WORTH_REPEATING = {"40P01", "40001"}
#: A TextChoices makes its list of values anew each time it is asked.
_STATES = frozenset(OperationState.values)


def receipt_of(op: Incoming, outcome: Outcome) -> Receipt:
    """What the phone is told of one operation."""
    return {
        "id": str(op.id),
        "outcome": str(outcome.state),
        "reasons": list(outcome.reasons),
        "sha256": op.body_sha256,
    }


def claim_and_handle(op: Incoming, handle: Callable[[], Outcome]) -> Receipt | None:
    """Claim the id, do the work, write the receipt; None when the id was taken meanwhile.

    A second delivery of the same id waits at the unique key until the first has committed or rolled back.
    """
    with transaction.atomic():
        if not claim(op):
            return None
        faults.point("operation.claimed")
        outcome = handle().with_flags(op.flags)
        if outcome.state == messages.RETRY:
            transaction.set_rollback(True)
            return receipt_of(op, outcome)
        faults.point("operation.handled")
        check(outcome)
        write_receipt(op, outcome)
        faults.point("operation.receipted")
    faults.point("operation.committed")
    return receipt_of(op, outcome)


_CLAIM = """
    INSERT INTO core_operation (company_id, id, kind, person_id, body_sha256, state, receipt, device, seq,
                                made_at, corrected_at, received_at)
    VALUES (%s, %s, %s, %s, %s, 'accepted', NULL, %s, %s, %s, %s, %s)
    ON CONFLICT (company_id, id) DO NOTHING
"""


def claim(op: Incoming) -> bool:
    """Write the operation's row unless there is one; False when there is."""
    with connection.cursor() as cursor:
        device = None if op.device is None else str(op.device)
        cursor.execute(
            _CLAIM,
            [
                op.company_id,
                str(op.id),
                op.kind,
                op.person.pk,
                op.body_sha256,
                device,
                op.seq,
                op.made_at,
                op.corrected.at,
                op.received_at,
            ],
        )
        return bool(cursor.rowcount == 1)


def write_receipt(op: Incoming, outcome: Outcome) -> None:
    """Complete the claimed row; keep the body when it is to be decided."""
    Operation.objects.filter(company_id=op.company_id, id=op.id).update(
        state=outcome.state, receipt=receipt_of(op, outcome)
    )
    if outcome.kept_aside:
        keep(op, outcome)


def repeated(op: Incoming, stored: Operation) -> Receipt:
    """Same id again: the stored receipt; or, when it is something else, quarantine without telling of the first."""
    replay = _replayed(op, stored)
    if replay is not None:
        return replay
    outcome = Outcome.conflict() if stored.person_id == op.person.pk else Outcome.quarantined(messages.AUTHOR)
    with transaction.atomic():
        keep(op, outcome)
    return receipt_of(op, outcome)


def keep(op: Incoming, outcome: Outcome) -> None:
    """Put the operation into quarantine, at the site it names if that is the company's."""
    keep_aside(
        person=op.person,
        raw=op.raw,
        reason=outcome.reasons[0] if outcome.reasons else messages.ERROR,
        detail=outcome.detail,
        operation_id=op.id,
        kind=op.kind,
        photos=op.photos,
        site_id=outcome.site_id if outcome.site_id is not None else op.body.get("site_id"),
        received_at=op.received_at,
    )


def check(outcome: Outcome) -> None:
    """Raise ValueError for a state that does not exist."""
    if outcome.state not in _STATES:
        raise ValueError(f"a handler answered {outcome.state!r}")


def outcome_of(error: Exception, op: Incoming) -> Outcome:
    """The quarantine an exception of a handler stands for."""
    match error:
        case Refused():
            return Outcome.refused(error)
        case PermissionDenied():
            return Outcome.quarantined(messages.FORBIDDEN, str(error))
        case ValidationError():
            return Outcome.quarantined(messages.INVALID, "; ".join(error.messages))
        case ObjectDoesNotExist():
            return Outcome.quarantined(messages.UNKNOWN, str(error))
    log.error("operation failed", operation=str(op.id), kind=op.kind, exc_info=error)
    return Outcome.quarantined(messages.ERROR, f"{type(error).__name__}: {error}")


def persistently(work: Callable[[], T]) -> T:
    """`work()`, tried again after a deadlock or a serialization failure."""
    for _attempt in range(ATTEMPTS - 1):
        try:
            return work()
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", None) not in _WORTH_REPEATING:
                raise
    return work()


def _replayed(op: Incoming, stored: Operation) -> Receipt | None:
    """The stored receipt, when this is the same operation of the same author; else None."""
    same = stored.body_sha256 == op.body_sha256 and stored.person_id == op.person.pk
    return dict(stored.receipt) if same and stored.receipt is not None else None
