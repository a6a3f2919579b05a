"""Goal 12: a report as XLSX, to XlsxWriter writing the same rows; its memory; and a raw export, to openpyxl."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryFile
from typing import IO, Any

import openpyxl
import xlsxwriter

from benchmarks.results import Finding, at_least, at_most
from benchmarks.tiers import Tier
from core.reports import Column, Report, Sheet, write_xlsx

START = datetime(2026, 10, 1, tzinfo=UTC)
MOST_MEMORY = 60
NAMES = ("number", "what", "place", "state", "at", "took", "share", "count")
COLUMNS = [
    Column("number", "Number"),
    Column("what", "What"),
    Column("place", "Place"),
    Column("state", "State", "badge", tone=lambda row: "ok"),
    Column("at", "At", "datetime"),
    Column("took", "Took", "minutes"),
    Column("share", "Share", "percent"),
    Column("count", "Count", "integer"),
]


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Rows nobody keeps."""
    for n in range(count):
        yield {
            "number": f"CH-SR-{n:08}",
            "what": f"烟感报警 {n} checked",
            "place": f"B2-{n}",
            "state": "Closed",
            "at": START + timedelta(minutes=n),
            "took": n % 90,
            "share": n % 100 / 100,
            "count": n,
        }


def ours(count: int, file: IO[bytes]) -> None:
    """The report as the product writes it."""
    sheet = Sheet("cases", "Cases", COLUMNS, lambda: rows(count))
    write_xlsx(Report(key="m", title="M", made_at=START, sheets=[sheet]), file)


def raw(count: int, file: IO[bytes]) -> None:
    """A list as the product exports it: the same columns, without links and colours."""
    columns = [replace(column, tone=None) for column in COLUMNS]
    sheet = Sheet("cases", "Cases", columns, lambda: rows(count))
    write_xlsx(Report(key="m", title="M", made_at=START, sheets=[sheet]), file)


def plain(count: int, file: IO[bytes]) -> None:
    """XlsxWriter in its leanest way, with a format for each column."""
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_urls": False})
    page = book.add_worksheet("Cases")
    formats = {
        "at": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        "share": book.add_format({"num_format": "0.0%"}),
    }
    page.write_row(0, 0, NAMES)
    for line, row in enumerate(rows(count), start=1):
        for place, name in enumerate(NAMES):
            value = row[name]
            if name == "at":
                page.write_datetime(line, place, value.replace(tzinfo=None), formats["at"])
            elif isinstance(value, str):
                page.write_string(line, place, value)
            else:
                page.write_number(line, place, value, formats.get(name))
    book.close()


def raw_openpyxl(count: int, file: IO[bytes]) -> None:
    """The export many write first."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("Cases")
    page.append(NAMES)
    for row in rows(count):
        page.append([value.replace(tzinfo=None) if name == "at" else value for name, value in row.items()])
    book.save(file)


def run(tier: Tier) -> list[Finding]:
    """Ratios in turn, and the memory of a process of its own."""
    found = []
    for count in tier.workbook_rows:
        turns = tier.rounds if count < 100_000 else 2
        pairs = [(_took(ours, count), _took(plain, count)) for _turn in range(turns)]
        ratios = [mine / other for mine, other in pairs]
        figures = f"{min(pair[0] for pair in pairs):.2f} s against {min(pair[1] for pair in pairs):.2f} s"
        found.append(
            at_most(
                "12",
                f"report of {count:,} rows as XLSX, to XlsxWriter in constant memory",
                2,
                ratios,
                figures,
            )
        )
        grown = memory(count)
        what = f"memory of a process that writes {count:,} rows, over the same at rest"
        found.append(Finding("12", what, f"≤ {MOST_MEMORY} MB", f"{grown:.0f} MB", grown <= MOST_MEMORY, ""))
    count = tier.workbook_rows[-1]
    pairs = [(_took(raw, count), _took(raw_openpyxl, count)) for _turn in range(2)]
    ratios = [other / mine for mine, other in pairs]
    what = f"export of {count:,} rows as XLSX, to openpyxl in write-only mode"
    found.append(at_least("12", what, 4, ratios, f"{pairs[0][0]:.2f} s against {pairs[0][1]:.2f} s"))
    return found


def memory(count: int) -> float:
    """By how many MB a process of its own grew at its peak."""
    command = [sys.executable, "-m", "benchmarks.workbook_memory", str(count)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(answer.stdout) / 1024


def _took(write: Callable[[int, IO[bytes]], None], count: int) -> float:
    with TemporaryFile() as file:
        begin = time.perf_counter()
        write(count, file)
        return time.perf_counter() - begin
