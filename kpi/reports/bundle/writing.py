"""Writing a bundle: one CSV file after the other into a zip, each with its checksum in the manifest."""

import json
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from core.clock import local
from kpi.reports.bundle import figures, improvements
from kpi.reports.bundle.files import BundleFile, Counter, chunks
from kpi.reports.bundle.records import record_files
from kpi.reports.bundle.span import Span
from kpi.selectors.month_measures import MonthMeasures
from kpi.selectors.months import MonthView

FORMAT = 1
MANIFEST = "manifest.json"


def write_bundle(
    view: MonthView, measures: MonthMeasures, file: IO[bytes], *, made_at: datetime, content_sha256: str
) -> None:
    """Write the figures and improvement measures of a month of a site and all their records as a zip into a binary file.

    Read within `kpi.selectors.snapshots.one_snapshot`, in which `view` was read too, so that figures and records
    agree. Rows go from the database to the file; memory does not grow with them.
    """
    span = Span.of(view.site, view.month)
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        told = [
            _put(archive, one, local(made_at, view.site.zone_info)) for one in _files(span, view, measures)
        ]
        manifest = _manifest(view, span, told, made_at, content_sha256)
        text = json.dumps(manifest, ensure_ascii=False, indent=2)
        archive.writestr(_entry(MANIFEST, local(made_at, view.site.zone_info)), text)


def _files(span: Span, view: MonthView, measures: MonthMeasures) -> Iterator[BundleFile]:
    yield from figures.files(span, view)
    yield improvements.file(span, measures)
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


def _manifest(
    view: MonthView, span: Span, files: list[dict[str, Any]], made_at: datetime, content_sha256: str
) -> dict[str, Any]:
    site = view.site
    return {
        "format": FORMAT,
        "company": site.company.name,
        "site": site.code,
        "site_name": site.name,
        "month": str(view.month),
        "time_zone": site.time_zone,
        "language": site.language,
        "made_at": made_at.isoformat(),
        "is_over": view.days.last >= view.month.last,
        "households": site.households,
        "population": site.population,
        "zones": sorted(span.zones.values()),
        "records_from": {source: span.first_day(source).isoformat() for source in SOURCES},
        "encoding": "utf-8-sig",
        "times": "UTC",
        "content_sha256": content_sha256,
        "files": files,
    }


#: Sources whose records a bundle holds.
SOURCES = ("patrols", "cases", "alarms", "actions", "posts", "surveys")
