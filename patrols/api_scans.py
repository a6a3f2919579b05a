"""One scan by one request, for readers and integrations: as little between the wire and the statement as there can be."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import AuthenticationFailed

from core.api.authentication import PERSON_HEADER, BearerAuthentication, named_person_fits
from core.api.parsers import UnstorableError, check_storable
from core.api.plain import RECEIPT_HEADER, csrf_fails, unauthenticated
from core.api.problems import problem, unavailable
from core.clock import now
from core.offline import Incoming, Refused, correct
from core.offline.keeping import keep_aside
from core.offline.reading import CANONICAL_UUID
from patrols.services.intake import ScanBody, outcome_of, scan_of
from patrols.services.scanning import Result, record_one

SCOPE = "patrols:write"
MAX_BYTES = 16 * 1024
MAX_SEQ = 2**63 - 1


class ScanPost(ScanBody, kw_only=True):
    """A scan: its id (UUIDv7 made by the sender), when it was made by the sender's clock, and what was scanned."""

    id: str
    made_at: datetime
    offset_ms: float | None = None
    offset_age_ms: float | None = None
    device: str | None = None
    seq: int | None = None


_decoder = msgspec.json.Decoder(ScanPost)
_body_fields = ScanBody.__struct_fields__


@csrf_exempt
@transaction.non_atomic_requests
def post_scan(request: HttpRequest) -> HttpResponse:
    """Store one scan. 201 new, 200 the same again, 202 kept aside for a supervisor, 409 id taken by another."""
    try:
        person = _person(request)
    except AuthenticationFailed:
        return problem(401, "not_authenticated", headers={"WWW-Authenticate": 'Bearer realm="orderly"'})
    if isinstance(person, HttpResponse):
        return person
    received_at = now()
    try:
        op = _operation(request.body, person, received_at)
        scan = scan_of(op)
    except (
        msgspec.DecodeError,
        UnstorableError,
        Refused,
        UnicodeError,
        RecursionError,
        OverflowError,
        ValueError,
    ) as error:
        return problem(400, "malformed", str(error)[:300])
    try:
        return _answer(op, record_one(scan))
    except (OperationalError, InterfaceError):
        return unavailable()


def _person(request: HttpRequest) -> Any:
    """Who sends: of the token, else of the session. An HttpResponse refuses. Raises AuthenticationFailed."""
    if "Authorization" in request.headers:
        found = BearerAuthentication().authenticate(request)  # type: ignore[arg-type]  # reads the headers alone
        if found is not None:
            person, token = found
            if SCOPE not in token.scopes:
                return problem(403, "scope")
            return person if person.company_id is not None else problem(403, "no_company")
    if not request.user.is_authenticated or not named_person_fits(
        request.headers.get(PERSON_HEADER), request.user
    ):
        return unauthenticated(request)
    if csrf_fails(request):
        return problem(403, "csrf")
    return request.user if request.user.company_id is not None else problem(403, "no_company")


def _operation(data: bytes, person: Any, received_at: datetime) -> Incoming:
    """The request as an operation. Raises ValueError and msgspec's errors for what is none."""
    if len(data) > MAX_BYTES:
        raise ValueError("too large")
    post = _decoder.decode(data)
    if not CANONICAL_UUID.fullmatch(post.id):
        raise ValueError("id is not a canonical UUID")
    if post.made_at.tzinfo is None:
        raise ValueError("made_at has no zone")
    if post.seq is not None and not 0 <= post.seq <= MAX_SEQ:
        raise ValueError("seq out of range")
    body = {name: getattr(post, name) for name in _body_fields}
    check_storable(body)
    facts = {"body": body, "kind": "patrols.scan", "made_at": post.made_at, "person_id": person.pk}
    offset, age = (None if value is None else round(value) for value in (post.offset_ms, post.offset_age_ms))
    return Incoming(
        id=UUID(post.id),
        kind="patrols.scan",
        schema=1,
        company_id=person.company_id,
        person=person,
        body=body,
        body_sha256=hashlib.sha256(msgspec.json.encode(facts, order="sorted")).hexdigest(),
        made_at=post.made_at,
        corrected=correct(post.made_at, offset, age, received_at),
        received_at=received_at,
        offset_ms=offset,
        offset_age_ms=age,
        mono_ms=None,
        page=None,
        device=UUID(post.device) if post.device and CANONICAL_UUID.fullmatch(post.device) else None,
        seq=post.seq,
        photos=(),
        raw=data,
    )


def _answer(op: Incoming, result: Result) -> HttpResponse:
    outcome = outcome_of(op, result).with_flags(op.flags)
    if outcome.kept_aside:
        _keep(op, outcome.reasons[0], outcome.site_id)
    if result.state == "conflict":
        return problem(409, "conflict")
    if result.state == "raced":
        return unavailable()
    status = {"stored": 201, "known": 200}.get(result.state, 202)
    answer = {
        "id": str(op.id),
        "outcome": outcome.state,
        "reasons": outcome.reasons,
        "verdict": result.verdict or None,
        "round_id": result.round_id,
        "round_status": result.round_status,
    }
    return HttpResponse(
        msgspec.json.encode(answer),
        status=status,
        content_type="application/json",
        headers={RECEIPT_HEADER: "1"},
    )


def _keep(op: Incoming, reason: str, site_id: int | None) -> None:
    """Into quarantine, in the form of an operation, so that a supervisor may release it."""
    wire = {
        "id": str(op.id),
        "kind": op.kind,
        "schema": 1,
        "person_id": op.person.pk,
        "made_at": op.made_at,
        "offset_ms": op.offset_ms,
        "offset_age_ms": op.offset_age_ms,
        "seq": op.seq,
        "body": op.body,
    }
    keep_aside(
        person=op.person,
        raw=msgspec.json.encode(wire),
        reason=reason,
        operation_id=op.id,
        kind=op.kind,
        site_id=site_id,
        received_at=op.received_at,
    )
