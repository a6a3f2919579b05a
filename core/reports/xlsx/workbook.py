"""The workbook as a whole: what it holds, in which order, and that memory stays flat."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from django.utils import translation
from django.utils.translation import gettext
from xlsxwriter.workbook import Workbook

from core.reports.definition import Report
from core.reports.text import clean_text

from .book import Book
from .raw import copy_to, first_rows, is_plain, write_raw
from .summary import needs_summary, write_definitions, write_summary
from .tables import write_table

#: Above so many rows, or when the number is not known, rows are written to disk at once.
LONG_SHEET = 20_000
#: Longest property of a document that Excel shows.
LONGEST_PROPERTY = 255


def write_xlsx(report: Report, fileobj: IO[bytes]) -> None:
    """Write ``report`` as XLSX into a binary file, in the report's language and zone.

    Text is always text: nothing typed by anybody becomes a formula, a link or markup. A sheet
    longer than Excel's limit continues on further worksheets. A long list without any design is
    written by faster code (see :mod:`.raw`).
    """
    with translation.override(report.language), TemporaryDirectory() as scratch:
        if is_plain(report):
            path = Path(scratch) / "raw.xlsx"
            sheet, rows = first_rows(report.sheets[0])
            if rows is not None and write_raw(report, rows, path):
                copy_to(path, fileobj)
                return
            report = replace(report, sheets=[sheet])
        long = any(_is_long(sheet.known_length()) for sheet in report.sheets)
        options = {
            "constant_memory": long,
            "tmpdir": scratch,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        workbook = Workbook(fileobj, options)
        workbook.use_zip64()
        _fill(Book(workbook, report, long=long))
        workbook.close()


def _is_long(length: int | None) -> bool:
    return length is None or length > LONG_SHEET


def _fill(book: Book) -> None:
    report = book.report
    book.workbook.set_properties(
        {
            "title": clean_text(report.title)[:LONGEST_PROPERTY],
            "subject": clean_text(report.period)[:LONGEST_PROPERTY],
            "company": clean_text(report.company)[:LONGEST_PROPERTY],
            "created": report.made_at_local.replace(tzinfo=None),
        }
    )
    summary = book.names.take(gettext("Summary")) if needs_summary(report) else ""
    for sheet in report.sheets:
        book.tabs[sheet.key] = book.names.take(sheet.title)
    if summary:
        write_summary(book, summary)
    for sheet in report.sheets:
        write_table(book, sheet)
    write_definitions(book)
