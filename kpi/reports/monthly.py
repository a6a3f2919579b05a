"""The monthly report: headline figures, indicators, incidents, cases, zones, days, worst points, and every round behind them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext_lazy as _

from core.clock import now
from core.reports import Figure, Report
from kpi.indicators import indicators as declared
from kpi.indicators import measures
from kpi.indicators.cases import MEASURES as CASES
from kpi.reports import events, indicators, lists, sheets
from kpi.selectors.events import events_of
from kpi.selectors.lines import CountLine
from kpi.selectors.months import MonthView, all_rounds, month_of, rounds_gone_wrong
from kpi.selectors.periods import Month
from organization.models import Site
from patrols.models import Round

#: Rounds read from the database at a time.
CHUNK = 2_000
#: Indicators at the head of the report.
HEADLINES = 6
#: Points in the table of the worst.
WORST = 20

Progress = Callable[[int, int, Any], None]


def monthly_report(
    site: Site, month: Month, *, paper: bool = False, progress: Progress | None = None
) -> Report:
    """The report of one site and month, in the site's language and clock.

    Read and write it within `kpi.selectors.snapshots.one_snapshot`, so that sums and rows agree. On `paper` the
    sheet of all rounds (hundreds of pages) and some columns are left out.
    """
    with translation.override(site.language):
        return _report(site, month, paper=paper, progress=progress)


def _report(site: Site, month: Month, *, paper: bool, progress: Progress | None) -> Report:
    view = month_of(site, month, worst=WORST)
    tables = [
        indicators.summary(view),
        indicators.times(view),
        indicators.rates(view),
        events.events(events_of(site, month)),
        sheets.cases(view, whole=not paper),
        sheets.counts(view),
        sheets.zones(view),
        sheets.days(view),
        lists.worst_points(view),
        lists.rounds("wrong", _("Missed and partial rounds"), lambda: rounds_gone_wrong(site, month)),
    ]
    if paper:
        tables = [indicators.on_paper(sheet) for sheet in tables]
    else:
        tables = [indicators.in_files(sheet) for sheet in tables]
        told = _told(lambda: all_rounds(site, month).iterator(chunk_size=CHUNK), int(_due(view)), progress)
        tables.append(lists.rounds("rounds", _("All rounds"), told, page_rows=100))
    return Report(
        key=f"month-{site.code}-{month}",
        title=_("Monthly security report"),
        subtitle=_subtitle(view),
        company=site.company.name,
        site=site.name,
        period=month_name(month, site.language),
        made_at=now(),
        language=site.language,
        time_zone=site.zone_info,
        sheets=tables,
        figures=_figures(view),
        definitions=list(_definitions()),
        footer=_("Figures count every record; a late upload is never a late patrol."),
        base_url=settings.PUBLIC_URL,
    )


def month_name(month: Month, language: str) -> str:
    """ "October 2026" in a language."""
    with translation.override(language):
        return formats.date_format(month.first, "YEAR_MONTH_FORMAT")


def page_of(site: Site, month: Month) -> str:
    """The path of the month's page."""
    return f"{reverse('kpi:month')}?site={site.pk}&month={month}"


def _due(view: MonthView) -> float:
    return view.rounds[0].value


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


def _subtitle(view: MonthView) -> Any:
    """What is unfinished about it, if anything."""
    return _("The month is not over: days to come are missing.") if view.days.last < view.month.last else ""


def _figures(view: MonthView) -> list[Figure]:
    """At the head: what misses its target, then the rounds and cases of the month."""
    found = [
        Figure(
            line.standing.indicator.name,
            line.standing.shown,
            note=line.standing.target_shown,
            tone=line.standing.tone,
            href="#summary",
        )
        for line in (view.off_target or view.judged)[:HEADLINES]
    ]
    numbers = [*view.rounds[:5], *(line for line in view.cases if line.value)]
    counted = [
        Figure(line.measure.name, int(line.value), tone=line.tone, href=_sheet_of(line), kind="integer")
        for line in numbers
    ]
    gap = Figure(
        _("Longest time without a visit"),
        view.gap.length if view.gap else None,
        href="#zones",
        kind="minutes",
    )
    return [*found, *counted, gap]


def _sheet_of(line: CountLine) -> str:
    return "#cases" if line.measure.code in CASES else "#counts"


def _definitions() -> Iterator[tuple[Any, Any]]:
    for indicator in declared().values():
        yield f"{indicator.code} {indicator.name}", f"{indicator.definition} {indicator.caveat}".strip()
    for measure in measures().values():
        yield measure.name, measure.definition
    yield (
        _("Zones"),
        _(
            "A round counts in every zone it has points in, and once in the total of the site. A point counts in its own zone."
        ),
    )
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
    yield (
        _("Longest time without a visit"),
        _("Between two visits, from the opening of the first round due in the month to the end of the last."),
    )
