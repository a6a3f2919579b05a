"""Redis as it is used outside Celery: short timeouts, and a breaker so that a dead Redis costs nothing.

Nothing in Redis is a record. Whoever uses `guarded` goes on without it.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import structlog
from django.conf import settings
from kombu.exceptions import OperationalError as BrokerError
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = structlog.get_logger()

#: Seconds a call may take before Redis counts as unreachable.
PATIENCE = 0.5
#: Seconds during which an unreachable Redis is not asked again by this process.
PAUSE = 5.0

FAILURES = (RedisError, BrokerError, OSError)


class Breaker:
    """Remembers that a service did not answer, so that only one request in a while waits for it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._closed_until = 0.0

    @property
    def open(self) -> bool:
        """True while the service is being left alone."""
        return time.monotonic() < self._closed_until

    def trip(self) -> None:
        """Leave the service alone for a while."""
        self._closed_until = time.monotonic() + PAUSE

    def reset(self) -> None:
        """Ask the service again at once (tests, health checks)."""
        self._closed_until = 0.0

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Run a block that may fail to reach the service; the failure is logged, never raised."""
        try:
            yield
        except FAILURES as error:
            self.trip()
            log.warning("service unreachable", service=self.name, error=str(error))


#: The breaker of Redis as the live stream; Celery's broker has its own (core.outbox.bell).
breaker = Breaker("redis")


@cache
def client() -> Redis:
    """The process-wide connection pool. Raises redis.RedisError from its calls."""
    return Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 1),
        health_check_interval=30,
    )
