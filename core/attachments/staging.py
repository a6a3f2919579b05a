"""Photos sent with a form that is shown again: kept on the server, named in the form by a signed list of hashes.

For people without an account, who have no claim by which a photo could be theirs. What no record takes up within
PHOTO_ORPHAN_DAYS is swept like any other unused photo.
"""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from django.core import signing
from django.core.files.base import File
from django.db import transaction

from core.attachments import storing
from core.attachments.attaching import keep
from core.attachments.images import PictureRefused
from core.attachments.preparing import Prepared, prepare
from core.models import Blob, BlobState

SALT = "core.staged_photos"
#: Seconds a form may stay open before its photos have to be chosen again.
LONGEST = 6 * 3600


@dataclass(frozen=True, slots=True)
class Staged:
    """A kept photo: its hash, and its thumbnail as a data address."""

    sha256: str
    thumb: str


def usable(files: Iterable[File[bytes]]) -> list[Prepared]:
    """Those of `files` that are pictures; the form has told what is wrong with the others."""
    good = []
    for file in files:
        try:
            good.append(prepare(file))
        except PictureRefused:
            continue
    return good


def stage(company_id: int, photos: Iterable[Prepared]) -> list[str]:
    """Keep photos without a record; their hashes. Raises StoreUnavailable."""
    with transaction.atomic():
        return [keep(photo, company_id).sha256 for photo in photos]


def sealed(hashes: Iterable[str], *, scope: str) -> str:
    """The hashes as a form carries them; good for forms of `scope` only."""
    return signing.dumps([scope, list(hashes)], salt=SALT)


def opened(text: str, *, scope: str) -> list[str]:
    """The hashes a form carries; none when they are not ours, of another scope, or too old."""
    try:
        known, hashes = signing.loads(text, salt=SALT, max_age=LONGEST)
    except (signing.BadSignature, ValueError, TypeError):
        return []
    return list(hashes) if known == scope else []


def previews(company_id: int, hashes: Iterable[str]) -> list[Staged]:
    """The kept photos as a page shows them; one that has gone is left out."""
    wanted = list(hashes)
    blobs = Blob.objects.filter(company_id=company_id, sha256__in=wanted, state=BlobState.STORED)
    found = {blob.sha256: blob for blob in blobs}
    shown = []
    for sha256 in wanted:
        if (blob := found.get(sha256)) is None:
            continue
        try:
            content = b64encode(storing.read(blob.thumb_name)).decode()
        except storing.StoreUnavailable:
            continue
        shown.append(Staged(sha256, f"data:{blob.media_type};base64,{content}"))
    return shown
