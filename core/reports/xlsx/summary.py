"""The first sheet (title, headline figures, contents) and the last (definitions)."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from core.reports.definition import Column, Figure, Passage, Report
from core.reports.palette import colour
from core.reports.text import clean_text, display_width
from core.reports.values import plain

from .book import Book
from .tables import A4

LABEL_WIDTH, VALUE_WIDTH, UNIT_WIDTH, NOTE_WIDTH = 34, 20, 12, 60
#: All four together, and the height of a line of text in points.
WIDTH, ROW = LABEL_WIDTH + VALUE_WIDTH + UNIT_WIDTH + NOTE_WIDTH, 16


def needs_summary(report: Report) -> bool:
    """A single list needs no page before it."""
    return bool(report.figures or report.passages) or len(report.sheets) > 1


def head_facts(report: Report) -> Iterator[tuple[str, str]]:
    """Label and text of what a report says about itself, the empty ones left out."""
    facts = [
        (gettext("Company"), clean_text(report.company)),
        (gettext("Site"), clean_text(report.site)),
        (gettext("Period"), clean_text(report.period)),
        (gettext("Time zone"), report.zone_label),
        (gettext("Made"), report.made_at_local.strftime("%Y-%m-%d %H:%M")),
        (gettext("Fingerprint of the figures (SHA-256)"), clean_text(report.fingerprint)),
    ]
    return ((label, text) for label, text in facts if text)


def write_summary(book: Book, name: str) -> None:
    """Title, facts, figures with links to their rows, contents with links to the sheets."""
    page: Worksheet = book.workbook.add_worksheet(name)
    page.hide_gridlines(2)
    page.set_paper(A4)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    for place, width in enumerate((LABEL_WIDTH, VALUE_WIDTH, UNIT_WIDTH, NOTE_WIDTH)):
        page.set_column(place, place, width)
    line = _write_head(book, page)
    for passage in book.report.passages:
        line = _write_passage(book, page, line + 1, passage)
    if book.report.figures:
        line = _write_figures(book, page, line + 1)
    line = _write_contents(book, page, line + 1)
    if book.report.footer:
        book.say(page, line + 1, 0, clean_text(book.report.footer), _loose(book))


def _write_head(book: Book, page: Worksheet) -> int:
    """Title and facts. Returns the next free row."""
    styles, report = book.styles, book.report
    title = styles.plain(bold=True, font_size=18, font_color=colour("text"))
    page.set_row(0, 30)
    book.say(page, 0, 0, clean_text(report.title), title)
    line = 1
    if report.subtitle:
        book.say(page, line, 0, clean_text(report.subtitle), _loose(book))
        line += 1
    line += 1
    for label, text in head_facts(report):
        book.say(page, line, 0, label, styles.quiet())
        book.say(page, line, 1, text, styles.plain())
        line += 1
    return line


def _write_passage(book: Book, page: Worksheet, line: int, passage: Passage) -> int:
    """Sentences below their heading, each running over its neighbours. Returns the next free row."""
    book.say(page, line, 0, clean_text(passage.title), book.styles.plain(bold=True))
    for one in passage.lines:
        line += 1
        text = clean_text(one.text)
        page.set_row(line, ROW * _rows_for(text, WIDTH))
        look: dict[str, Any] = {"font_color": colour("accent"), "underline": 1} if one.href else {}
        style = book.styles.plain(text_wrap=True, **look)
        book.sentence(page, line, 3, text, style, href=one.href)
    return line + 1


def _write_figures(book: Book, page: Worksheet, line: int) -> int:
    labels = (gettext("Figure"), gettext("Value"), gettext("Unit"), gettext("Note"))
    for place, label in enumerate(labels):
        book.say(page, line, place, label, book.styles.header(numeric=place == 1, indent=int(place == 2)))
    for figure in book.report.figures:
        line += 1
        _write_figure(book, page, line, figure)
    return line + 1


def _write_figure(book: Book, page: Worksheet, line: int, figure: Figure) -> None:
    column = Column("value", figure.label, figure.kind, digits=figure.digits)
    value = plain(figure.value, figure.kind, book.report.time_zone)
    book.say(page, line, 0, clean_text(figure.label), book.styles.plain(text_wrap=True))
    book.put(page, line, 1, value, column, tone=figure.tone, href=figure.href)
    book.say(page, line, 2, clean_text(figure.unit), book.styles.plain(indent=1))
    book.say(page, line, 3, clean_text(figure.note), book.styles.quiet())


def _write_contents(book: Book, page: Worksheet, line: int) -> int:
    book.say(page, line, 0, gettext("Contents"), book.styles.header())
    for place in (1, 2, 3):
        book.say(page, line, place, "", book.styles.header())
    link = Column("link", "", "link")
    for sheet in book.report.sheets:
        line += 1
        note = clean_text(sheet.note)
        page.set_row(
            line, ROW * max(_rows_for(note, NOTE_WIDTH), _rows_for(clean_text(sheet.title), LABEL_WIDTH))
        )
        book.put(page, line, 0, clean_text(sheet.title), link, href=f"#{sheet.key}")
        book.say(page, line, 3, note, book.styles.quiet())
    return line + 1


def _rows_for(text: str, width: int) -> int:
    """How many lines a text takes in so many half-width characters: programs do not always find out themselves."""
    return max(-(-(display_width(text) + 1) // (width - 2)), 1)


def write_definitions(book: Book) -> None:
    """Terms, what each explained column means, and how to read dashes and times."""
    page: Worksheet = book.workbook.add_worksheet(book.names.take(gettext("Definitions")))
    page.hide_gridlines(2)
    page.set_column(0, 0, LABEL_WIDTH)
    page.set_column(1, 1, NOTE_WIDTH + 30)
    page.set_paper(A4)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    line = 0
    if not needs_summary(book.report):
        line = _write_head(book, page) + 1
    for place, label in enumerate((gettext("Term"), gettext("Meaning"))):
        book.say(page, line, place, label, book.styles.header())
    for term, meaning in meanings(book.report):
        line += 1
        page.set_row(line, ROW * max(_rows_for(term, LABEL_WIDTH), _rows_for(meaning, NOTE_WIDTH + 30)))
        book.say(page, line, 0, term, book.styles.plain(bold=True, text_wrap=True))
        book.say(page, line, 1, meaning, book.styles.plain(text_wrap=True))


def meanings(report: Report) -> Iterator[tuple[str, str]]:
    """Terms and columns with what they mean, and how dashes and times are to be read."""
    for term, meaning in report.definitions:
        yield clean_text(term), clean_text(meaning)
    for sheet in report.sheets:
        for column in sheet.columns:
            if column.help:
                yield f"{clean_text(sheet.title)} · {clean_text(column.label)}", clean_text(column.help)
    yield "—", gettext("No data. This is not zero.")
    yield gettext("Times"), gettext("All times are those of %(zone)s.") % {"zone": report.zone_label}


def _loose(book: Book) -> Format:
    """Quiet text that runs over its neighbours instead of wrapping."""
    return book.styles.plain(font_color=colour("text-2"))
