"""From the bytes of a request to operations, one bad item never harming the others."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec

from core.api.parsers import UnstorableError, check_storable
from core.offline.clocks import MAX_OFFSET_MS, correct
from core.offline.messages import AUTHOR, MALFORMED, TOO_LARGE, UNKNOWN_KIND, Incoming
from core.offline.monotonic import Act, Reading, judge
from core.offline.registry import is_kind
from core.offline.splitting import split_operations

MAX_OPERATIONS = 500
#: Bytes of one operation; a report with its text has about four thousand.
MAX_OPERATION_BYTES = 64 * 1024
MAX_PHOTOS = 20

#: Only canonical text: Python's UUID() takes braces, urn: and missing hyphens for the same value.
CANONICAL_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
HASH = re.compile(r"[0-9a-f]{64}")
KIND = re.compile(r"[a-z_]{1,30}\.[a-z_]{1,29}")
_MAX_BIGINT = 2**63 - 1
#: Milliseconds beyond any page's life: a monotonic clock that says so is not believed.
_MAX_MONO_MS = 1e12


class BadBatch(Exception):
    """The request is not a batch at all; nothing in it could be told apart."""


class TooMany(Exception):
    """More than MAX_OPERATIONS operations."""


class Wire(msgspec.Struct):
    """One operation as phones send it (schema 1)."""

    id: str
    kind: str
    person_id: int
    made_at: datetime
    body: dict[str, Any]
    schema: int = 1
    seq: int | None = None
    offset_ms: float | None = None
    offset_age_ms: float | None = None
    mono_ms: float | None = None
    ahead_ms: float | None = None
    page: str | None = None
    photos: list[str] = []


class SentClock(msgspec.Struct):
    """The phone's clocks when it sent, in a page life in which it has measured the server's."""

    at: datetime
    mono_ms: float
    page: str
    offset_ms: float


class Envelope(msgspec.Struct):
    """The request's body."""

    operations: list[msgspec.Raw]
    device: str | None = None
    lost_since: dict[str, Any] | None = None
    clock: dict[str, Any] | None = None


_envelope = msgspec.json.Decoder(Envelope)
_wire = msgspec.json.Decoder(Wire)
_canonical = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item that is no operation of this person: goes to quarantine as received."""

    #: its id as sent, to name it in the receipt; None when it has none
    sent_id: Any
    #: the id, when it is a canonical UUID
    id: UUID | None
    kind: str
    raw: bytes
    reason: str
    detail: str
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """A request, taken apart."""

    items: list[bytes]
    device: UUID | None
    lost_since: dict[str, Any] | None
    #: the phone's clocks at sending; None when it said nothing usable
    sent: Reading | None = None


def read_batch(data: bytes) -> Batch:
    """The operations of a request, still unread. Raises BadBatch, TooMany."""
    try:
        envelope = _envelope.decode(data)
        items = [bytes(raw) for raw in envelope.operations]
        batch = Batch(items, _uuid(envelope.device), envelope.lost_since, _sent(envelope.clock))
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        # Something in there breaks the decoder: find the items without understanding them.
        found = split_operations(data)
        if found is None:
            raise BadBatch from None
        batch = Batch(found, None, None)
    if len(batch.items) > MAX_OPERATIONS:
        raise TooMany
    return batch


def _sent(clock: dict[str, Any] | None) -> Reading | None:
    """The clocks at sending, when they are a reading; they only help to correct times, so nothing is refused."""
    try:
        said = msgspec.convert(clock, SentClock)
    except (msgspec.ValidationError, OverflowError):
        return None
    page = _uuid(said.page)
    if page is None or said.at.tzinfo is None or not 0 <= said.mono_ms < _MAX_MONO_MS:
        return None
    if not abs(said.offset_ms) <= MAX_OFFSET_MS:
        return None
    return Reading(page, _utc(said.at), said.mono_ms, round(said.offset_ms))


def _utc(moment: datetime) -> datetime:
    """`moment` in UTC; at the ends of the calendar, where that overflows, read as UTC."""
    return moment.astimezone(UTC) if 1 < moment.year < 9999 else moment.replace(tzinfo=UTC)


def read_item(
    raw: bytes, person: Any, device: UUID | None, received_at: datetime, sent: Reading | None = None
) -> Incoming | Unreadable:
    """One operation, or why it is none. Never raises on foreign bytes."""
    if len(raw) > MAX_OPERATION_BYTES:
        return _unreadable(raw, TOO_LARGE, f"{len(raw)} bytes")
    try:
        wire = _wire.decode(raw)
        check_storable(wire.body)
        problem = _odd(wire)
    except (msgspec.DecodeError, UnstorableError, RecursionError, UnicodeError, OverflowError) as error:
        return _unreadable(raw, MALFORMED, str(error))
    if problem is not None:
        return _unreadable(raw, MALFORMED, problem)
    if wire.person_id != person.pk:
        return _unreadable(raw, AUTHOR, "")
    if not is_kind(wire.kind):
        return _unreadable(raw, UNKNOWN_KIND, wire.kind)
    return _incoming(wire, raw, person, device, received_at, sent)


def _odd(wire: Wire) -> str | None:
    """What a decoder cannot see is wrong with an operation."""
    if not CANONICAL_UUID.fullmatch(wire.id):
        return "id is not a canonical UUID"
    if not KIND.fullmatch(wire.kind):
        return "kind is not a name"
    if wire.made_at.tzinfo is None:
        return "made_at has no zone"
    if len(wire.photos) > MAX_PHOTOS or not all(HASH.fullmatch(sha256) for sha256 in wire.photos):
        return "photos are not at most 20 hashes"
    if not 0 < wire.schema < 1000 or not 0 <= (wire.seq or 0) <= _MAX_BIGINT:
        return "schema or seq out of range"
    return None


def _incoming(
    wire: Wire, raw: bytes, person: Any, device: UUID | None, received_at: datetime, sent: Reading | None
) -> Incoming:
    made_at = wire.made_at
    if made_at.tzinfo is not UTC:
        made_at = _utc(made_at)
    measured_ms = None if wire.offset_ms is None else round(wire.offset_ms)
    age_ms = None if wire.offset_age_ms is None else round(wire.offset_age_ms)
    page = _uuid(wire.page)
    mono_ms = wire.mono_ms if wire.mono_ms is not None and abs(wire.mono_ms) < _MAX_MONO_MS else None
    clock = judge(Act(page, made_at, mono_ms, measured_ms, wire.ahead_ms), sent)
    if clock.offset_ms != measured_ms:
        age_ms = None
    return Incoming(
        id=UUID(wire.id),
        kind=wire.kind,
        schema=wire.schema,
        company_id=person.company_id,
        person=person,
        body=wire.body,
        body_sha256=facts_sha256(wire),
        made_at=made_at,
        corrected=correct(made_at, clock.offset_ms, age_ms, received_at, changed=clock.changed),
        received_at=received_at,
        offset_ms=clock.offset_ms,
        offset_age_ms=age_ms,
        mono_ms=wire.mono_ms,
        page=page,
        device=device,
        seq=wire.seq,
        photos=tuple(wire.photos),
        raw=raw,
    )


def facts_sha256(wire: Wire) -> str:
    """SHA-256 of what makes an operation the same operation, independent of order and spacing in the JSON."""
    facts = {
        "body": wire.body,
        "kind": wire.kind,
        "made_at": wire.made_at,
        "person_id": wire.person_id,
        "photos": wire.photos,
        "schema": wire.schema,
    }
    return hashlib.sha256(_canonical.encode(facts)).hexdigest()


def _unreadable(raw: bytes, reason: str, detail: str) -> Unreadable:
    """What can still be told of an item: its id, kind and photos."""
    try:
        seen: Any = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        seen = None
    seen = seen if isinstance(seen, dict) else {}
    sent_id = seen.get("id") or _id_in(raw)
    text = sent_id if isinstance(sent_id, str) else ""
    kind = seen.get("kind")
    photos = seen.get("photos")
    hashes = (
        [sha for sha in photos if isinstance(sha, str) and HASH.fullmatch(sha)]
        if isinstance(photos, list)
        else []
    )
    return Unreadable(
        sent_id=sent_id if isinstance(sent_id, str | int | None) else None,
        id=UUID(text) if CANONICAL_UUID.fullmatch(text) else None,
        kind=kind if isinstance(kind, str) and KIND.fullmatch(kind) else "",
        raw=raw,
        reason=reason,
        detail=detail[:500].replace("\x00", ""),
        photos=tuple(hashes[:MAX_PHOTOS]),
    )


class _Author(msgspec.Struct):
    person_id: int


def read_author(raw: bytes) -> int:
    """The author a readable operation names; 0 when it names none a row could have."""
    try:
        author = msgspec.json.decode(raw, type=_Author).person_id
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return 0
    return author if 0 < author <= _MAX_BIGINT else 0


_ID_MEMBER = re.compile(rb'"id"\s*:\s*"(' + CANONICAL_UUID.pattern.encode() + rb')"')


def _id_in(raw: bytes) -> str | None:
    """The id of an item no decoder reads, so that its receipt can name it."""
    found = _ID_MEMBER.search(raw)
    return found[1].decode() if found else None


def _uuid(text: str | None) -> UUID | None:
    return _read_uuid(text) if text is not None and CANONICAL_UUID.fullmatch(text) else None


@lru_cache(maxsize=256)  # the same page stands in every operation of a request
def _read_uuid(text: str) -> UUID:
    return UUID(text)
