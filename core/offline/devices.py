"""What the server knows of a phone: the highest number it has received, and whether the phone lost its storage (F16).

A phone numbers its records. Its browser may throw all of its storage away, localStorage too; a cookie set by the server
is kept apart from both and tells the page next time which device it had been and up to which number we have its records.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse

from core import audit, clock
from core.models import PhoneDevice
from core.offline import actions
from core.offline.reading import CANONICAL_UUID, Batch

log = structlog.get_logger()

HEADER = "X-Orderly-Device"
COOKIE = "orderly_device"
#: The longest a browser keeps a cookie.
COOKIE_SECONDS = 400 * 86_400

_RECEIVED = """
    INSERT INTO core_phonedevice (company_id, device, seq, seen_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT (company_id, device) DO UPDATE
    SET seq = GREATEST(core_phonedevice.seq, excluded.seq), seen_at = excluded.seen_at
    RETURNING seq
"""


def received(company_id: int, device: UUID, seq: int) -> int | None:
    """Note that records up to `seq` came from `device`; returns the highest number ever received.

    None when the database does not answer: what was handed in before is receipted all the same.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(_RECEIVED, [company_id, str(device), seq, clock.now()])
            highest: int = cursor.fetchone()[0]
    except (OperationalError, InterfaceError):
        log.warning("device not noted", device=str(device), exc_info=True)
        return None
    return highest


def remember(request: HttpRequest, response: HttpResponse, device: UUID, seq: int) -> None:
    """Let the browser keep, apart from its storage, which device it is and what we have of it."""
    value = f"{device}.{seq}"
    if request.COOKIES.get(COOKIE) != value:
        response.set_cookie(
            COOKIE,
            value,
            max_age=COOKIE_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",  # not HttpOnly: the page reads it when its storage is gone
        )


def remember_named(request: HttpRequest, response: HttpResponse, company_id: int | None) -> None:
    """`remember` for the device a phone names in its header, unless its browser has a cookie for it already."""
    name = request.headers.get(HEADER, "")
    if company_id is None or not CANONICAL_UUID.fullmatch(name):
        return
    if not request.COOKIES.get(COOKIE, "").startswith(f"{name}."):
        known = PhoneDevice.objects.filter(company_id=company_id, device=name).values_list("seq", flat=True)
        remember(request, response, UUID(name), known.first() or 0)


def note_loss(person: Any, batch: Batch) -> None:
    """A phone whose storage was cleared says so, and what it knows of the records that went with it: for the record.

    The same loss told again (its `id`) changes nothing.
    """
    lost = batch.lost_since
    if not lost:
        return
    figures = {name: lost[name] for name in ("from_seq", "to_seq", "count") if _is_count(lost.get(name))}
    if not figures:
        return
    at = lost.get("at")
    details = figures | {
        "device": str(batch.device or ""),
        "at": at if isinstance(at, int | float) else str(at)[:40],
    }
    with transaction.atomic():
        if batch.device is not None:
            received_seq = _first_told(person.company_id, batch.device, lost.get("id"))
            if received_seq is None:
                return
            details["received_seq"] = received_seq
        action = actions.LOST if "count" in figures else actions.LOST_STORAGE
        audit.record(action, actor=person, details=details)


def _first_told(company_id: int, device: UUID, loss: Any) -> int | None:
    """The highest number received from `device`; None when this `loss` has been told before."""
    PhoneDevice.objects.get_or_create(company_id=company_id, device=device)
    row = PhoneDevice.objects.select_for_update().get(company_id=company_id, device=device)
    if isinstance(loss, str) and CANONICAL_UUID.fullmatch(loss):
        if row.loss == UUID(loss):
            return None
        row.loss = UUID(loss)
        row.save(update_fields=["loss"])
    return row.seq


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53
