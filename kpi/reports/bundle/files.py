"""Files of a bundle: machine-readable CSV, columns named by code, times in UTC, numbers to the last digit."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from core.reports import Column, Sheet, csv_chunks

#: Rows fetched from the database at a time.
CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class BundleFile:
    """One CSV file: its path in the bundle, the names of its columns, and its rows in that order."""

    path: str
    columns: Sequence[str]
    rows: Callable[[], Iterable[Sequence[Any]]]


@dataclass(slots=True)
class Counter:
    """How many rows went by."""

    number: int = 0

    def counted(self, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        """The same rows."""
        for row in rows:
            self.number += 1
            yield row


def chunks(file: BundleFile, counter: Counter) -> Iterator[bytes]:
    """The file in pieces: UTF-8 with its mark, CRLF, names of columns first; no text in it is a formula."""
    columns = [
        Column(name, name, value=lambda row, place=place: plain(row[place]))  # type: ignore[misc]  # bound now
        for place, name in enumerate(file.columns)
    ]
    return csv_chunks(Sheet(file.path, file.path, columns, lambda: counter.counted(file.rows())))


def plain(value: Any) -> str:
    """A value as a program reads it back: true and false, every digit, instants as 2026-10-01T00:00:00.000000Z; "" is none."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
        case date():
            return value.isoformat()
        case float():
            return repr(value)
        case Decimal():
            return format(value, "f")
        case list() | tuple():
            return " ".join(str(one) for one in value)
    return str(value)
