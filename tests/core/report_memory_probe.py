"""Run alone: writes 100,000 generated rows and prints by how many KiB the process grew at its peak."""

import resource
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import django

django.setup()

from core.reports import Column, Link, Report, Sheet, write_csv, write_xlsx  # noqa: E402

ROWS = 100_000
START = datetime(2026, 10, 1, tzinfo=UTC)
COLUMNS = [
    Column("number", "Number", "link"),
    Column("what", "What"),
    Column("place", "Place"),
    Column("state", "State", "badge", tone=lambda row: "ok"),
    Column("at", "At", "datetime"),
    Column("took", "Took", "minutes"),
    Column("share", "Share", "percent"),
    Column("count", "Count", "integer"),
]


def rows(count: int) -> Iterator[dict[str, object]]:
    """Rows nobody keeps."""
    for n in range(count):
        yield {
            "number": Link(f"C-{n}", f"/cases/{n}/"),
            "what": f"烟感报警 {n} checked",
            "place": f"B2-{n}",
            "state": "Closed",
            "at": START + timedelta(minutes=n),
            "took": n % 90,
            "share": n % 100 / 100,
            "count": n,
        }


def peak() -> int:
    """The most memory the process has held, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def write(kind: str, count: int) -> None:
    """One export of ``count`` rows."""
    sheet = Sheet("cases", "Cases", COLUMNS, rows(count))
    report = Report(key="m", title="M", made_at=START, sheets=[sheet], base_url="https://orderly.test")
    with tempfile.TemporaryFile() as file:
        if kind == "csv":
            write_csv(sheet, file)
        else:
            write_xlsx(report, file)


write(sys.argv[1], 10)
before = peak()
write(sys.argv[1], ROWS)
print(peak() - before)
