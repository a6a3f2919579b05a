"""What the parts of one workbook share: the file, formats, names, and the only way to fill a cell."""

from datetime import date, datetime

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from core.reports.definition import Column, Report
from core.reports.formats import PERCENT_DIGITS, percent_digits
from core.reports.text import fit_cell, safe_href
from core.reports.values import DASH, Value

from .names import SheetNames
from .styles import Styles

#: Excel takes 65,530 links a sheet; fewer keep memory flat. Later cells are plain text.
LINKS_PER_SHEET = 40_000
#: Longest address Excel opens.
LONGEST_LINK = 2_079
#: From here on a float no longer holds every digit, so a number is written as text.
EXACT_NUMBERS = 10**15
#: Excel's calendar begins here.
FIRST_YEAR = 1900


class Book:
    """One workbook being written for ``report``. ``long``: rows go straight to disk."""

    def __init__(self, workbook: Workbook, report: Report, *, long: bool) -> None:
        self.workbook = workbook
        self.report = report
        self.long = long
        self.styles = Styles(workbook, wrap=not long)
        self.names = SheetNames()
        #: Sheet key -> name of its (first) worksheet.
        self.tabs: dict[str, str] = {}
        self._links: dict[str, int] = {}

    def address(self, href: str) -> str:
        """``href`` as XlsxWriter takes it, or "" when a file may not lead there."""
        url = safe_href(href, self.report.base_url)
        if url.startswith("#"):
            tab = self.tabs.get(url[1:])
            return f"internal:'{tab.replace(chr(39), chr(39) * 2)}'!A1" if tab else ""
        return "" if url.startswith("/") or len(url) > LONGEST_LINK else url

    def put(
        self,
        page: Worksheet,
        row: int,
        place: int,
        value: Value,
        column: Column,
        *,
        tone: str = "",
        href: str = "",
        total: bool = False,
        gap: bool = False,
    ) -> None:
        """Write one typed cell. No data is a dash, or with ``gap`` an empty cell (charts take words
        for zeros)."""
        url = self._spend_link(page, href)
        style = self.styles.cell(
            column, tone=tone, link=bool(url), total=total, digits=_more_digits(value, column)
        )
        if value == "" or (value is None and gap):
            page.write_blank(row, place, None, style)
            return
        if url:
            page.write_url(row, place, url, style, string=_text(value))
        _write(page, row, place, value, style, linked=bool(url))

    def say(self, page: Worksheet, row: int, place: int, text: object, style: Format) -> None:
        """Write text of our own, which may still hold a name somebody typed."""
        page.write_string(row, place, fit_cell(harmless(str(text))), style)

    def sentence(
        self, page: Worksheet, row: int, last: int, text: str, style: Format, *, href: str = ""
    ) -> None:
        """Write text of our own over the cells from the first to the ``last`` of a row."""
        url = self._spend_link(page, href)
        page.merge_range(row, 0, row, last, "", style)
        if url:
            page.write_url(row, 0, url, style, string=_text(text))
        page.write_string(row, 0, _text(text), style)

    def _spend_link(self, page: Worksheet, href: str) -> str:
        """The address of one more link on the page, or "" when there is none or too many."""
        url = self.address(href) if href else ""
        if not url:
            return ""
        used = self._links.get(page.name, 0)
        self._links[page.name] = used + 1
        return url if used < LINKS_PER_SHEET else ""


def harmless(text: str) -> str:
    """``text`` that XlsxWriter will not take for ready-made rich-text XML ("<r>…</r>")."""
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def _text(value: Value) -> str:
    return DASH if value is None else fit_cell(harmless(str(value)))


def _more_digits(value: Value, column: Column) -> int | None:
    """Decimals for a percentage that would be rounded to all or nothing; None to leave it."""
    if column.kind != "percent" or value is None or isinstance(value, str | date):
        return None
    usual = PERCENT_DIGITS if column.digits is None else column.digits
    needed = percent_digits(value, usual)
    return needed if needed != usual else None


def _write(page: Worksheet, row: int, place: int, value: Value, style: Format, *, linked: bool) -> None:
    match value:
        case datetime() if value.year >= FIRST_YEAR:
            page.write_datetime(row, place, value.replace(tzinfo=None), style)
        case date() if value.year >= FIRST_YEAR:
            page.write_datetime(row, place, value, style)
        case None | str() | date():
            if not linked:
                page.write_string(row, place, _text(value), style)
        case int() if abs(value) >= EXACT_NUMBERS:
            page.write_string(row, place, str(value), style)
        case _:
            page.write_number(row, place, float(value), style)
