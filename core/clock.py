"""The only clock. Everything that asks for the present asks here, so tests can set it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place that may


def local(moment: datetime, zone: str | ZoneInfo) -> datetime:
    """`moment` in the wall time of `zone` (an IANA name or a ZoneInfo)."""
    return moment.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)


def local_today(zone: str | ZoneInfo) -> date:
    """Today's date on the wall of `zone`."""
    return local(now(), zone).date()
