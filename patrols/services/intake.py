"""Scans as phones hand them in: shapes checked, points of typed codes found, outcomes given."""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from core.attachments import attach
from core.clock import now
from core.offline import Incoming, Outcome, Refused, Trust
from core.offline.clocks import FUTURE_TOLERANCE, MAX_OFFSET_MS
from organization.access import EVERYBODY, grants_on
from organization.models import Person, Site
from patrols.models import CannotReason, Checkpoint, Method, Round, Scan, TimeTrust, TypedReason
from patrols.reasons import HARMLESS, RELATIVE, WHY, Reason
from patrols.services.scan_rows import ScanIn
from patrols.services.scanning import Result, record_batch

UNKNOWN_CODE = "unknown_code"

TRUST = {
    Trust.EXACT: TimeTrust.EXACT.value,
    Trust.OFFSET_CORRECTED: TimeTrust.OFFSET.value,
    Trust.DEVICE_ONLY: TimeTrust.DEVICE.value,
}
Latitude = Annotated[float, msgspec.Meta(ge=-90, le=90)]
Longitude = Annotated[float, msgspec.Meta(ge=-180, le=180)]
Metres = Annotated[float, msgspec.Meta(ge=0, le=10_000_000)]
Code = Annotated[str, msgspec.Meta(max_length=500)]
Text = Annotated[str, msgspec.Meta(max_length=4000)]
Key = Annotated[int, msgspec.Meta(ge=0)]

#: What a later scan can change or nobody needs to know: never told to the phone.
_UNTOLD = frozenset({*RELATIVE, *HARMLESS})
_TYPED_REASONS = frozenset(TypedReason.values)
_CANNOT_REASONS = frozenset(CannotReason.values)

_NOISE = re.compile(r"[\s\-_.·]+")


class ScanBody(msgspec.Struct):
    """Body of `patrols.scan`, schema 1."""

    method: Literal["qr", "nfc", "typed", "camera_url"]
    code: Code | None = None
    checkpoint_id: Key | None = None
    typed: Code | None = None
    typed_reason: Code | None = None
    round_id: Key | None = None
    lat: Latitude | None = None
    lng: Longitude | None = None
    accuracy_m: Metres | None = None


class CannotBody(msgspec.Struct):
    """Body of `patrols.cannot_scan`, schema 1."""

    checkpoint_id: Key
    reason: Code
    round_id: Key | None = None
    note: Text = ""
    lat: Latitude | None = None
    lng: Longitude | None = None
    accuracy_m: Metres | None = None


def take_scans(operations: Sequence[Incoming]) -> dict[UUID, Outcome]:
    """Store what one request hands in of `patrols.scan` or `patrols.cannot_scan`; one outcome each."""
    outcomes: dict[UUID, Outcome] = {}
    read: dict[UUID, tuple[Incoming, ScanIn]] = {}
    for op in operations:
        try:
            read[op.id] = (op, scan_of(op))
        except Refused as refusal:
            outcomes[op.id] = Outcome.refused(refusal)
    results = record_batch([scan for _op, scan in read.values()])
    for key, (op, _scan) in read.items():
        result = results[key]
        outcomes[key] = outcome_of(op, result)
        if op.photos and result.state == "stored":
            _keep_photos(op, result)
    return outcomes


def scan_of(op: Incoming) -> ScanIn:
    """The scan an operation stands for. Raises Refused for a body of another shape."""
    if op.kind == "patrols.cannot_scan":
        cannot = op.parse(CannotBody)
        why = cannot.reason if cannot.reason in _CANNOT_REASONS else CannotReason.OTHER.value
        said = cannot.note if cannot.reason == why else f"{cannot.reason}: {cannot.note}"
        return _scan(
            op,
            cannot,
            method=Method.CANNOT.value,
            checkpoint_id=cannot.checkpoint_id,
            why=why,
            explanation=said,
        )
    body = op.parse(ScanBody)
    if body.code is not None:
        return _scan(op, body, method=body.method, token=body.code)
    # Without the label's code it was typed, whatever the phone says.
    why = body.typed_reason or ""
    known = why in _TYPED_REASONS
    checkpoint_id = body.checkpoint_id
    if checkpoint_id is None and body.typed:
        checkpoint_id = find_typed(op.person, body.typed, body.round_id)
    said = " · ".join(filter(None, [body.typed, "" if known else why]))
    return _scan(
        op,
        body,
        method=Method.TYPED.value,
        checkpoint_id=checkpoint_id,
        why=why if known else "",
        explanation=said,
    )


def _scan(
    op: Incoming,
    body: ScanBody | CannotBody,
    *,
    method: str,
    token: str | None = None,
    checkpoint_id: int | None = None,
    why: str = "",
    explanation: str = "",
) -> ScanIn:
    flags = op.flags
    if _in_future(op):
        flags = (*flags, Reason.FUTURE.value)
    usable = op.offset_ms is not None and abs(op.offset_ms) <= MAX_OFFSET_MS
    return ScanIn(
        id=op.id,
        company_id=op.company_id,
        person_id=op.person.pk,
        method=method,
        device_time=op.made_at,
        corrected_at=op.corrected.at,
        received_at=op.received_at,
        time_trust=TRUST[op.corrected.trust],
        body_sha256=bytes.fromhex(op.body_sha256),
        token=token,
        checkpoint_id=checkpoint_id,
        round_id=body.round_id,
        offset_ms=op.offset_ms if usable else None,
        latitude=body.lat,
        longitude=body.lng,
        accuracy_m=body.accuracy_m,
        explanation=explanation,
        device_id=op.device,
        seq=op.seq,
        why=why,
        clock_flags=flags,
    )


def _in_future(op: Incoming) -> bool:
    """Did the phone claim a time after the receipt? The corrected time was then cut to it."""
    if op.corrected.at < op.received_at:
        return False
    offset = op.offset_ms if op.offset_ms is not None and abs(op.offset_ms) <= MAX_OFFSET_MS else 0
    try:
        return op.made_at + timedelta(milliseconds=offset) > op.received_at + FUTURE_TOLERANCE
    except OverflowError:
        return op.made_at.year > 2000


def outcome_of(op: Incoming, result: Result) -> Outcome:
    """What the phone is told. Only reasons that later scans cannot change, so that a replay reads the same."""
    match result.state:
        case "stored" | "known":
            return Outcome.flagged(
                *[code for code in result.reasons if code not in _UNTOLD and not code.startswith(WHY)]
            )
        case "unknown":
            return Outcome.quarantined(UNKNOWN_CODE, site_id=own_site_id(op.person, op.body.get("round_id")))
        case "raced":
            return Outcome.retry()
    return Outcome.conflict()


def find_typed(person: Person, text: str, round_id: int | None) -> int | None:
    """The point with the typed code within the person's own sites, the round's site first; None when unknown.

    Blanks, dashes and case do not matter.
    """
    wanted = _NOISE.sub("", text).upper()
    sites = list(own_sites(person))
    points = Checkpoint.objects.filter(site__in=sites).order_by("-is_active", "site_id", "pk")
    fitting = [
        row for row in points.values_list("pk", "code", "site_id") if _NOISE.sub("", row[1]).upper() == wanted
    ]
    if not fitting or not wanted:
        return None
    at = (
        Round.objects.filter(pk=round_id, site__in=sites).values_list("site_id", flat=True).first()
        if round_id
        else None
    )
    return next((key for key, _code, site_id in fitting if site_id == at), fitting[0][0])


def own_sites(person: Person) -> Iterable[Site]:
    """The sites a person holds a role at today."""
    assert person.company_id is not None
    grants = grants_on(person, now().date())
    return Site.objects.filter(grants.site_filter(EVERYBODY), company_id=person.company_id).order_by("pk")


def own_site_id(person: Person, round_id: object = None) -> int | None:
    """The site whose supervisors should look at something odd this person sent: the round's, else their first."""
    keys = [site.pk for site in own_sites(person)]
    if isinstance(round_id, int):
        at = Round.objects.filter(pk=round_id, site__in=keys).values_list("site_id", flat=True).first()
        if at is not None:
            return at
    return keys[0] if keys else None


def _keep_photos(op: Incoming, result: Result) -> None:
    for sha256 in op.photos:
        site = Site(pk=result.site_id, company_id=op.company_id)
        attach(Scan(pk=op.id), sha256=sha256, made_by=op.person, device_at=op.corrected.at, site=site)
