"""A long plain list as a workbook, by compiled code: many times as fast as a designed sheet, in the memory of one row.

Only for what needs no design: one sheet without charts, totals, links and tones. Everything else keeps to XlsxWriter.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, TypeAlias

from django.utils.translation import gettext
from rustpy_xlsxwriter import Format, write_worksheets

from core.reports.definition import Column, Report, Sheet
from core.reports.formats import PERCENT_DIGITS
from core.reports.palette import colour
from core.reports.text import CELL_LIMIT, clean_text, fit_cell
from core.reports.values import DASH, Value, reader

from .book import EXACT_NUMBERS, FIRST_YEAR
from .names import SheetNames
from .styles import font, number_format
from .summary import LABEL_WIDTH, NOTE_WIDTH, head_facts, meanings, needs_summary
from .tables import A4, SHEET_ROWS, width_of

#: From so many rows on a plain list is written here.
MANY = 5_000
#: A share nearer than this to all or nothing shows more decimals, so that 99.96 % is not read as all.
NEAR = 0.5 / 10 ** (PERCENT_DIGITS + 2)

#: A text of fewer characters fits a cell whatever they are.
SHORT = CELL_LIMIT // 2

Cell: TypeAlias = str | float | datetime | date | None


def is_plain(report: Report) -> bool:
    """Whether the report is one list that loses nothing when it is written here."""
    if needs_summary(report) or len(report.sheets) != 1:
        return False
    sheet = report.sheets[0]
    labels = [clean_text(column.label) for column in sheet.columns]
    return (
        (callable(sheet.rows) or isinstance(sheet.rows, Sequence))
        and not sheet.charts
        and sheet.totals is None
        and all(labels)
        and len(set(labels)) == len(labels)
        and not any(
            column.tone
            or column.href
            or column.kind == "link"
            or (column.kind == "percent" and column.digits == 0)
            for column in sheet.columns
        )
    )


def first_rows(sheet: Sheet) -> tuple[Sheet, Iterator[Any] | None]:
    """The sheet as one that may be written in full design, and None; when it is long, the sheet itself and all its rows."""
    rows = iter(sheet)
    known = list(islice(rows, MANY))
    if len(known) < MANY:
        return replace(sheet, rows=known), None
    return sheet, chain(known, rows)


def write_raw(report: Report, rows: Iterator[Any], path: Path) -> bool:
    """Write the only sheet of ``report`` with these ``rows`` to ``path``, in the active language.

    False when more rows came than one worksheet holds: the file is then good for nothing.
    """
    sheet, names = report.sheets[0], SheetNames()
    name, terms = names.take(sheet.title), names.take(gettext("Definitions"))
    labels = [clean_text(column.label) for column in sheet.columns]
    cells = [_cell_of(column, report) for column in sheet.columns]
    records = ({label: cell(row) for label, cell in zip(labels, cells, strict=True)} for row in rows)
    meaning, lines = (gettext("Term"), gettext("Meaning")), [*head_facts(report), *meanings(report)]
    title = [clean_text(text) for text in (report.title, report.subtitle) if text]
    write_worksheets(
        [
            (name, islice(records, SHEET_ROWS - 1)),
            (terms, [dict(zip(meaning, line, strict=True)) for line in lines]),
        ],
        path,
        na_rep=DASH,
        autofilter={name: True},
        freeze_panes={name: {"row": 1, "col": 1 if len(labels) > 4 else 0}},
        header_row={terms: len(title) + 1},
        merge_ranges={terms: [(line, 0, line, 1, text, _head(line)) for line, text in enumerate(title)]},
        header_format={name: _header(), terms: _header()},
        column_formats={
            name: dict(zip(labels, map(_format, sheet.columns), strict=True)),
            terms: dict.fromkeys(meaning, _text().set_text_wrap()),
        },
        column_widths={
            name: [
                float(width_of(column, label)) for column, label in zip(sheet.columns, labels, strict=True)
            ],
            terms: [float(LABEL_WIDTH), float(NOTE_WIDTH + 30)],
        },
        page_setup={one: _page(is_list=one == name) for one in (name, terms)},
    )
    return next(records, None) is None


def copy_to(path: Path, fileobj: IO[bytes]) -> None:
    """The finished file into the one that was asked for."""
    with path.open("rb") as made:
        shutil.copyfileobj(made, fileobj)


def _cell_of(column: Column, report: Report) -> Callable[[Any], Cell]:
    read = reader(column, report.time_zone)

    def cell(row: Any) -> Cell:
        value = read(row)
        return value if type(value) is str and len(value) < SHORT else _cell(value)

    return cell


def _cell(value: Value) -> Cell:
    match value:
        case None:
            return None
        case str():
            return fit_cell(value)
        case datetime() if value.year >= FIRST_YEAR:
            return value.replace(tzinfo=None)
        case date():
            return value if value.year >= FIRST_YEAR else fit_cell(str(value))
        case int() if abs(value) >= EXACT_NUMBERS:
            return str(value)
    return float(value)


def _text() -> Format:
    return Format().set_font_name(font()).set_font_size(11).set_align("top")


def _format(column: Column) -> Format:
    made = _text().set_num_format(_number_format(column))
    return made.set_align("right") if column.numeric else made.set_align("left")


def _number_format(column: Column) -> str:
    usual = str(number_format(column.kind, column.digits)["num_format"])
    if column.kind != "percent":
        return usual
    finer = usual.replace("%", "####%")
    return f"[>{1 - NEAR}]{finer};[<{NEAR}]{finer};{usual}"


def _head(line: int) -> Format:
    return _text().set_bold().set_font_size(18) if line == 0 else _text().set_font_color(colour("text-2"))


def _header() -> Format:
    made = _text().set_bold().set_font_color(colour("text")).set_background_color(colour("sunken"))
    return made.set_border_bottom("thin").set_border_bottom_color(colour("line-strong")).set_text_wrap()


def _page(*, is_list: bool) -> dict[str, object]:
    common: dict[str, object] = {"paper_size": A4, "landscape": True, "fit_to_pages": (1, 0)}
    return common | ({"repeat_rows": 0, "footer": "&R&P / &N"} if is_list else {})
