"""When did it really happen? A phone's own time, corrected by the measured offset of its clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum

import msgspec

#: Offsets below this are the noise of a round trip, not a wrong clock.
CLOCK_NOISE = timedelta(minutes=2)
#: A corrected time this far after its receipt cannot be right.
FUTURE_TOLERANCE = timedelta(minutes=5)
#: An offset measured within this time of the act is as good as a measurement.
OFFSET_FRESH = timedelta(hours=1)
#: Before this nothing can have been recorded with this product: the phone believes in 1970.
EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)
#: Clocks are never believed beyond this, which also keeps the arithmetic inside what PostgreSQL stores.
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
#: No phone is wrong by more than this and still worth correcting.
MAX_OFFSET_MS = 100 * 366 * 24 * 3600 * 1000

CLOCK = "clock"
CLOCK_CHANGED = "clock_changed"

_NONE = timedelta(0)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FRESH_MS = OFFSET_FRESH // timedelta(milliseconds=1)


class Trust(StrEnum):
    """How much the corrected time deserves to be believed."""

    EXACT = "exact"
    OFFSET_CORRECTED = "offset-corrected"
    DEVICE_ONLY = "device-only"


class Corrected(msgspec.Struct, frozen=True):
    """The instant an act is judged by (aware, UTC), how sure it is, and what is odd about the clock."""

    at: datetime
    trust: Trust
    flags: tuple[str, ...] = ()


def correct(
    made_at: datetime,
    offset_ms: int | None,
    offset_age_ms: int | None,
    received_at: datetime,
    *,
    changed: bool = False,
) -> Corrected:
    """The corrected time of something a phone did at ``made_at`` by its own clock.

    ``offset_ms`` is server minus device as the phone last measured it, ``offset_age_ms`` how long before
    the act that was (both null when the phone had not reached the server since it started).
    ``received_at`` is the server's clock at receipt. All datetimes are aware. ``changed`` says that the phone's
    clock was set by hand in mid-shift (core.offline.monotonic): the time is then never ``exact``, and flagged so.

    - fresh measurement and a clock within two minutes: ``exact``;
    - any usable measurement: ``offset-corrected``;
    - none: ``device-only``.

    The flag ``clock`` is set when the phone's clock was wrong by more than two minutes, when the corrected
    time lies more than five minutes after the receipt (it is then cut to the receipt and trusted as
    ``device-only``, so that it never counts as on time in advance), or before 2020. Never raises.
    """
    usable = offset_ms is not None and abs(offset_ms) <= MAX_OFFSET_MS
    offset = timedelta(milliseconds=offset_ms) if usable and offset_ms is not None else _NONE
    at = _clamped(made_at, offset)
    wrong = abs(offset) > CLOCK_NOISE or (offset_ms is not None and not usable)
    trust = _trust(usable, offset_age_ms, wrong or changed)
    noted = (CLOCK_CHANGED,) if changed else ()

    if at > received_at + FUTURE_TOLERANCE:
        return Corrected(received_at, Trust.DEVICE_ONLY, (CLOCK, *noted))
    if at < EARLIEST:
        return Corrected(at, Trust.DEVICE_ONLY, (CLOCK, *noted))
    if at > received_at:
        at = received_at
    return Corrected(at, trust, (CLOCK, *noted) if wrong else noted)


def _trust(usable: bool, offset_age_ms: int | None, doubtful: bool) -> Trust:
    if not usable:
        return Trust.DEVICE_ONLY
    fresh = offset_age_ms is not None and 0 <= offset_age_ms <= _FRESH_MS
    return Trust.EXACT if fresh and not doubtful else Trust.OFFSET_CORRECTED


def _clamped(made_at: datetime, offset: timedelta) -> datetime:
    """``made_at`` + ``offset`` in UTC, held within the years a database row can carry."""
    try:
        at = made_at.astimezone(UTC) + offset
    except OverflowError:
        return LATEST if made_at.year > 2000 else _EPOCH
    if at < _EPOCH:
        return _EPOCH
    return min(LATEST, at)
