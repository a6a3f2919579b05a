"""Uploads from phones, and the private download of what was kept."""

from __future__ import annotations

import re
from typing import Any, NoReturn
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from core import audit, policies
from core.api.plain import RECEIPT_HEADER, before_own_password, endpoint
from core.api.problems import problem, unavailable
from core.attachments import uploads
from core.attachments.announcing import TooManyUnused
from core.attachments.storing import StoreUnavailable
from core.audit import actions
from core.models import Attachment

HASH = re.compile(r"[0-9a-f]{64}")
DIGITS = re.compile(r"[0-9]{1,12}")
PIECE = 64 * 1024
RECEIPTED = {RECEIPT_HEADER: "1"}
MINUTE = 60


@before_own_password("GET", "HEAD", "PUT")
@endpoint("GET", "HEAD", "PUT", late=True)
def upload(request: HttpRequest, sha256: str) -> HttpResponse:
    """PUT: one piece of a photo (Upload-Offset, Upload-Length). GET, HEAD: how far it is.

    Answers `{sha256, state, offset, size, reason}`; 404 when nobody announced it or others did, 409 with the
    same body when the offset is not the next, 413 when too large, 429 with too many unused photos.
    """
    if not HASH.fullmatch(sha256):
        return problem(404, "unknown_upload")
    try:
        if request.method == "PUT":
            progress = _receive(request, sha256)
        else:
            progress = uploads.progress_of(request.user, sha256)
    except uploads.UnknownUpload:
        return problem(404, "unknown_upload")
    except uploads.WrongOffset as wrong:
        return problem(
            409, "wrong_offset", headers=RECEIPTED | _offsets(wrong.progress), **_shown(wrong.progress)
        )
    except uploads.TooLong:
        return problem(413, "too_large")
    except TooManyUnused:
        return problem(429, "too_many_unused", headers={"Retry-After": str(10 * MINUTE)})
    except StoreUnavailable:
        return unavailable()
    except ValueError:
        return problem(400, "upload_headers")
    return JsonResponse(_shown(progress), headers=RECEIPTED | _offsets(progress))


def _receive(request: HttpRequest, sha256: str) -> uploads.Progress:
    offset, length = (_number(request.headers.get(name, "")) for name in ("Upload-Offset", "Upload-Length"))
    if length == 0:
        raise ValueError("a photo has bytes")
    content = _content(request, at_most=length - offset)
    return uploads.receive(request.user, sha256, offset=offset, length=length, content=content)


def _number(text: str) -> int:
    if not DIGITS.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _content(request: HttpRequest, *, at_most: int) -> bytes:
    """The body, or what of it has arrived when the connection breaks. Raises TooLong."""
    if at_most < 0 or int(request.META.get("CONTENT_LENGTH") or 0) > max(at_most, 0):
        raise uploads.TooLong
    content = bytearray()
    try:
        while piece := request.read(PIECE):
            content += piece
            if len(content) > at_most:
                raise uploads.TooLong
    except UnreadablePostError:
        pass  # what came before is worth keeping: the phone goes on from there
    return bytes(content)


def _shown(progress: uploads.Progress) -> dict[str, Any]:
    return {
        "sha256": progress.sha256,
        "state": progress.state,
        "offset": progress.offset,
        "size": progress.size,
        "reason": progress.reason or None,
    }


def _offsets(progress: uploads.Progress) -> dict[str, str]:
    return {"Upload-Offset": str(progress.offset), "Upload-Length": str(progress.size or 0)}


@require_safe
def file(request: HttpRequest, identifier: UUID, size: str) -> HttpResponseBase:
    """A stored photo, whole ("full") or small ("thumb"), or a recording ("full"), for whoever may see the record it belongs to.

    Opening the whole one is recorded as viewing evidence. Photos of others, unknown ones and those not yet
    here answer 404.
    """
    attachment = Attachment.objects.select_related("blob", "site").filter(pk=identifier).first()
    if attachment is None or not attachment.blob.is_stored:
        raise Http404
    if attachment.blob.is_sound and size != "full":
        raise Http404
    if not policies.allowed(request.user, "view", attachment):
        _not_visible(request, identifier)
    if size == "full" and request.method == "GET":
        _record_view(request, attachment)
    return answer(attachment, size)


def _not_visible(request: HttpRequest, identifier: UUID) -> NoReturn:
    """404, remembered as a reach for something foreign."""
    policies.get_visible_or_404(request.user, Attachment, pk=identifier)
    raise Http404


def _record_view(request: HttpRequest, attachment: Attachment) -> None:
    kind = ContentType.objects.get_for_id(attachment.content_type_id)
    audit.record(
        actions.EVIDENCE_VIEWED,
        actor=request.user,
        site=attachment.site,
        target=attachment,
        details={"of": f"{kind.app_label}.{kind.model}", "object": attachment.object_id},
    )


def answer(attachment: Attachment, size: str) -> HttpResponseBase:
    """The stored bytes, "full" or "thumb". Checks no policy. Raises Http404 when the file is gone."""
    blob = attachment.blob
    name = blob.full_name if size == "full" else blob.thumb_name
    try:
        stored = default_storage.open(name)
    except FileNotFoundError:
        raise Http404 from None
    except OSError:
        return unavailable()
    response = FileResponse(
        stored, content_type=blob.media_type, filename=f"{attachment.pk}.{name.rsplit('.', 1)[-1]}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=3600"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
