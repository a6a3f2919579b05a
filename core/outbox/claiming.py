"""Taking work: one UPDATE over rows locked with SKIP LOCKED gives each item to one process for a short lease.

A process that dies lets its lease run out; a process that lives renews it (`core.outbox.keeper`). The lease is
short so that work is taken up again within a minute of a killed worker.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from core import clock
from core.models import OutboxItem

#: How long a claim holds without being renewed.
LEASE = timedelta(seconds=20)

_CLAIM = """
    WITH free AS MATERIALIZED (
        SELECT id FROM core_outboxitem
         WHERE state = 'waiting' AND not_before <= %(now)s
           AND (claimed_until IS NULL OR claimed_until < %(now)s)
           AND (%(ids)s::uuid[] IS NULL OR id = ANY(%(ids)s::uuid[]))
         ORDER BY not_before LIMIT %(limit)s
           FOR UPDATE SKIP LOCKED)
    UPDATE core_outboxitem AS item
       SET claim = %(claim)s, claimed_until = %(until)s, attempts = item.attempts + 1
      FROM free WHERE item.id = free.id
    RETURNING item.*
"""


def claim(*, ids: Sequence[UUID] | None = None, limit: int = 1) -> list[OutboxItem]:
    """Take up to `limit` due items (of `ids`, when given) that nobody else holds. Counts the attempt."""
    now = clock.now()
    wanted = None if ids is None else [str(identifier) for identifier in ids]
    parameters = {"claim": str(uuid4()), "until": now + LEASE, "now": now, "ids": wanted, "limit": limit}
    return list(OutboxItem.objects.raw(_CLAIM, parameters))


def renew(item: OutboxItem) -> bool:
    """Hold on to a claimed item for another lease; False when it has passed to somebody else."""
    held = OutboxItem.objects.filter(pk=item.pk, claim=item.token, state=OutboxItem.State.WAITING)
    return bool(held.update(claimed_until=clock.now() + LEASE))


def finish(item: OutboxItem) -> bool:
    """Mark a claimed item as done; False when it has passed to somebody else."""
    return _end(item, OutboxItem.State.DONE, error=item.last_error)


def bury(item: OutboxItem, error: str) -> bool:
    """Give a claimed item up; False when it has passed to somebody else."""
    return _end(item, OutboxItem.State.DEAD, error=error)


def postpone(item: OutboxItem, error: str, until: datetime, *, attempts: int) -> bool:
    """Put a claimed item back for later, `attempts` counting so far; False when it has passed to somebody else."""
    held = OutboxItem.objects.filter(pk=item.pk, claim=item.token, state=OutboxItem.State.WAITING)
    return bool(
        held.update(not_before=until, claimed_until=None, claim=None, last_error=error, attempts=attempts)
    )


def revive(item: OutboxItem) -> bool:
    """Let a given-up item be tried again from the start; False when it was not given up any more."""
    dead = OutboxItem.objects.filter(pk=item.pk, state=OutboxItem.State.DEAD)
    return bool(
        dead.update(
            state=OutboxItem.State.WAITING,
            attempts=0,
            not_before=clock.now(),
            claimed_until=None,
            claim=None,
            ended_at=None,
        )
    )


def _end(item: OutboxItem, state: OutboxItem.State, *, error: str) -> bool:
    held = OutboxItem.objects.filter(pk=item.pk, claim=item.token, state=OutboxItem.State.WAITING)
    return bool(held.update(state=state, ended_at=clock.now(), claimed_until=None, last_error=error))
