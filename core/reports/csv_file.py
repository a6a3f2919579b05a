"""A sheet as CSV that Excel opens as UTF-8 and never calculates."""

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Any, Protocol

from .definition import Column, Sheet
from .text import clean_text, escape_formula
from .values import Value, address_of, reader, total_of

#: Bytes collected before a piece is handed on.
CHUNK = 64 * 1024


class Writable(Protocol):
    """Anything bytes can be written to: a file, a response."""

    def write(self, data: bytes, /) -> object: ...


def write_csv(sheet: Sheet, fileobj: Writable, *, time_zone: tzinfo = UTC) -> None:
    """Write ``sheet`` to a binary file. See :func:`csv_chunks`."""
    for chunk in csv_chunks(sheet, time_zone=time_zone):
        fileobj.write(chunk)


def csv_chunks(sheet: Sheet, *, time_zone: tzinfo = UTC) -> Iterator[bytes]:
    """The CSV in pieces, for a streamed answer: UTF-8 with its mark, CRLF, labels first.

    Numbers are plain ("-12.5", percentages as fractions, durations in minutes), times ISO 8601 with
    their offset in ``time_zone``, no data is an empty field. A link column is followed by its
    addresses. Text that could be a formula gets an apostrophe.
    """
    readers = [cell for column in sheet.columns for cell in _readers(column, time_zone)]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(_labels(sheet.columns))
    pending = BOM_UTF8
    for row in sheet:
        writer.writerow([read(row) for read in readers])
        if buffer.tell() > CHUNK:
            yield pending + _taken(buffer)
            pending = b""
    if sheet.totals is not None:
        writer.writerow(_totals(sheet, time_zone))
    yield pending + _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    """What the buffer holds, which it then forgets."""
    data = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return data


def _labels(columns: Sequence[Column]) -> Iterator[str]:
    for column in columns:
        label = clean_text(column.label)
        yield escape_formula(label)
        if column.kind == "link":
            yield escape_formula(f"{label} (URL)")


def _readers(column: Column, zone: tzinfo) -> Iterator[Callable[[Any], str]]:
    read = reader(column, zone)
    yield lambda row: _field(read(row))
    if column.kind == "link":
        yield lambda row: escape_formula(clean_text(address_of(column, row)))


def _totals(sheet: Sheet, zone: tzinfo) -> Iterator[str]:
    for column in sheet.columns:
        yield _field(total_of(column, sheet.totals, zone))
        if column.kind == "link":
            yield ""


def _field(value: Value) -> str:
    match value:
        case None:
            return ""
        case str():
            return escape_formula(value)
        case datetime():
            return value.isoformat(timespec="seconds")
        case date():
            return value.isoformat()
    return str(value)
