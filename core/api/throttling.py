"""How often somebody may ask. Without Redis sign-in stays limited and everything else stays open."""

from __future__ import annotations

import time
from collections import defaultdict
from threading import Lock
from typing import TYPE_CHECKING

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle

if TYPE_CHECKING:  # rest_framework.views imports this module
    from rest_framework.views import APIView

log = structlog.get_logger()


class PersonThrottle(UserRateThrottle):
    """Requests of one person (or one address) per minute; open when the counter cannot be reached."""

    scope = "person"

    def allow_request(self, request: Request, view: APIView) -> bool:
        """False when the limit is passed."""
        try:
            return super().allow_request(request, view)
        except (RedisError, OSError) as error:
            log.warning("throttle unreachable, open", error=str(error))
            return True


_local: defaultdict[str, list[float]] = defaultdict(list)
_local_lock = Lock()


def within(key: str, limit: int, seconds: int, *, fail_open: bool) -> bool:
    """Count one use of `key`; False when there were more than `limit` in the current window of `seconds`.

    When Redis does not answer: True if `fail_open` (scans must come in), else this process counts by
    itself (sign-in must stay limited).
    """
    window = f"limit:{key}:{int(time.time()) // seconds}"
    try:
        cache.add(window, 0, timeout=seconds * 2)
        return int(cache.incr(window)) <= limit
    except ValueError:  # expired between the two calls
        return True
    except (RedisError, OSError) as error:
        log.warning("rate limit unreachable", key=key.partition(":")[0], error=str(error))
        return fail_open or _within_locally(key, limit, seconds)


def _within_locally(key: str, limit: int, seconds: int) -> bool:
    with _local_lock:
        now = time.monotonic()
        recent = [moment for moment in _local[key] if moment > now - seconds]
        _local[key] = [*recent, now]
        return len(recent) < limit
