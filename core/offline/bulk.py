"""Kinds whose own table is the record of what came: many operations in one transaction."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, transaction

from core import faults
from core.models import OperationState
from core.offline import messages
from core.offline.claiming import (
    check,
    claim,
    claim_and_handle,
    keep,
    outcome_of,
    persistently,
    write_receipt,
)
from core.offline.messages import Incoming, Outcome
from core.offline.registry import BulkHandler, bulk_handler_of

log = structlog.get_logger()


def decide_bulk(ops: list[Incoming], known: Collection[UUID]) -> dict[int, Outcome]:
    """Outcomes of all operations of bulk kinds, by the identity of the operation object."""
    groups: dict[str, list[Incoming]] = {}
    for op in ops:
        if bulk_handler_of(op.kind) is not None and not (known and op.id in known):
            groups.setdefault(op.kind, []).append(op)
    decided: dict[int, Outcome] = {}
    for kind, group in groups.items():
        handler = bulk_handler_of(kind)
        assert handler is not None
        decided.update(_decide_group(handler, group))
    return decided


def _decide_group(handler: BulkHandler, group: list[Incoming]) -> dict[int, Outcome]:
    """One kind. The first of each id goes to the handler; a second one in the same request is compared to it."""
    firsts: dict[UUID, Incoming] = {}
    for op in group:
        firsts.setdefault(op.id, op)
    outcomes = _handle_bulk(handler, list(firsts.values()))
    decided = {}
    for op in group:
        first, outcome = firsts[op.id], outcomes[op.id]
        if op is not first and op.body_sha256 != first.body_sha256:
            outcome = Outcome.conflict()
            with transaction.atomic():
                keep(op, outcome)
        decided[id(op)] = outcome
    return decided


def _handle_bulk(handler: BulkHandler, ops: list[Incoming]) -> dict[UUID, Outcome]:
    """All at once; when that fails, in halves, until the bad one is alone."""
    try:
        return persistently(lambda: _bulk_once(handler, ops))
    except (OperationalError, InterfaceError):
        log.warning("batch postponed", kind=ops[0].kind, count=len(ops), exc_info=True)
        return {op.id: Outcome(messages.RETRY, (messages.BUSY,)) for op in ops}
    except Exception as error:  # noqa: BLE001 - whatever a handler raises, its items are kept
        if len(ops) > 1:
            middle = len(ops) // 2
            return _handle_bulk(handler, ops[:middle]) | _handle_bulk(handler, ops[middle:])
        return {ops[0].id: _aside(ops[0], outcome_of(error, ops[0]))}


def _aside(op: Incoming, outcome: Outcome) -> Outcome:
    """Quarantine for one operation of a bulk kind, with a receipt of its own so that a replay finds it."""
    try:
        claim_and_handle(op, lambda: outcome)
    except (OperationalError, InterfaceError):
        return Outcome(messages.RETRY, (messages.BUSY,))
    return outcome


def _bulk_once(handler: BulkHandler, ops: list[Incoming]) -> dict[UUID, Outcome]:
    with transaction.atomic():
        outcomes = handler(ops)
        faults.point("bulk.handled")
        decided = {}
        for op in ops:
            outcome = outcomes.get(op.id, Outcome(messages.RETRY, (messages.BUSY,))).with_flags(op.flags)
            if outcome.state != messages.RETRY:
                check(outcome)
            if outcome.state == OperationState.QUARANTINED and claim(op):
                write_receipt(op, outcome)
            elif outcome.kept_aside:
                keep(op, outcome)
            decided[op.id] = outcome
    return decided
