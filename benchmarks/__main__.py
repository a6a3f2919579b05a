"""`python -m benchmarks`: prepare the database that DATABASE_URL names, measure, write benchmarks/RESULTS.md.

The database has to be an empty one of its own: `make bench` starts one. BENCH_SCANS and BENCH_CASES set the sizes of the tables.
"""

import argparse
import os
import secrets
import sys
import time
from pathlib import Path

import django

HERE = Path(__file__).resolve().parent


def main(argv: list[str]) -> int:
    """Run everything. Exit status 0 also when a goal is missed: the table says so."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument(
        "--tiny", action="store_true", help="a few seconds, for the test of the benchmarks themselves"
    )
    parser.add_argument("--output", type=Path, default=HERE / "RESULTS.md", help="the file to write")
    parser.add_argument(
        "goals",
        nargs="*",
        metavar="GOAL",
        help="measure these only (1, 4, 8, 10, 12, 13, reports) and write nothing",
    )
    given = parser.parse_args(argv)
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(48))
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    load = os.getloadavg()[0]
    begin = time.perf_counter()
    django.setup()
    from benchmarks.running import GOALS, run

    output = None if given.goals else given.output
    run(tiny=given.tiny, output=output, begin=begin, load=load, goals=frozenset(given.goals or GOALS))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
