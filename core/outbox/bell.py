"""The doorbell: tells a Celery worker that there is work. Losing a ring costs one sweep, never work."""

from collections.abc import Iterable
from functools import cache

import structlog
from celery import current_app
from kombu import Connection
from kombu.pools import producers

from core.redis import PATIENCE, Breaker

log = structlog.get_logger()

TASK = "core.tasks.run_outbox_item"
#: Seconds after which a ring is worth nothing: the sweeper has seen the item long before.
STALE = 600

breaker = Breaker("celery broker")


@cache
def _connection() -> Connection:
    """A connection for ringing only: unlike a worker's, it gives up quickly."""
    options = {
        **current_app.conf.broker_transport_options,
        "socket_timeout": PATIENCE * 2,
        "socket_connect_timeout": PATIENCE,
        "max_retries": 0,
    }
    return current_app.connection_for_write(transport_options=options, connect_timeout=PATIENCE)


def ring(ids: Iterable[str]) -> int:
    """Send one message per outbox id; returns how many were sent. Never raises when the broker is down."""
    sent = 0
    if breaker.open:
        return sent
    with breaker.guarded(), producers[_connection()].acquire(block=True, timeout=PATIENCE) as producer:
        for identifier in ids:
            current_app.send_task(TASK, (identifier,), producer=producer, retry=False, expires=STALE)
            sent += 1
    return sent
