"""Binding photos to the records they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from core import clock, live
from core.attachments import storing
from core.attachments.announcing import announced
from core.attachments.preparing import Prepared
from core.attachments.sounds import Sound
from core.models import Attachment, Blob, BlobClaim, BlobState


@transaction.atomic
def attach(
    target: models.Model,
    *,
    sha256: str | None = None,
    upload: Prepared | None = None,
    made_by: Any,
    device_at: datetime | None = None,
    caption: str = "",
    site: Any = None,
) -> Attachment:
    """Bind one photo to `target` and return the attachment (the existing one on a repetition).

    Give either `sha256` (announced by a phone; the bytes may come later) or `upload` (from
    `PhotosField` or `prepare`). `device_at` is the corrected time it was taken, aware, UTC. The site is
    `target.site` unless given. Checks no policy: the service that owns `target` has done so.
    Raises ValueError when neither company nor photo is known, StoreUnavailable when an upload cannot be kept.
    """
    site = site or getattr(target, "site", None)
    company_id = site.company_id if site is not None else getattr(made_by, "company_id", None)
    if company_id is None or (sha256 is None) == (upload is None):
        raise ValueError("attach needs a company, and either sha256 or upload")
    blob = keep(upload, company_id) if upload is not None else announced(company_id, str(sha256))
    if made_by is not None:
        BlobClaim.objects.get_or_create(blob=blob, person_id=made_by.pk)
    attachment, _created = Attachment.objects.get_or_create(
        content_type=ContentType.objects.get_for_model(target),
        object_id=str(target.pk),
        blob=blob,
        defaults={
            "company_id": company_id,
            "site": site,
            "made_by": made_by,
            "device_at": device_at,
            "caption": caption,
        },
    )
    return attachment


def keep(upload: Prepared, company_id: int) -> Blob:
    """The stored photo of an upload, stored now if it was not. Raises StoreUnavailable."""
    blob = announced(company_id, upload.sha256)
    blob = Blob.objects.select_for_update().get(pk=blob.pk)
    if not blob.is_stored:
        store(blob, upload)
    return blob


def store(blob: Blob, prepared: Prepared) -> None:
    """Keep the clean copy of a locked `blob` and tell the pages that show it. Raises StoreUnavailable."""
    now = clock.now()
    full, thumb = storing.save_picture(prepared.picture, company_id=blob.company_id, at=now)
    blob.size = prepared.size
    blob.width, blob.height = prepared.picture.width, prepared.picture.height
    _stored(blob, prepared.picture.media_type, full, thumb, now)


def store_sound(blob: Blob, sound: Sound) -> None:
    """Keep the recording of a locked `blob` as it is and tell the pages that show it. Raises StoreUnavailable."""
    now = clock.now()
    name = storing.save_sound(sound, company_id=blob.company_id, at=now)
    blob.size = len(sound.content)
    _stored(blob, sound.media_type, name, name, now)


def _stored(blob: Blob, media_type: str, full: str, thumb: str, now: datetime) -> None:
    blob.state, blob.reason = BlobState.STORED, ""
    blob.media_type, blob.full_name, blob.thumb_name, blob.stored_at = media_type, full, thumb, now
    blob.save()
    for attachment in blob.attachments.exclude(site=None):
        live.publish(f"site:{attachment.site_id}", "photos", attachment=attachment.pk)


def attachments_of(target: models.Model) -> list[Attachment]:
    """The photos of one record, oldest first; one query."""
    return list(Attachment.objects.of(target))


def attachments_for(targets: Iterable[models.Model]) -> dict[str, list[Attachment]]:
    """The photos of many records of one model, by the record's key as text; one query."""
    records = list(targets)
    found: dict[str, list[Attachment]] = {str(record.pk): [] for record in records}
    for attachment in Attachment.objects.of(*records):
        found[attachment.object_id].append(attachment)
    return found
