"""`make bench` still runs: a tiny tier, through its own door, on a database of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg2
import pytest
from psycopg2 import sql

from config.local.servers import ROOT
from tests import template

NAME = f"bench_{os.getpid()}"
GOALS = ("1", "2", "3", "4", "8", "9", "10", "11", "12", "13", "reports")


@pytest.fixture
def database() -> Iterator[str]:
    """The address of a migrated, empty database, as far as one is kept ready; else of an empty one."""
    address = os.environ["DATABASE_URL"]
    server = psycopg2.connect(urlsplit(address)._replace(scheme="postgresql", path="/postgres").geturl())
    server.autocommit = True
    ready = os.environ.get(template.VARIABLE)
    name, cursor = sql.Identifier(NAME), server.cursor()
    cursor.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, sql.Identifier(ready or "template1"))
    )
    try:
        yield urlsplit(address)._replace(path=f"/{quote(NAME)}").geturl()
    finally:
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
        server.close()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_tiny_run_measures_every_goal_and_says_what_was_not_measured(database: str, tmp_path: Path) -> None:
    page = tmp_path / "RESULTS.md"
    env = {**os.environ, "DATABASE_URL": database}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--tiny", "--output", str(page)],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr

    lines = [line.split("|")[1:-1] for line in page.read_text().splitlines() if line.startswith("| ")]
    rows = [[cell.strip() for cell in line] for line in lines[1:]]
    assert tuple(dict.fromkeys(row[0] for row in rows)) == GOALS
    not_measured = [row[0] for row in rows if row[3] == "not measured"]
    assert not_measured == ["2"]
    measured = [row[3] for row in rows if row[0] != "2"]
    assert all(
        "×" in one or one.isdigit() or one.endswith((" ms", " MB")) or one == "equal" for one in measured
    )
