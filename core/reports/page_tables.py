"""Sheets and charts as the HTML template shows them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from .charts import Plot, Series, draw
from .definition import Chart, Column, Report, Sheet
from .formats import show
from .layout import Heading, headings
from .text import clean_text, fit_cell, safe_href
from .values import Value, address_of, reader, tone_of, total_of

#: Above so many half-width characters a table is printed across the sheet.
WIDE = 118


@dataclass(frozen=True, slots=True)
class Setting:
    """Where the report is shown. On paper rooted links are made absolute or left out, and charts
    carry their own ``chart_style``."""

    report: Report
    paper: bool = False
    chart_style: str = ""

    def anchor(self, key: str) -> str:
        """The id of a sheet on the page."""
        words = f"report-{self.report.key}-{key}"
        return "".join(char if char.isalnum() else "-" for char in words)

    def href(self, url: str) -> str:
        """``url`` if the reader may be sent there from here, else ""."""
        safe = safe_href(url, self.report.base_url if self.paper else "")
        if safe.startswith("#"):
            return f"#{self.anchor(safe[1:])}"
        return "" if self.paper and safe.startswith("/") else safe


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell. ``moment`` is the exact time behind a written one."""

    text: str
    kind: str
    numeric: bool
    tone: str = ""
    href: str = ""
    moment: str = ""
    missing: bool = False


@dataclass(frozen=True, slots=True)
class ChartView:
    """One chart with the title over it."""

    title: str
    drawing: SafeString


@dataclass(frozen=True, slots=True)
class TableView:
    """One sheet: ``shown`` rows of ``total`` (None when unknown), ``cut`` when there are more."""

    ident: str
    title: str
    note: str
    empty: str
    headings: Sequence[Heading]
    rows: Sequence[Sequence[CellView]]
    totals: Sequence[CellView]
    charts: Sequence[ChartView]
    shown: int
    cut: bool
    total: int | None
    upright: bool = False

    @property
    def wide(self) -> bool:
        """Whether it wants the sheet across."""
        return not self.upright and sum(heading.natural for heading in self.headings) > WIDE


def table_view(setting: Setting, sheet: Sheet) -> TableView:
    """``sheet`` read as far as it is shown, in the active language."""
    rows = iter(sheet)
    raw = list(islice(rows, sheet.page_rows))
    cut = next(rows, rows) is not rows
    cells = _cells(setting, sheet, raw)
    return TableView(
        ident=setting.anchor(sheet.key),
        title=clean_text(sheet.title),
        note=clean_text(sheet.note),
        empty=clean_text(sheet.empty) or gettext("Nothing to show."),
        headings=headings(sheet, [[cell.text for cell in line] for line in cells]),
        rows=cells,
        totals=_totals(setting, sheet),
        charts=list(_charts(setting, sheet, raw)) if raw else [],
        shown=len(raw),
        cut=cut,
        total=sheet.known_length(),
        upright=sheet.upright,
    )


def _cells(setting: Setting, sheet: Sheet, rows: list[Any]) -> list[list[CellView]]:
    readers = [(column, reader(column, setting.report.time_zone)) for column in sheet.columns]
    return [
        [
            _view(column, read(row), tone_of(column, row), setting.href(address_of(column, row)))
            for column, read in readers
        ]
        for row in rows
    ]


def _view(column: Column, value: Value, tone: str = "", href: str = "") -> CellView:
    return CellView(
        text=fit_cell(show(value, column.kind, column.digits)),
        kind=column.kind,
        numeric=column.numeric,
        tone=tone,
        href=href,
        moment=value.isoformat() if isinstance(value, datetime | date) else "",
        missing=value is None,
    )


def _totals(setting: Setting, sheet: Sheet) -> list[CellView]:
    if sheet.totals is None:
        return []
    zone = setting.report.time_zone
    cells = [_view(column, total_of(column, sheet.totals, zone)) for column in sheet.columns]
    if cells and not cells[0].text:
        cells[0] = _view(sheet.columns[0], gettext("Total"))
    return cells


def _charts(setting: Setting, sheet: Sheet, rows: list[Any]) -> Iterator[ChartView]:
    for number, chart in enumerate(sheet.charts):
        plot = _plot(setting, sheet, chart, rows, f"{setting.anchor(sheet.key)}-c{number}")
        yield ChartView(plot.title, draw(plot))


def _plot(setting: Setting, sheet: Sheet, chart: Chart, rows: list[Any], ident: str) -> Plot:
    category = sheet.column(chart.category)
    read = reader(category, setting.report.time_zone)
    return Plot(
        kind=chart.kind,
        title=clean_text(chart.title),
        categories=[show(read(row), category.kind, category.digits) for row in rows],
        series=[
            Series(
                name=clean_text(sheet.column(key).label),
                values=_numbers(setting, sheet.column(key), rows),
                tone=chart.tones[number] if number < len(chart.tones) else "",
            )
            for number, key in enumerate(chart.series)
        ],
        value_kind=sheet.column(chart.series[0]).kind,
        target=chart.target,
        ident=ident,
        style=setting.chart_style,
    )


def _numbers(setting: Setting, column: Column, rows: list[Any]) -> list[float | None]:
    """The column as numbers; words and no data are gaps."""
    read = reader(column, setting.report.time_zone)
    values = (read(row) for row in rows)
    return [None if v is None or isinstance(v, str | date) else float(v) for v in values]
