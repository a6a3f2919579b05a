"""Writing a bundle: one CSV file after the other into a zip, each with its checksum in the manifest."""

import json
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils import translation

from core.clock import local
from kpi.reports.bundle import changes, figures, improvements
from kpi.reports.bundle.files import BundleFile, Counter, chunks
from kpi.reports.bundle.records import record_files
from kpi.reports.bundle.span import Span
from kpi.reports.content import MonthContent

FORMAT = 1
MANIFEST = "manifest.json"


def write_bundle(content: MonthContent, file: IO[bytes]) -> None:
    """Write the figures and improvement measures of a month of a site and all their records as a zip into a binary file.

    Definitions are in the language of the content. Write within the same `kpi.selectors.snapshots.one_snapshot` in which
    it was gathered, so that figures and records agree. Rows go from the database to the file; memory does not grow with them.
    """
    span = Span.of(content.site, content.month)
    made = local(content.made_at, content.site.zone_info)
    with translation.override(content.language), ZipFile(file, "w", ZIP_DEFLATED) as archive:
        told = [_put(archive, one, made) for one in _files(span, content)]
        text = json.dumps(_manifest(content, span, told), ensure_ascii=False, indent=2)
        archive.writestr(_entry(MANIFEST, made), text)


def _files(span: Span, content: MonthContent) -> Iterator[BundleFile]:
    yield from figures.files(span, content.view)
    yield improvements.file(span, content.all_measures)
    yield from changes.files(content.changes)
    yield from record_files(span)


def _put(archive: ZipFile, file: BundleFile, at: datetime) -> dict[str, Any]:
    """Write one file; what the manifest says of it."""
    digest, size, counter = sha256(), 0, Counter()
    with archive.open(_entry(file.path, at), "w", force_zip64=True) as entry:
        for chunk in chunks(file, counter):
            digest.update(chunk)
            size += len(chunk)
            entry.write(chunk)
    return {"path": file.path, "rows": counter.number, "bytes": size, "sha256": digest.hexdigest()}


def _entry(path: str, at: datetime) -> ZipInfo:
    entry = ZipInfo(path, at.timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    return entry


def _manifest(content: MonthContent, span: Span, files: list[dict[str, Any]]) -> dict[str, Any]:
    site, view = content.site, content.view
    return {
        "format": FORMAT,
        "company": site.company.name,
        "site": site.code,
        "site_name": site.name,
        "month": str(content.month),
        "time_zone": site.time_zone,
        "language": content.language,
        "made_at": content.made_at.isoformat(),
        "is_over": content.is_over,
        "households": view.profile.households,
        "population": view.profile.population,
        "zones": sorted(span.zones.values()),
        "records_from": {source: span.first_day(source).isoformat() for source in SOURCES},
        "encoding": "utf-8-sig",
        "times": "UTC",
        "content_sha256": content.fingerprint,
        "files": files,
    }


#: Sources whose records a bundle holds.
SOURCES = ("patrols", "cases", "alarms", "actions", "posts", "surveys")
