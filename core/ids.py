"""UUID version 7 (RFC 9562): identifiers that sort by the time they were made.

Phones make them for scans and operations; partitions of the scan table are bounded by them.
"""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from core.clock import now

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_MS = (1 << 48) - 1


def _milliseconds(at: datetime) -> int:
    return min(max((at - EPOCH) // timedelta(milliseconds=1), 0), _MAX_MS)


def uuid7(at: datetime | None = None) -> UUID:
    """A new identifier of the instant `at` (aware; the present when omitted)."""
    value = _milliseconds(at or now()) << 80
    value |= 0x7 << 76 | secrets.randbits(12) << 64
    value |= 0b10 << 62 | secrets.randbits(62)
    return UUID(int=value)


def uuid7_floor(at: datetime) -> UUID:
    """The smallest value an identifier made at or after `at` can have: a partition or range bound."""
    return UUID(int=_milliseconds(at) << 80)


def uuid7_time(identifier: UUID) -> datetime:
    """The instant written in a version 7 identifier, in UTC, to the millisecond."""
    return EPOCH + timedelta(milliseconds=identifier.int >> 80)
