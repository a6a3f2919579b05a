"""From the lines of a file to the rows of an importer: headings are found, examples skipped, cells parsed."""

from dataclasses import dataclass, field
from typing import IO, Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.imports import files
from core.imports.cells import folded, in_every_language
from core.imports.declaring import Column, Importer, Row


@dataclass(slots=True)
class Sheet:
    """The rows of a file, and the headings nobody asked for."""

    rows: list[Row] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def read(importer: Importer, file: IO[bytes]) -> Sheet:
    """The rows of a file. Raises files.Unreadable when it is no table, lacks a required column or has no rows."""
    lines = files.read_lines(file)
    if not lines:
        raise files.Unreadable(gettext_lazy("This file is empty."))
    (_number, heading), *rest = lines
    columns, unread = _headings(importer, heading)
    sheet, examples = Sheet(unread=unread), _examples(importer)
    for number, cells in rest:
        written = {column.name: cells[at] for at, column in columns.items() if at < len(cells) and cells[at]}
        if written and written not in examples:
            sheet.rows.append(_row(number, written, columns, importer))
    if not sheet.rows:
        raise files.Unreadable(gettext_lazy("There are no rows under the headings."))
    return sheet


def _headings(importer: Importer, heading: list[str]) -> tuple[dict[int, Column], list[str]]:
    """The columns by their place in the file, and the headings that fit none."""
    known = {word: column for column in importer.columns for word in words_of(column)}
    columns: dict[int, Column] = {}
    unread: list[str] = []
    for at, cell in enumerate(heading):
        column = known.get(folded(cell))
        if column is None:
            if cell:
                unread.append(cell[:40] if not cell.startswith("\x00") else "?")
        elif column in columns.values():
            raise files.Unreadable(_("The column “%(column)s” is there twice.") % {"column": column.label})
        else:
            columns[at] = column
    missing = [
        str(column.label) for column in importer.columns if column.required and column not in columns.values()
    ]
    if missing:
        raise files.Unreadable(
            _("The first row must hold the headings. Missing: %(columns)s.") % {"columns": ", ".join(missing)}
        )
    return columns, unread


def words_of(column: Column) -> set[str]:
    """Every heading a column answers to, folded."""
    return {folded(column.name), *map(folded, column.aliases)} | in_every_language(column.label)


def _examples(importer: Importer) -> list[dict[str, str]]:
    """The template's example row in every language: whoever leaves it in does not import it."""
    found = []
    for language, _name in settings.SITE_LANGUAGES:
        with translation.override(language):
            found.append(example_of(importer))
    return found


def example_of(importer: Importer) -> dict[str, str]:
    """The cells of the example row in the active language."""
    return {column.name: str(column.example) for column in importer.columns if str(column.example)}


def _row(number: int, written: dict[str, str], columns: dict[int, Column], importer: Importer) -> Row:
    row = Row(number, first=next((cell for cell in written.values() if not cell.startswith("\x00")), "")[:80])
    for column in columns.values():
        cell = written.get(column.name, "")
        if not cell:
            if column.required:
                row.problems.append((str(column.label), _("This must be filled in.")))
            continue
        try:
            row.values[column.name] = _value(column, cell)
        except ValueError as error:
            row.problems.append((str(column.label), str(error)))
    return row


def _value(column: Column, cell: str) -> Any:
    if cell == files.FORMULA:
        raise ValueError(_("Formulas are not read. Paste the value itself."))
    if cell == files.UNPRINTABLE:
        raise ValueError(_("This holds characters that cannot be printed."))
    return column.parse(cell)
