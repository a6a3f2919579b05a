"""Photos are announced before their bytes come: by an operation that names their hashes, or by an upload."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings

from core.models import Blob, BlobClaim, BlobState


class TooManyUnused(Exception):
    """The person has too many photos on the server that nothing refers to."""


def announce(person: Any, hashes: Collection[str]) -> set[str]:
    """Make photos known under their SHA-256 and let `person` send them; returns those whose bytes are wanted.

    Idempotent. `person.company_id` is the company the photos belong to.
    """
    wanted = sorted(set(hashes))
    if not wanted:
        return set()
    Blob.objects.bulk_create(
        [Blob(company_id=person.company_id, sha256=sha256) for sha256 in wanted], ignore_conflicts=True
    )
    blobs = list(
        Blob.objects.filter(company_id=person.company_id, sha256__in=wanted).only("id", "sha256", "state")
    )
    BlobClaim.objects.bulk_create(
        [BlobClaim(blob=blob, person_id=person.pk) for blob in blobs], ignore_conflicts=True
    )
    return {blob.sha256 for blob in blobs if blob.state == BlobState.PENDING}


def announced(company_id: int, sha256: str) -> Blob:
    """The company's photo of this hash, made known if it was not."""
    blob, _created = Blob.objects.get_or_create(company_id=company_id, sha256=sha256)
    return blob


def claimed(person: Any, sha256: str) -> Blob | None:
    """The photo `person` announced under this hash; None when unknown or another's."""
    return Blob.objects.filter(
        company_id=person.company_id, sha256=sha256, claims__person_id=person.pk
    ).first()


def claim_new(person: Any, sha256: str) -> Blob | None:
    """Announce by beginning to send; None when others announced it and `person` did not.

    Raises TooManyUnused when the person has PHOTO_MAX_UNUSED_PER_PERSON photos nobody refers to.
    """
    unused = Blob.objects.unused().filter(company_id=person.company_id, claims__person_id=person.pk)
    if unused.count() >= settings.PHOTO_MAX_UNUSED_PER_PERSON:
        raise TooManyUnused
    blob, created = Blob.objects.get_or_create(company_id=person.company_id, sha256=sha256)
    if not created:
        return claimed(person, sha256)
    BlobClaim.objects.create(blob=blob, person_id=person.pk)
    return blob
