"""The record of a request under a key: in the same transaction as the request's effect.

While a request runs, its key is held by an advisory lock of its transaction, which ends with it however it
ends: a killed worker leaves neither an effect nor a wedged key.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from django.db import connection
from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase

from core.models import IdempotentRequest

KEY = re.compile(r"[\x21-\x7e]{1,128}")
REPLAYED_HEADERS = (
    "Content-Type",
    "Location",
    "ETag",
    "HX-Redirect",
    "HX-Location",
    "HX-Trigger",
    "HX-Refresh",
)
MAX_BODY = 256 * 1024


class InFlight(Exception):
    """The first request under this key has not ended yet."""


class Mismatch(Exception):
    """The key was used for a different request."""


def fingerprint(*parts: str | bytes) -> str:
    """SHA-256 of the parts that make a request the same request."""
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.hexdigest()


def claim(
    *, company_id: int | None, key: str, person_id: int, print_of: str, wait: bool
) -> IdempotentRequest:
    """The record of `key`, new (``status`` None) or of the request that succeeded under it.

    Must run inside the transaction of the request's effect. While another request holds the key: waits for
    its end if `wait`, else raises InFlight. Raises Mismatch when the key belongs to a different request.
    """
    _hold(f"{company_id}:{key}", wait=wait)
    known = IdempotentRequest.objects.filter(_of_company(company_id), key=key).first()
    if known is None:
        return IdempotentRequest.objects.create(
            company_id=company_id, key=key, person_id=person_id, fingerprint=print_of
        )
    if known.fingerprint != print_of:
        raise Mismatch(key)
    return known


def _of_company(company_id: int | None) -> Q:
    """The company's rows; those of no company when there is none (the installation's administrator)."""
    return Q(company=None) if company_id is None else Q(company_id=company_id)


def _hold(name: str, *, wait: bool) -> None:
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    function = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [number])
        held = cursor.fetchone()[0]
    if not wait and not held:
        raise InFlight(name)


def keep(record: IdempotentRequest, response: HttpResponseBase) -> None:
    """Store the answer to be replayed. A body over 256 KiB is left out (the replay then has none)."""
    content = getattr(response, "content", b"")
    record.status = response.status_code
    record.headers = {name: response.headers[name] for name in _present(response, REPLAYED_HEADERS)}
    record.body = content if len(content) <= MAX_BODY else b""
    record.save(update_fields=["status", "headers", "body"])


def _present(response: HttpResponseBase, names: Iterable[str]) -> list[str]:
    return [name for name in names if response.has_header(name)]


def replay(record: IdempotentRequest) -> HttpResponse:
    """The stored answer once more, marked as a replay."""
    response = HttpResponse(bytes(record.body), status=record.status)
    for name, value in record.headers.items():
        response.headers[name] = value
    response.headers["Idempotency-Replayed"] = "true"
    return response
