"""Putting work into the queue: in the caller's own transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from core import clock, context
from core.models import OutboxItem
from core.outbox import bell
from core.outbox.registry import handler_of


def enqueue(
    handler: str,
    payload: dict[str, Any],
    *,
    key: str | None = None,
    not_before: datetime | None = None,
    company_id: int | None = None,
) -> OutboxItem:
    """Add one piece of work; it runs after the caller's transaction has committed, at `not_before` at the earliest.

    With a `key`, the same handler and key are enqueued once and for all (until the item is purged, weeks after
    it ended); the existing item is returned. `company_id` says whose administrators see it should it be given
    up. Raises LookupError for an unknown handler.
    """
    handler_of(handler)
    fields = _fields(not_before, company_id)
    with transaction.atomic():
        if key is None:
            item = OutboxItem.objects.create(handler=handler, payload=payload, **fields)
            created = True
        else:
            item, created = OutboxItem.objects.get_or_create(
                handler=handler, key=key, defaults={"payload": payload, **fields}
            )
    if created:
        _ring([item])
    return item


def enqueue_many(handler: str, work: Iterable[tuple[int | None, dict[str, Any]]]) -> list[OutboxItem]:
    """Add several pieces of the same work, each as (company id, payload), in one statement."""
    handler_of(handler)
    items = OutboxItem.objects.bulk_create(
        [
            OutboxItem(handler=handler, payload=payload, **_fields(None, company_id))
            for company_id, payload in work
        ]
    )
    _ring(items)
    return items


def _fields(not_before: datetime | None, company_id: int | None) -> dict[str, Any]:
    return {
        "not_before": not_before or clock.now(),
        "company_id": company_id,
        "request_id": context.request_id.get(),
        "actor_id": context.actor_id.get(),
    }


def _ring(items: Sequence[OutboxItem]) -> None:
    """Ring for what is due now; the sweeper finds the rest in its time."""
    now = clock.now()
    ids = [str(item.pk) for item in items if item.not_before <= now]
    if ids:
        transaction.on_commit(lambda: bell.ring(ids), robust=True)
