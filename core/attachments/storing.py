"""Where photos lie: in Django's default storage, under names of our own, never below a public address."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from core import faults
from core.attachments.images import Picture
from core.attachments.sounds import Sound

log = structlog.get_logger()

PHOTOS = "photos"
PARTS = "uploads"


class StoreUnavailable(Exception):
    """The file store is full or does not answer. Nothing half-written is left behind; try again later."""


class FileLost(StoreUnavailable):
    """The store answers, but the file is not there any more."""


@contextmanager
def storing() -> Iterator[None]:
    """A block that writes to the file store: what the store cannot do now raises StoreUnavailable."""
    try:
        faults.point("store.save")
        yield
    except OSError as error:
        log.error("file store unavailable", error=str(error))
        raise StoreUnavailable(str(error)) from error


def save_picture(picture: Picture, *, company_id: int, at: datetime) -> tuple[str, str]:
    """Names of the stored copy and its thumbnail. Raises StoreUnavailable."""
    stem = f"{PHOTOS}/{company_id}/{at:%Y/%m}/{secrets.token_urlsafe(18)}"
    full = _save(f"{stem}.{picture.extension}", picture.full)
    try:
        thumb = _save(f"{stem}-thumb.{picture.extension}", picture.thumb)
    except StoreUnavailable:
        remove(full)
        raise
    return full, thumb


def save_sound(sound: Sound, *, company_id: int, at: datetime) -> str:
    """Name of the stored recording. Raises StoreUnavailable."""
    name = f"{PHOTOS}/{company_id}/{at:%Y/%m}/{secrets.token_urlsafe(18)}.{sound.extension}"
    return _save(name, sound.content)


def save_part(content: bytes, *, company_id: int, blob_id: int) -> str:
    """Name of a stored piece of an upload. Raises StoreUnavailable."""
    return _save(f"{PARTS}/{company_id}/{blob_id}/{secrets.token_urlsafe(12)}", content)


def read(name: str) -> bytes:
    """The bytes stored under `name`. Raises StoreUnavailable, FileLost."""
    try:
        with default_storage.open(name) as stored:
            content: bytes = stored.read()
    except FileNotFoundError as error:
        raise FileLost(name) from error
    except OSError as error:
        raise StoreUnavailable(str(error)) from error
    return content


def remove(*names: str) -> None:
    """Delete files; one that cannot be deleted now is left to the sweep."""
    for name in filter(None, names):
        try:
            default_storage.delete(name)
        except OSError as error:
            log.warning("file not removed", name=name, error=str(error))


def _save(name: str, content: bytes) -> str:
    try:
        with storing():
            return default_storage.save(name, ContentFile(content))
    except StoreUnavailable:
        remove(name)
        raise
