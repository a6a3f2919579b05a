"""Data sheets: labels in the first row, one record a row, ready to filter, sort and chart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from xlsxwriter.worksheet import Worksheet

from core.reports.definition import Column, Sheet
from core.reports.text import clean_text, display_width
from core.reports.values import Value, address_of, reader, tone_of, total_of

from .book import Book
from .charts import TargetColumn, insert_charts, target_columns

#: Rows of a worksheet, the labels included.
SHEET_ROWS = 1_048_576
#: Widths in characters where the column gives none.
WIDTHS = {"datetime": 19, "date": 12, "percent": 12, "integer": 12, "number": 13, "minutes": 15}
TEXT_WIDTH, BADGE_WIDTH, WIDEST = 26, 16, 80
A4 = 9


@dataclass(frozen=True, slots=True)
class Plan:
    """How one column is filled."""

    column: Column
    read: Callable[[Any], Value]
    gap: bool
    linked: bool


def write_table(book: Book, sheet: Sheet) -> None:
    """Write ``sheet``, on further worksheets when one is full."""
    plans, targets = _plans(book, sheet), target_columns(sheet)
    page = _open(book, sheet, book.tabs[sheet.key], targets)
    first, line = page, 0
    for row in sheet:
        if line == SHEET_ROWS - 1:
            _close(page, sheet, line)
            page, line = _open(book, sheet, book.names.take(sheet.title), targets), 0
        line += 1
        _write_row(book, page, line, row, plans, targets)
    _close(page, sheet, line)
    charted = line if page is first else SHEET_ROWS - 1
    if charted:
        insert_charts(book, first, sheet, rows=charted, targets=targets)
    else:
        line = 1
        book.say(first, line, 0, sheet.empty or gettext("Nothing to show."), book.styles.quiet())
    if sheet.totals is not None and line < SHEET_ROWS - 1:
        _write_totals(book, page, line + 1, sheet)


def _plans(book: Book, sheet: Sheet) -> list[Plan]:
    charted = {key for chart in sheet.charts for key in chart.series}
    return [
        Plan(
            column=column,
            read=reader(column, book.report.time_zone),
            gap=column.key in charted,
            linked=bool(column.href) or column.kind == "link",
        )
        for column in sheet.columns
    ]


def _write_row(
    book: Book,
    page: Worksheet,
    line: int,
    row: Any,
    plans: Sequence[Plan],
    targets: Sequence[TargetColumn],
) -> None:
    for place, plan in enumerate(plans):
        column = plan.column
        book.put(
            page,
            line,
            place,
            plan.read(row),
            column,
            tone=tone_of(column, row),
            href=address_of(column, row) if plan.linked else "",
            gap=plan.gap,
        )
    for target in targets:
        book.put(page, line, target.place, target.value, target.like)


def _write_totals(book: Book, page: Worksheet, line: int, sheet: Sheet) -> None:
    for place, column in enumerate(sheet.columns):
        value = total_of(column, sheet.totals, book.report.time_zone)
        if place == 0 and value == "":
            value = gettext("Total")
        book.put(page, line, place, value, column, total=True)


def _open(book: Book, sheet: Sheet, name: str, targets: Sequence[TargetColumn]) -> Worksheet:
    """A new worksheet with widths, labels and print settings."""
    page: Worksheet = book.workbook.add_worksheet(name)
    for place, column in enumerate(sheet.columns):
        label = clean_text(column.label)
        page.set_column(place, place, width_of(column, label))
        book.say(page, 0, place, label, book.styles.header(numeric=column.numeric))
    for target in targets:
        page.set_column(target.place, target.place, WIDTHS["number"])
        book.say(page, 0, target.place, target.label, book.styles.header(numeric=True))
    page.freeze_panes(1, 1 if len(sheet.columns) > 4 else 0)
    page.repeat_rows(0)
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    if sum(width_of(column, "") for column in sheet.columns) > 100:
        page.set_landscape()
    page.set_footer("&R&P / &N")
    return page


def _close(page: Worksheet, sheet: Sheet, lines: int) -> None:
    page.autofilter(0, 0, lines, len(sheet.columns) - 1)


def width_of(column: Column, label: str) -> int:
    """How wide the column is, in half-width characters."""
    wide = column.width or WIDTHS.get(column.kind) or (BADGE_WIDTH if column.kind == "badge" else TEXT_WIDTH)
    return min(max(wide, min(display_width(label) + 4, 30)), WIDEST)
