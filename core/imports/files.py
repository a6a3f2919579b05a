"""Reading XLSX and CSV as lines of text. The file is anybody's: whatever is wrong with it ends in `Unreadable`.

Formulas are not read: what a formula showed on somebody's machine is not in the file for sure.
"""

import codecs
import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook

#: Rows of one file, without the heading.
MOST_ROWS = 20_000
MOST_COLUMNS = 60
MOST_BYTES = 10 * 1024 * 1024
#: Of an XLSX, unpacked; twenty thousand full rows are about a third of it.
MOST_UNPACKED = 80 * 1024 * 1024
MOST_PARTS = 300
#: With the blank ones between them: a stray cell in the millionth row is no table.
MOST_LINES = 100_000
LONGEST_CELL = 2_000

#: In place of a cell that is a formula or an error of one.
FORMULA = "\x00formula"
#: In place of a cell that holds what no file should.
UNPRINTABLE = "\x00unprintable"

Line = tuple[int, list[str]]


class Unreadable(Exception):
    """The file as a whole cannot be taken; the argument is lazy text for the person."""


BROKEN = _("This file cannot be read. Save it again as XLSX or CSV and try once more.")
TOO_LARGE = _("This file is too large. At most 20,000 rows in 10 MB are imported at once.")
NOT_TABLE = _("This is neither an XLSX nor a CSV file.")


def read_lines(file: IO[bytes]) -> list[Line]:
    """The filled lines of the first sheet with their numbers, cells as trimmed text. Raises Unreadable."""
    head = file.read(4)
    file.seek(0)
    lines = _xlsx(file) if head[:2] == b"PK" else _csv(file.read(MOST_BYTES + 1))
    filled = []
    for number, cells in lines:
        if number > MOST_LINES:
            raise Unreadable(TOO_LARGE)
        if any(cells):
            filled.append((number, cells))
        if len(filled) > MOST_ROWS + 1:  # the heading is one of them
            raise Unreadable(TOO_LARGE)
    return filled


def _xlsx(file: IO[bytes]) -> Iterator[Line]:
    try:
        _refuse_bombs(file)
        book = load_workbook(file, read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
            yield number, [_cell(cell) for cell in cells]
        book.close()
    except Unreadable:
        raise
    # Whatever a damaged or hostile file makes the reader stumble over, the person hears the same.
    except Exception as error:
        raise Unreadable(BROKEN) from error


def _refuse_bombs(file: IO[bytes]) -> None:
    """Raise Unreadable when the archive would unpack to too much. Reading a part ends at its declared size."""
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise Unreadable(TOO_LARGE)
    file.seek(0)


def _cell(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in ("f", "e"):
        return FORMULA
    return _written(value)


def _written(value: Any) -> str:
    """A spreadsheet's value as a person would write it: 1502.0 is 1502, midnight of a day is the day."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return (value.date() if value.time() == time.min else value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return _trimmed(str(value))


def _trimmed(value: str) -> str:
    """Without blanks around, composed; marked when it holds control characters or half characters."""
    plain = unicodedata.normalize("NFC", value).strip()
    if len(plain) > LONGEST_CELL:
        return plain[: LONGEST_CELL + 1]
    plain = " ".join(plain.split())
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in plain):
        return UNPRINTABLE
    return plain


def _csv(data: bytes) -> Iterator[Line]:
    if len(data) > MOST_BYTES:
        raise Unreadable(TOO_LARGE)
    content = _decoded(data)
    if "\x00" in content:
        raise Unreadable(NOT_TABLE)
    first = content.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(content), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, [_typed(cell) for cell in cells[:MOST_COLUMNS]]
    except csv.Error as error:
        raise Unreadable(BROKEN) from error


def _typed(cell: str) -> str:
    """As `_trimmed`; what a spreadsheet would calculate counts as a formula. Exports of ours set a ' before text."""
    plain = _trimmed(cell)
    return FORMULA if plain[:1] in ("=", "@") and len(plain) > 1 else plain


def _decoded(data: bytes) -> str:
    """UTF-8 or UTF-16 with their marks, UTF-8 without, else what Chinese spreadsheets write. Raises Unreadable."""
    marks = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
    named = [encoding for mark, encoding in marks if data.startswith(mark)]
    for encoding in named or ["utf-8", "gb18030", "big5hkscs"]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(NOT_TABLE)
