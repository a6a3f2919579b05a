"""A photo from a form: read, hashed and written anew before anything is saved."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.core.files.base import File

from core.attachments.images import Picture, PictureRefused, reencode


@dataclass(frozen=True, slots=True)
class Prepared:
    """A checked photo that is not stored yet: hash and length of what was sent, and the clean copy."""

    sha256: str
    size: int
    picture: Picture


def prepare(file: File[bytes]) -> Prepared:
    """The clean copy of an uploaded file. Raises PictureRefused with the reason."""
    if file.size > settings.PHOTO_MAX_BYTES:
        raise PictureRefused("too_large")
    file.seek(0)
    return prepare_bytes(file.read())


def prepare_bytes(data: bytes) -> Prepared:
    """The same for a photo that came as bytes. Raises PictureRefused."""
    if len(data) > settings.PHOTO_MAX_BYTES:
        raise PictureRefused("too_large")
    return Prepared(hashlib.sha256(data).hexdigest(), len(data), reencode(data))
