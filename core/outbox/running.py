"""Doing the work: claim, call the handler in the context of who asked for it, mark the outcome."""

import random
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction

from core import clock, context, faults
from core.models import OutboxItem
from core.outbox import bell, claiming
from core.outbox.keeper import Keeper
from core.outbox.registry import GiveUp, Handler, TryLater, handler_of

log = structlog.get_logger()

FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=15)
#: Items one sweep rings for.
SWEEP_LIMIT = 500
#: Characters of an error kept with the item.
ERROR_LENGTH = 2000


class ClaimLost(Exception):
    """The lease ran out and somebody else took the item; nothing of this attempt may stay."""


def run(*, ids: Sequence[UUID]) -> int:
    """Claim and do those of `ids` that are due and free; returns how many were attempted.

    A second ring for the same id finds nothing to claim, so it does nothing.
    """
    items = claiming.claim(ids=ids, limit=len(ids))
    for item in items:
        attempt(item)
    return len(items)


def sweep() -> int:
    """Ring for everything that is due and not held: lost rings, run-out leases, retries. Returns the rings sent."""
    due = OutboxItem.objects.due().order_by("not_before").values_list("pk", flat=True)[:SWEEP_LIMIT]
    return bell.ring([str(identifier) for identifier in due])


def delay(attempts: int) -> timedelta:
    """How long to wait after the given number of failed attempts: doubling, bounded, with jitter."""
    base: timedelta = min(FIRST_DELAY * 2 ** max(attempts - 1, 0), LONGEST_DELAY)
    return base * random.uniform(0.5, 1.5)  # noqa: S311 - jitter, not a secret


def attempt(item: OutboxItem) -> None:
    """Do one claimed item and mark what came of it. Never raises for a failure of the work itself."""
    logger = log.bind(outbox_item=str(item.pk), handler=item.handler, attempt=item.attempts)
    try:
        handler = handler_of(item.handler)
    except LookupError as error:
        _put_back(item, None, error)
        return
    if item.attempts > handler.max_attempts:
        _bury(item, handler, item.last_error or "its process died in every attempt")
        return
    try:
        _do(item, handler)
    except ClaimLost:
        logger.warning("outbox claim lost")
    except GiveUp as error:
        logger.error("outbox item given up", error=str(error))
        _bury(item, handler, str(error))
    except TryLater as error:
        claiming.postpone(item, str(error), clock.now() + error.after, attempts=item.attempts - 1)
    except Exception as error:
        logger.exception("outbox item failed")
        _put_back(item, handler, error)


def _do(item: OutboxItem, handler: Handler) -> None:
    # In an atomic handler the claim is renewed from another connection, so the row must stay unlocked here
    # until the very end.
    block = transaction.atomic() if handler.atomic else nullcontext()
    keeper = nullcontext() if handler.keeps_itself else Keeper(item)
    with keeper, context.acting(actor=item.actor_id, act=item.handler, request=item.request_id), block:
        handler.work(item.payload, item)
        faults.point("outbox.worked")
        if not claiming.finish(item):
            raise ClaimLost


def _put_back(item: OutboxItem, handler: Handler | None, error: Exception) -> None:
    text = f"{type(error).__name__}: {error}"[:ERROR_LENGTH]
    if handler is not None and item.attempts >= handler.max_attempts:
        _bury(item, handler, text)
    else:
        claiming.postpone(item, text, clock.now() + delay(item.attempts), attempts=item.attempts)


def _bury(item: OutboxItem, handler: Handler, error: str) -> None:
    with transaction.atomic():
        if claiming.bury(item, error) and handler.after_death is not None:
            handler.after_death(item)
