"""A migrated database, kept between runs: migrating takes longer than most tests.

The cluster is made once for a given set of migrations under var/tests/, copied for every run, and serves there as the
template of the test databases. pytest-django still runs `migrate` on each; it finds nothing left to do.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

from django.db import connections

from config.local.postgres import DATABASE, Postgres
from config.local.servers import ROOT, VAR
from config.local.setup import digest

FOLDER = VAR / "tests"
#: Names the database to copy to pytest-xdist's workers.
VARIABLE = "TEST_DATABASE_TEMPLATE"


def prepare(root: Path) -> None:
    """Put a copy of the migrated cluster under `root` and say so in the environment."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("a") as lock:  # runs beside this one may replace the cluster
        fcntl.flock(lock, fcntl.LOCK_EX)
        migrated = _migrated() / "postgres"
        shutil.copytree(migrated, root / "postgres", ignore=shutil.ignore_patterns("postmaster.*"))
    os.environ[VARIABLE] = DATABASE


def use() -> None:
    """Let Django copy the prepared database when it creates its test databases."""
    if VARIABLE in os.environ:
        connections["default"].settings_dict["TEST"]["TEMPLATE"] = os.environ[VARIABLE]


def _fingerprint() -> str:
    sources = (
        *ROOT.glob("*/migrations/*.py"),
        *ROOT.glob("*/defaults/*.yaml"),
        ROOT / "requirements-dev.txt",
    )
    return digest(*sorted(sources))[:16]


def _migrated() -> Path:
    """The folder of the cluster for the migrations as they are now; made by the first run that needs it."""
    wanted = FOLDER / f"template-{_fingerprint()}"
    if not wanted.exists():
        for old in FOLDER.glob("template-*"):
            shutil.rmtree(old, ignore_errors=True)
        _migrate(FOLDER / "template-new")
        (FOLDER / "template-new").rename(wanted)
    return wanted


def _migrate(folder: Path) -> None:
    postgres = Postgres(folder / "postgres", durable=False).start()
    try:
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--skip-checks"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": postgres.url, "REDIS_URL": "redis://127.0.0.1:1/0"},
            check=True,
        )
    finally:
        postgres.stop()
    if postgres.root != folder / "postgres":  # PostgreSQL had to run where its account can reach
        shutil.copytree(postgres.root, folder / "postgres", dirs_exist_ok=True)
        shutil.rmtree(postgres.root)
