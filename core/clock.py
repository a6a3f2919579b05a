"""The only clock. Everything that asks for the present asks here, so tests and the demo's history can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_set_to: ContextVar[datetime | None] = ContextVar("clock_set_to", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _set_to.get() or datetime.now(UTC)


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Let `moment` (aware) be the present inside the block, for this thread or task only.

    For history that is made afterwards: the demo lives its ninety days through the same services as everybody.
    """
    token = _set_to.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(token)


def local(moment: datetime, zone: str | ZoneInfo) -> datetime:
    """`moment` in the wall time of `zone` (an IANA name or a ZoneInfo)."""
    return moment.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)


def local_today(zone: str | ZoneInfo) -> date:
    """Today's date on the wall of `zone`."""
    return local(now(), zone).date()
