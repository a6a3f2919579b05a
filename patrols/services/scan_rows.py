"""A scan as handed in, and the two shapes in which the statement takes it: a row of values, or a file for COPY."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from typing import Any
from uuid import UUID

import msgspec

from patrols.reasons import WHY, Reason


class ScanIn(msgspec.Struct, frozen=True):
    """One scan as handed in. Datetimes are aware; `token` is the label's token, `body_sha256` 32 bytes."""

    id: UUID
    company_id: int
    person_id: int
    method: str
    device_time: datetime
    corrected_at: datetime
    received_at: datetime
    time_trust: str
    body_sha256: bytes
    token: str | None = None
    checkpoint_id: int | None = None
    round_id: int | None = None
    offset_ms: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    explanation: str = ""
    device_id: UUID | None = None
    seq: int | None = None
    #: why it was typed or could not be scanned: a code of TypedReason or CannotReason
    why: str = ""
    #: what is odd about its clock ("clock", "future")
    clock_flags: tuple[str, ...] = ()


def as_values(scan: ScanIn) -> dict[str, Any]:
    """The values of scan_sql.COLUMNS for one scan."""
    return {
        "id": str(scan.id),
        "person_id": scan.person_id,
        "token_sha256": None if scan.token is None else token_digest(scan.token),
        "checkpoint_id": scan.checkpoint_id,
        "round_id": scan.round_id,
        "device_time": _storable(scan.device_time),
        "offset_ms": scan.offset_ms,
        "corrected_at": _storable(scan.corrected_at),
        "time_trust": scan.time_trust,
        "received_at": scan.received_at,
        "method": scan.method,
        "latitude": scan.latitude,
        "longitude": scan.longitude,
        "accuracy_m": scan.accuracy_m,
        "explanation": scan.explanation[:300],
        "device_id": None if scan.device_id is None else str(scan.device_id),
        "seq": scan.seq,
        "body_sha256": scan.body_sha256,
        "flags": _flags(scan),
    }


def _flags(scan: ScanIn) -> list[str]:
    """Reasons that the scan itself gives, wherever it was made."""
    flags = list(scan.clock_flags)
    if scan.method == "typed":
        flags.append(Reason.TYPED.value)
    elif scan.method == "cannot":
        flags.append(Reason.CANNOT.value)
    if scan.why:
        flags.append(WHY + scan.why)
    if scan.latitude is None or scan.longitude is None:
        flags.append(Reason.NO_LOCATION.value)
    elif scan.accuracy_m is not None and scan.accuracy_m <= 0:
        flags.append(Reason.ACCURACY.value)
    return flags


def token_digest(token: str) -> str:
    """SHA-256 of a label's token (or of the address it is printed as), in hexadecimal: what the database keeps."""
    return hashlib.sha256(token.strip().rstrip("/").rsplit("/", 1)[-1].encode()).hexdigest()


def _storable(moment: datetime) -> datetime:
    """`moment` in UTC, in the range a row can carry."""
    if moment.tzinfo is UTC:
        return moment
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NULL = "\\N"


def as_file(scans: Mapping[str, ScanIn]) -> BytesIO:
    """The values of scan_sql.COLUMNS for many scans, by the text of their ids, in COPY's text format."""
    # A round comes back to its points, and one request has one device and time of receipt: not worked out twice.
    digest, text = cache(token_digest), cache(str)
    return BytesIO("".join([_line(key, scan, digest, text) for key, scan in scans.items()]).encode())


def _line(key: str, scan: ScanIn, digest: Callable[[str], str], text: Callable[[object], str]) -> str:
    """One scan, as `as_values` without its detour."""
    label = _NULL if scan.token is None else digest(scan.token)
    checkpoint_id = _NULL if scan.checkpoint_id is None else scan.checkpoint_id
    round_id = _NULL if scan.round_id is None else scan.round_id
    made, corrected = _storable(scan.device_time).isoformat(), _storable(scan.corrected_at).isoformat()
    offset_ms = _NULL if scan.offset_ms is None else scan.offset_ms
    latitude = _NULL if scan.latitude is None else scan.latitude
    longitude = _NULL if scan.longitude is None else scan.longitude
    accuracy_m = _NULL if scan.accuracy_m is None else scan.accuracy_m
    explanation = scan.explanation and scan.explanation[:300].translate(_ESCAPES)
    device_id = _NULL if scan.device_id is None else text(scan.device_id)
    seq = _NULL if scan.seq is None else scan.seq
    flags = ",".join(_flags(scan))
    return (
        f"{key}\t{scan.person_id}\t{label}\t{checkpoint_id}\t{round_id}\t{made}\t{offset_ms}\t{corrected}\t"
        f"{scan.time_trust}\t{text(scan.received_at)}\t{scan.method}\t{latitude}\t{longitude}\t{accuracy_m}\t"
        f"{explanation}\t{device_id}\t{seq}\t\\\\x{scan.body_sha256.hex()}\t{{{flags}}}\n"
    )
