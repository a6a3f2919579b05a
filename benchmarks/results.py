"""Figures of one run and the page they are written to."""

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import django
import psycopg2
from django.db import connection

from benchmarks.tiers import Tier


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table. `ratio` is the median over interleaved rounds; None when nothing was measured."""

    goal: str
    what: str
    target: str
    measured: str
    met: bool | None
    figures: str

    @property
    def verdict(self) -> str:
        """In a word."""
        return {True: "met", False: "**missed**", None: "not judged"}[self.met]


def at_least(goal: str, what: str, target: float, ratios: Sequence[float], figures: str) -> Finding:
    """A goal that the ratio must reach."""
    middle = statistics.median(ratios)
    return Finding(goal, what, f"≥ {target:g} ×", spread(ratios), middle >= target, figures)


def at_most(goal: str, what: str, target: float, ratios: Sequence[float], figures: str) -> Finding:
    """A goal that the ratio must not pass."""
    middle = statistics.median(ratios)
    return Finding(goal, what, f"≤ {target:g} ×", spread(ratios), middle <= target, figures)


def spread(ratios: Sequence[float]) -> str:
    """Median, with the least and the greatest of the rounds."""
    return f"{statistics.median(ratios):.2f} × [{min(ratios):.2f}…{max(ratios):.2f}]"


def milliseconds(seconds: Sequence[float]) -> str:
    """The median of some durations."""
    return f"{1000 * statistics.median(seconds):.2f} ms"


def rate(rates: Sequence[float]) -> str:
    """The median of some rates."""
    return f"{statistics.median(rates):,.0f}/s"


def machine() -> str:
    """Processor, number of cores, memory."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.processor() or platform.machine()
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB"


def versions() -> str:
    """Of what was measured."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0]
        cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
        fsync, commit = cursor.fetchone()
    driver = str(psycopg2.__version__).split()[0]
    python = platform.python_version()
    return (
        f"PostgreSQL {server} (fsync {fsync}, synchronous_commit {commit}), Python {python}, "
        f"Django {django.__version__}, psycopg2 {driver}"
    )


HEAD = """# What the goals of performance measure here

Written by `make bench`; nothing in it is typed by hand. Case and anchor are measured in turn in the same run; the ratio
is the median over the rounds, with the least and the greatest beside it. Load generator, web workers and
database share the machine, so only the ratios can be compared with those of another one.
"""


def write(
    path: Path,
    tier: Tier,
    findings: Sequence[Finding],
    *,
    began: datetime,
    took: float,
    load: Sequence[float],
) -> None:
    """Write RESULTS.md."""
    rows = "\n".join(
        f"| {one.goal} | {one.what} | {one.target} | {one.measured} | {one.verdict} | {one.figures} |"
        for one in findings
    )
    busy = ", ".join(f"{value:.1f}" for value in load)
    text = f"""{HEAD}
- {began:%Y-%m-%d %H:%M} UTC, {took:.0f} s; tier “{tier.name}”: {tier.scans:,} scans and {tier.cases:,} cases in the tables, {tier.sites} sites,
  {tier.rounds} interleaved rounds
- {machine()}
- {versions()}
- load averages before the run and at its end: {busy}. A first figure well above 0 means that the machine was busy with
  something else.

| goal | what | target | measured | verdict | absolute figures (medians) |
|---|---|---|---|---|---|
{rows}

“Raw INSERT” is a prepared single-row INSERT of the same row into the same table with the same indexes, each its own
commit, sent by as many client processes as the case has. “COPY” is the binary COPY of the same number of rows
straight into that table over one connection, which knows no doubles. The full table: `BENCH_SCANS=10000000 BENCH_CASES=1000000 make bench`.
"""
    path.write_text(text)
