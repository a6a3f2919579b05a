"""Taking in a batch: look up first, then rules; every operation's effect and receipt in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
import structlog
from django.db import InterfaceError, OperationalError
from django.db.models.expressions import RawSQL

from core import faults
from core.attachments.announcing import announce
from core.models import Operation, OperationState
from core.offline import messages
from core.offline.bulk import decide_bulk
from core.offline.claiming import Receipt, claim_and_handle, outcome_of, persistently, receipt_of, repeated
from core.offline.keeping import keep_aside
from core.offline.messages import Incoming, Outcome
from core.offline.reading import Batch, Unreadable, read_item
from core.offline.registry import handler_of

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Answer:
    """Receipts in the order of the operations, and the hashes of photos whose bytes are wanted."""

    receipts: list[Receipt]
    need: list[str]
    #: of the numbers the device gave to what it handed in; 0 when nothing was numbered
    highest_seq: int = 0


def take_in(batch: Batch, *, person: Any, received_at: datetime) -> Answer:
    """Take in everything `person` handed in; never raises for what an item holds.

    Raises django.db.OperationalError or InterfaceError only when the database is gone before anything was
    decided.
    """
    faults.point("operations.received")
    items = [_in_time(read_item(raw, person, batch.device, received_at, batch.sent)) for raw in batch.items]
    readable = [item for item in items if isinstance(item, Incoming)]
    need = _announce(person, items)
    known = _known(person.company_id, {item.id for item in readable})
    decided = decide_bulk(readable, known)
    receipts = []
    for item in items:
        if isinstance(item, Unreadable):
            receipts.append(_safely(partial(_unreadable_receipt, item, person, received_at), item.sent_id))
        elif (outcome := decided.get(id(item))) is not None:
            receipts.append(receipt_of(item, outcome))
        else:
            receipts.append(_safely(partial(_single, item, known.get(item.id)), str(item.id)))
    faults.point("operations.decided")
    highest_seq = max((item.seq or 0 for item in readable), default=0)
    return Answer(receipts, sorted(need), highest_seq)


def _in_time(item: Incoming | Unreadable) -> Incoming | Unreadable:
    """What somebody hands in after they were deactivated: late if made before that instant, else into quarantine."""
    if isinstance(item, Unreadable) or item.person.is_active:
        return item
    ended_at: datetime | None = item.person.deactivated_at
    if ended_at is not None and item.corrected.at <= ended_at:
        return msgspec.structs.replace(item, late=True)
    return Unreadable(
        str(item.id), item.id, item.kind, item.raw, messages.DEACTIVATED, str(ended_at), item.photos
    )


def _announce(person: Any, items: Iterable[Incoming | Unreadable]) -> set[str]:
    """Make all photos of the batch known, also those of items in quarantine: they may be released."""
    hashes = {sha256 for item in items for sha256 in item.photos}
    try:
        return announce(person, hashes)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("photos not announced", person=person.pk)
        return set()


def _known(company_id: int, ids: set[UUID]) -> dict[UUID, Operation]:
    """Operations taken in earlier, by id; one query for the whole batch."""
    if not ids:
        return {}
    # One array: the ORM would make a parameter, with its conversions, of each id.
    array = RawSQL("SELECT unnest(%s::uuid[])", ["{" + ",".join(map(str, ids)) + "}"])
    return {row.id: row for row in Operation.objects.filter(company_id=company_id, id__in=array)}


def _unreadable_receipt(item: Unreadable, person: Any, received_at: datetime) -> Receipt:
    keep_aside(
        person=person,
        raw=item.raw,
        reason=item.reason,
        detail=item.detail,
        operation_id=item.id,
        kind=item.kind,
        photos=item.photos,
        received_at=received_at,
    )
    return {
        "id": item.sent_id,
        "outcome": OperationState.QUARANTINED.value,
        "reasons": [item.reason],
        "sha256": hashlib.sha256(item.raw).hexdigest(),
    }


def _safely(work: Callable[[], Receipt], sent_id: Any) -> Receipt:
    """`work()`, or the word "retry" when the database did not let us decide."""
    try:
        return work()
    except Exception:  # the last line of defence: one item never takes the batch with it
        log.exception("operation undecided", operation=sent_id)
        return {"id": sent_id, "outcome": messages.RETRY, "reasons": [messages.BUSY], "sha256": None}


def _single(op: Incoming, stored: Operation | None) -> Receipt:
    if stored is not None:
        return repeated(op, stored)
    handler = handler_of(op.kind)
    assert handler is not None, "reading admits registered kinds only, and bulk kinds are decided before"
    try:
        receipt = persistently(lambda: claim_and_handle(op, lambda: handler(op)))
    except (OperationalError, InterfaceError):
        log.warning("operation postponed", operation=str(op.id), kind=op.kind, exc_info=True)
        return receipt_of(op, Outcome(messages.RETRY, (messages.BUSY,)))
    except Exception as error:  # noqa: BLE001 - whatever a handler raises, its item is kept
        outcome = outcome_of(error, op)
        receipt = claim_and_handle(op, lambda: outcome)
    if receipt is not None:
        return receipt
    return repeated(op, Operation.objects.get(company_id=op.company_id, id=op.id))
