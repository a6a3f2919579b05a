"""Work after a commit: enqueued in the transaction of the change, done once in effect, retried, never lost."""

from core.outbox.enqueueing import enqueue, enqueue_many
from core.outbox.registry import GiveUp, TryLater, handler

__all__ = ["GiveUp", "TryLater", "enqueue", "enqueue_many", "handler"]
