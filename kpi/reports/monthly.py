"""The monthly report of a site: one content, for the company or for the owners, as a page, a document or a workbook."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

from django.conf import settings
from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext_lazy as _

from core.reports import Figure, Report, Sheet
from kpi.indicators import measures
from kpi.indicators.cases import MEASURES as CASES
from kpi.models import Edition
from kpi.reports import changes, events, indicators, lists, missed, rows, sheets
from kpi.reports.content import MonthContent, gather
from kpi.reports.month_measures import changed as changed_measures
from kpi.reports.month_measures import measure_sheets
from kpi.reports.sentences import passages
from kpi.reports.typed import figure_of, typed_sheets
from kpi.reports.wording import closed_on
from kpi.selectors.lines import CountLine
from kpi.selectors.months import all_rounds, rounds_gone_wrong
from kpi.selectors.periods import Month
from organization.models import Site
from patrols.models import Round

#: Rounds read from the database at a time.
CHUNK = 2_000
#: Figures at the head of the report.
HEADLINES = 6
#: Missed rounds on screen and on paper; files hold all of them.
SHOWN = 40

Progress = Callable[[int, int, Any], None]
#: A page on screen and a document say the same; a workbook has every row besides.
Shape = Literal["page", "document", "workbook"]


def monthly_report(
    site: Site,
    month: Month,
    *,
    shape: Shape = "workbook",
    edition: Edition = Edition.INTERNAL,
    language: str = "",
    progress: Progress | None = None,
) -> Report:
    """The report of one site and month, in the language of the site unless another is given, on the site's clock.

    Read and write it within `kpi.selectors.snapshots.one_snapshot`, so that sums and rows agree.
    """
    with translation.override(language or site.language):
        return report_of(gather(site, month, edition, language), shape=shape, progress=progress)


def report_of(content: MonthContent, *, shape: Shape, progress: Progress | None = None) -> Report:
    """A content that was gathered as a report of that shape."""
    with translation.override(content.language):
        site, month = content.site, content.month
        tables = list(_tables(content))
        if shape == "workbook":
            tables = list(_workbook(content, progress))
        return Report(
            key=f"month-{site.code}-{month}",
            title=_title(content),
            subtitle=_subtitle(content),
            company=site.company.name,
            site=site.name,
            period=month_name(month, content.language),
            made_at=content.made_at,
            language=content.language,
            time_zone=site.zone_info,
            sheets=tables,
            passages=passages(content),
            figures=list(_figures(content, shape)),
            signatures=signatures(content.is_internal),
            fingerprint=content.fingerprint,
            definitions=list(_definitions(content, shape)),
            footer=_("Figures count every record; a late upload is never a late patrol."),
            base_url=settings.PUBLIC_URL if content.is_internal else "",
        )


def month_name(month: Month, language: str | None = None) -> str:
    """ "October 2026" in a language, or in the active one."""
    with translation.override(language or translation.get_language()):
        return formats.date_format(month.first, "YEAR_MONTH_FORMAT")


def page_of(site: Site, month: Month) -> str:
    """The path of the month's page."""
    return f"{reverse('kpi:month')}?site={site.pk}&month={month}"


def _title(content: MonthContent) -> Any:
    return (
        _("Monthly security report") if content.is_internal else _("Monthly security report for the owners")
    )


def _subtitle(content: MonthContent) -> Any:
    """That it is closed, or what is unfinished about it."""
    closed = content.view.closed
    if closed is not None:
        return closed_on(closed.closed_at, content.site)
    return "" if content.is_over else _("The month is not over: days to come are missing.")


def signatures(is_internal: bool) -> list[Any]:
    """Who signs a report: of the company, or of what goes to the owners."""
    if is_internal:
        return [_("Prepared by"), _("Checked by"), _("Approved by")]
    return [_("Prepared by"), _("For the property company")]


def _tables(content: MonthContent) -> Iterator[Sheet]:
    """The tables of the page and of the document."""
    view = content.view
    for group in content.groups:
        yield indicators.of_group(group, is_public=not content.is_internal)
    yield from (indicators.on_paper(sheet) for sheet in measure_sheets(content))
    yield events.by_month(content.events)
    if not content.is_internal:
        yield events.for_owners(content.events)
        yield indicators.on_paper(sheets.days(view, is_public=True))
        return
    yield indicators.on_paper(events.events(content.events))
    yield indicators.on_paper(missed.late_cases(content.misses))
    yield indicators.on_paper(missed.late_actions(content.misses))
    wrong = lists.rounds("wrong", _("Missed and partial rounds"), lambda: _wrong(content), page_rows=SHOWN)
    yield indicators.on_paper(wrong)
    yield indicators.on_paper(sheets.cases(view, whole=False))
    yield sheets.counts(view)
    yield indicators.on_paper(sheets.zones(view))
    yield indicators.on_paper(sheets.days(view))
    yield indicators.on_paper(lists.worst_points(view))
    yield from _changes(content)


def _changes(content: MonthContent) -> Iterator[Sheet]:
    """Of a closed month: what is different by now."""
    if content.changes is not None:
        yield changes.figures(content.changes)
        yield changes.days(content.changes)
        if content.measures.is_frozen:
            yield changed_measures(content.changed_measures)


def _workbook(content: MonthContent, progress: Progress | None) -> Iterator[Sheet]:
    """The tables of the workbook: typed numbers, and every record."""
    view = content.view
    yield from typed_sheets(
        view.indicators if content.is_internal else content.lines, leads=content.is_internal
    )
    yield from measure_sheets(content)
    if not content.is_internal:
        yield events.by_month(content.events)
        yield events.for_owners(content.events)
        yield sheets.days(view, is_public=True)
        return
    yield events.events(content.events)
    yield events.by_month(content.events)
    yield sheets.cases(view, whole=True)
    yield sheets.counts(view)
    yield sheets.zones(view)
    yield sheets.days(view)
    yield lists.worst_points(view)
    yield missed.late_cases(content.misses)
    yield missed.late_actions(content.misses)
    yield lists.rounds("wrong", _("Missed and partial rounds"), lambda: _wrong(content))
    yield from _changes(content)
    told = _told(
        lambda: all_rounds(content.site, content.month).iterator(chunk_size=CHUNK),
        int(view.rounds[0].value),
        progress,
    )
    yield lists.rounds("rounds", _("All rounds"), told, page_rows=100)
    yield from rows.row_sheets(content.lines)


def _wrong(content: MonthContent) -> Iterable[Round]:
    return rounds_gone_wrong(content.view.scope)


def _told(
    rows: Callable[[], Iterable[Round]], total: int, progress: Progress | None
) -> Callable[[], Iterator[Round]]:
    """The same rows, telling how many were written."""

    def read() -> Iterator[Round]:
        for number, row in enumerate(rows(), start=1):
            if progress is not None and number % 200 == 0:
                progress(number, total, _("Writing rounds"))
            yield row

    return read


def _figures(content: MonthContent, shape: Shape) -> Iterator[Figure]:
    """At the head: what misses its target, then the rounds and cases of the month; numbers in the workbook."""
    shown = {id(line.standing) for line in content.lines}
    judged = [line for line in content.view.judged if id(line.standing) in shown]
    missed_ = [line for line in judged if line.standing.tone == "danger"]
    for line in (missed_ or judged)[:HEADLINES]:
        one, href = line.standing, line.denominator_page if content.is_internal else ""
        if shape == "workbook":
            yield figure_of(one, href=href)
        else:
            yield Figure(one.indicator.name, one.shown, note=one.target_shown, tone=one.tone, href=href)
    if not content.is_internal:
        return
    numbers = [*content.view.rounds[:5], *(line for line in content.view.cases if line.value)]
    for count in numbers:
        yield Figure(
            count.measure.name, int(count.value), tone=count.tone, href=_sheet_of(count), kind="integer"
        )


def _sheet_of(line: CountLine) -> str:
    return "#cases" if line.measure.code in CASES else "#counts"


def _definitions(content: MonthContent, shape: Shape) -> Iterator[tuple[Any, Any]]:
    """The figures shown; in the workbook every measure besides."""
    for line in sorted(content.lines, key=lambda line: line.standing.indicator.code):
        indicator = line.standing.indicator
        yield f"{indicator.code} {indicator.name}", f"{indicator.definition} {indicator.caveat}".strip()
    if shape == "workbook" and content.is_internal:
        for measure in measures().values():
            yield measure.name, measure.definition
    yield (
        _("Day and month"),
        _("A round belongs to the day it is due, a scan to the day it was made, on the clock of the site."),
    )
    yield (
        _("Reference interval"),
        _(
            "Wilson 95 % interval. All records are counted, so it only shows what chance does from month to month."
        ),
    )
    if not content.is_internal:
        return
    yield (
        _("Zones"),
        _(
            "A round counts in every zone it has points in, and once in the total of the site. A point counts in its own zone."
        ),
    )
    yield (
        _("Longest time without a visit"),
        _("Between two visits, from the opening of the first round due in the month to the end of the last."),
    )
    yield (
        _("Fingerprint of the figures (SHA-256)"),
        _(
            "A checksum over all figures, counts and improvement measures of the month, without names. Page, document, workbook and CSV files of one report carry the same."
        ),
    )
