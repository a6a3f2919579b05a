"""Receiving the bytes of a photo or voice note, in pieces, over a network that breaks; believed when the hash is right."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from core import clock, faults
from core.attachments import storing
from core.attachments.announcing import claim_new, claimed
from core.attachments.attaching import store, store_sound
from core.attachments.images import PictureRefused, reencode
from core.attachments.preparing import Prepared
from core.attachments.sounds import recognised
from core.models import Blob, BlobPart, BlobState

#: Complete uploads with a wrong hash after which the phone is told to give up.
MAX_MISMATCHES = 3
WRONG_HASH = "hash"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an upload is: `offset` is the next byte wanted, `size` the whole, both in bytes."""

    sha256: str
    state: str
    offset: int
    size: int | None
    reason: str


class UnknownUpload(Exception):
    """No such photo, or not this person's."""


class WrongOffset(Exception):
    """The piece does not continue what is there; `progress` says where to go on."""

    def __init__(self, progress: Progress) -> None:
        super().__init__(progress.offset)
        self.progress = progress


class TooLong(Exception):
    """The photo is announced, or turns out, to be larger than allowed."""


def progress_of(person: Any, sha256: str) -> Progress:
    """How far `person`'s upload is. Raises UnknownUpload."""
    blob = claimed(person, sha256)
    if blob is None:
        raise UnknownUpload(sha256)
    return _progress(blob)


def receive(person: Any, sha256: str, *, offset: int, length: int, content: bytes) -> Progress:
    """Take one piece (`content`, from byte `offset` of `length`); the last one has the photo checked and kept.

    A piece may be empty: it asks to finish what is complete. Raises UnknownUpload, TooManyUnused, TooLong,
    WrongOffset, StoreUnavailable (then nothing of the piece is kept, or the complete photo stays pending).
    """
    if length > settings.PHOTO_MAX_BYTES or offset + len(content) > length:
        raise TooLong(sha256)
    blob = claimed(person, sha256) or claim_new(person, sha256)
    if blob is None:
        raise UnknownUpload(sha256)
    complete = _take(blob.pk, offset=offset, length=length, content=content)
    if complete:
        finish(blob.pk)
    return _progress(Blob.objects.get(pk=blob.pk))


def _take(blob_id: int, *, offset: int, length: int, content: bytes) -> bool:
    """Keep the piece; True when all pieces are there and the photo is undecided. Commits by itself."""
    with transaction.atomic():
        blob = Blob.objects.select_for_update().get(pk=blob_id)
        if blob.state == BlobState.REFUSED and blob.reason == WRONG_HASH and offset == 0:
            blob.state, blob.reason = BlobState.PENDING, ""
        if blob.state != BlobState.PENDING:
            return False
        if blob.size != length:
            _start_over(blob, length)
        held = _held(blob)
        if offset != held:
            blob.save()
            wrong: Progress | None = _progress(blob)
        else:
            wrong = None
            if content:
                name = storing.save_part(content, company_id=blob.company_id, blob_id=blob.pk)
                BlobPart.objects.create(blob=blob, offset=offset, size=len(content), name=name)
            blob.save()
    faults.point("upload.part_stored")
    if wrong is not None:
        raise WrongOffset(wrong)
    return held + len(content) == length


def finish(blob_id: int) -> None:
    """Check, clean and keep a completely received photo; does nothing to any other. Raises StoreUnavailable."""
    with transaction.atomic():
        blob = Blob.objects.select_for_update().get(pk=blob_id)
        if blob.state != BlobState.PENDING or blob.size is None or _held(blob) != blob.size:
            return
        try:
            data = b"".join(storing.read(part.name) for part in blob.parts.all())
        except storing.FileLost:
            _drop_parts(blob)  # nothing to check any more: the phone sends it again from the start
            return
        faults.point("upload.verified")
        if hashlib.sha256(data).hexdigest() != blob.sha256:
            _mismatched(blob)
        else:
            _decide(blob, data)
        _drop_parts(blob)
    faults.point("upload.finished")


def _decide(blob: Blob, data: bytes) -> None:
    try:
        sound = recognised(data)
        prepared = None if sound is not None else Prepared(blob.sha256, len(data), reencode(data))
    except PictureRefused as refusal:
        blob.state, blob.reason, blob.stored_at = BlobState.REFUSED, refusal.reason, clock.now()
        blob.save()
        return
    if sound is not None:
        store_sound(blob, sound)
    elif prepared is not None:
        store(blob, prepared)


def _mismatched(blob: Blob) -> None:
    """The bytes are not those announced: damaged on the way (start over), or on the phone (give up)."""
    blob.mismatches += 1
    if blob.mismatches >= MAX_MISMATCHES:
        blob.state, blob.reason, blob.mismatches = BlobState.REFUSED, WRONG_HASH, 0
    blob.save()


def _start_over(blob: Blob, length: int) -> None:
    _drop_parts(blob)
    blob.size = length


def _drop_parts(blob: Blob) -> None:
    """Forget the pieces; their files go once that is committed."""
    names = list(blob.parts.values_list("name", flat=True))
    blob.parts.all().delete()
    transaction.on_commit(lambda: storing.remove(*names))


def _held(blob: Blob) -> int:
    """Bytes received without a gap."""
    held = 0
    for part in blob.parts.all():
        if part.offset != held:
            break
        held += part.size
    return held


def _progress(blob: Blob) -> Progress:
    offset = (blob.size or 0) if blob.state != BlobState.PENDING else _held(blob)
    return Progress(blob.sha256, blob.state, offset, blob.size, blob.reason)
