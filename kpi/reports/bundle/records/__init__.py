"""One row for every record behind the figures, with all that is needed to reckon them anew; no names, no free text."""

from collections.abc import Iterator

from kpi.reports.bundle.files import BundleFile
from kpi.reports.bundle.records import alarms, cases, patrols, posts, surveys, teamwork
from kpi.reports.bundle.span import Span


def record_files(span: Span) -> Iterator[BundleFile]:
    """The files of records, domain by domain."""
    for domain in (patrols, cases, alarms, teamwork, posts, surveys):
        yield from domain.files(span)
