"""Announce upward: a lower app declares a signal and emits it; an upper app reacts after the commit."""

import structlog
from django.db import transaction
from django.dispatch import Signal

log = structlog.get_logger()


def emit(signal: Signal, **ids: object) -> None:
    """Send `signal` with `ids` once the current transaction has committed.

    A receiver that fails is logged and does not disturb the others: whoever wrote has already succeeded, and
    what must not be missed goes through core.outbox instead.
    """

    def send() -> None:
        for receiver, answer in signal.send_robust(sender=None, **ids):
            if isinstance(answer, Exception):
                log.error("receiver failed", receiver=repr(receiver), ids=ids, exc_info=answer)

    transaction.on_commit(send)
