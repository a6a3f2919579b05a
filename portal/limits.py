"""How often strangers may write, and how often they may guess links. Counted per address and point (reliability G15)."""

import time

import structlog
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

from core.api.throttling import within
from incidents.models import FollowUp, IntakePoint

log = structlog.get_logger()

MINUTE, HOUR = 60, 3600
REPORTS_PER_ADDRESS = 20  # in ten minutes, at one point: neighbours may share an address
REPORTS_PER_POINT = 300  # in an hour
WORDS_PER_ADDRESS = 30  # in ten minutes
WORDS_PER_CASE = 40  # in an hour
ANSWERS_PER_ADDRESS = 120  # in ten minutes, in one wave
FINDS_PER_ADDRESS = 5  # in ten minutes
GUESSES_PER_ADDRESS = 300  # in a minute: no neighbour is locked out, and no link of 128 bits is found


def may_report(request: HttpRequest, point: IntakePoint) -> bool:
    """Count a report of this address at this point."""
    return within(
        f"resident-report:{point.pk}:{_address(request)}", REPORTS_PER_ADDRESS, 10 * MINUTE, fail_open=False
    ) and within(f"resident-point:{point.pk}", REPORTS_PER_POINT, HOUR, fail_open=False)


def may_write(request: HttpRequest, follow_up: FollowUp) -> bool:
    """Count a word, step or rating of this address on this case."""
    return within(
        f"resident-word:{_address(request)}", WORDS_PER_ADDRESS, 10 * MINUTE, fail_open=False
    ) and within(f"resident-case:{follow_up.pk}", WORDS_PER_CASE, HOUR, fail_open=False)


def may_answer(request: HttpRequest, wave_id: int) -> bool:
    """Count a sending of a survey by this address; neighbours and a whole staff room may share one."""
    return within(
        f"survey-answer:{wave_id}:{_address(request)}", ANSWERS_PER_ADDRESS, 10 * MINUTE, fail_open=False
    )


def may_find(request: HttpRequest) -> bool:
    """Count a question for a lost link."""
    return within(f"resident-find:{_address(request)}", FINDS_PER_ADDRESS, 10 * MINUTE, fail_open=False)


def missed(request: HttpRequest) -> None:
    """Count a link that led nowhere."""
    within(_guesses(request), GUESSES_PER_ADDRESS, MINUTE, fail_open=True)


def is_guessing(request: HttpRequest) -> bool:
    """Has this address tried too many links within the minute? Then even a good one does not open for it."""
    key = f"limit:{_guesses(request)}:{int(time.time()) // MINUTE}"
    try:
        return int(cache.get(key, 0)) >= GUESSES_PER_ADDRESS
    except (RedisError, OSError) as error:
        log.warning("rate limit unreachable", key="resident-guess", error=str(error))
        return False


def _guesses(request: HttpRequest) -> str:
    return f"resident-guess:{_address(request)}"


def _address(request: HttpRequest) -> str:
    """Only what the server itself saw: a header that anybody may write resets nothing."""
    return str(request.META.get("REMOTE_ADDR", ""))
