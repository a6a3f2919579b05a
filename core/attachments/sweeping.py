"""What nobody refers to goes; what is complete but unfinished gets finished."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import F, Q, Sum

from core import clock
from core.attachments import storing, uploads
from core.models import Blob, BlobPart, BlobState, Quarantine, QuarantineState

log = structlog.get_logger()

#: Pieces of an upload that did not go on for this long are given up (the phone starts anew).
IDLE_PARTS = timedelta(days=7)
#: A file younger than this may belong to a transaction that is still running.
FILE_GRACE = timedelta(days=1)


def sweep() -> dict[str, int]:
    """One round of all sweeps; returns how many of each. Safe to run at any time, twice or in parallel."""
    return {
        "finished": finish_complete(),
        "parts": drop_idle_parts(),
        "photos": drop_unused(),
        "files": drop_orphan_files(),
    }


def finish_complete() -> int:
    """Photos whose bytes are all here but could not be kept then (store full, worker killed)."""
    waiting = Blob.objects.pending().annotate(held=Sum("parts__size")).filter(held=F("size"))
    count = 0
    for blob_id in waiting.values_list("pk", flat=True)[:500]:
        try:
            uploads.finish(blob_id)
        except storing.StoreUnavailable:
            break
        count += 1
    return count


def drop_idle_parts() -> int:
    """Pieces of uploads nobody continues."""
    idle = BlobPart.objects.filter(received_at__lt=clock.now() - IDLE_PARTS)
    stale = (
        Blob.objects.pending()
        .filter(parts__in=idle)
        .exclude(parts__received_at__gte=clock.now() - IDLE_PARTS)
    )
    parts = list(BlobPart.objects.filter(blob__in=stale.values("pk")))
    BlobPart.objects.filter(pk__in=[part.pk for part in parts]).delete()
    storing.remove(*(part.name for part in parts))
    return len(parts)


def drop_unused() -> int:
    """Photos older than PHOTO_ORPHAN_DAYS that no record and no undecided quarantined operation names."""
    since = clock.now() - timedelta(days=settings.PHOTO_ORPHAN_DAYS)
    count = 0
    for blob in Blob.objects.unused().filter(created_at__lt=since).iterator(chunk_size=500):
        named = Quarantine.objects.filter(
            company_id=blob.company_id, state=QuarantineState.OPEN, photos__contains=[blob.sha256]
        )
        if named.exists():
            continue
        names = [blob.full_name, blob.thumb_name, *blob.parts.values_list("name", flat=True)]
        try:
            with transaction.atomic():
                deleted, _rows = Blob.objects.unused().filter(pk=blob.pk).delete()
        except IntegrityError:  # attached this very moment
            continue
        if deleted:
            storing.remove(*names)
            count += 1
    return count


def drop_orphan_files() -> int:
    """Files of transactions that were rolled back: this month's and last month's folders, and the pieces."""
    before = clock.now() - FILE_GRACE
    count = 0
    for name in list(_recent_files()):
        if default_storage.get_modified_time(name) >= before or _known(name):
            continue
        storing.remove(name)
        count += 1
    if count:
        log.info("orphan files removed", count=count)
    return count


def _known(name: str) -> bool:
    return (
        Blob.objects.filter(Q(full_name=name) | Q(thumb_name=name), state=BlobState.STORED).exists()
        or BlobPart.objects.filter(name=name).exists()
    )


def _recent_files() -> Iterator[str]:
    now = clock.now()
    months = {f"{moment:%Y/%m}" for moment in (now, now - timedelta(days=31))}
    for company in _folders(storing.PHOTOS):
        for month in sorted(months):
            yield from _files(f"{storing.PHOTOS}/{company}/{month}")
    for company in _folders(storing.PARTS):
        for blob in _folders(f"{storing.PARTS}/{company}"):
            yield from _files(f"{storing.PARTS}/{company}/{blob}")


def _folders(path: str) -> list[str]:
    return _listed(path)[0]


def _files(path: str) -> list[str]:
    return [f"{path}/{name}" for name in _listed(path)[1]]


def _listed(path: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(path)
    except (FileNotFoundError, NotADirectoryError):
        return [], []
