"""Heartbeats: a row a watcher writes when its round is done, and how old it may become."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core import clock
from core.models import Heartbeat

AUDITOR = "core.auditor"
SWEEPER = "core.sweeper"

#: Older than this shows red.
LIMIT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Pulse:
    """How a watcher is: `tone` is ok, warn (it found something) or danger (it is silent)."""

    name: str
    beaten_at: datetime | None
    findings: int

    @property
    def silent(self) -> bool:
        """True when it never beat or has not for longer than the limit."""
        return self.beaten_at is None or clock.now() - self.beaten_at > LIMIT

    @property
    def tone(self) -> str:
        """Colour by meaning."""
        if self.silent:
            return "danger"
        return "warn" if self.findings else "ok"


def beat(name: str, *, duration: timedelta = timedelta(0), findings: int = 0) -> None:
    """Record that the watcher `name` has just finished its round."""
    Heartbeat.objects.update_or_create(
        name=name,
        defaults={
            "beaten_at": clock.now(),
            "duration_ms": duration // timedelta(milliseconds=1),
            "findings": findings,
        },
    )


def pulse(name: str = AUDITOR) -> Pulse:
    """The state of one watcher."""
    return pulses([name])[0]


def pulses(names: Iterable[str]) -> list[Pulse]:
    """The states of several watchers, in the order asked, with one query."""
    wanted = list(names)
    rows = {row.name: row for row in Heartbeat.objects.filter(name__in=wanted)}
    return [
        Pulse(name, rows[name].beaten_at, rows[name].findings) if name in rows else Pulse(name, None, 0)
        for name in wanted
    ]
