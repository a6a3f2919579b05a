"""What must happen before Django's settings load, and what the suite promises as a whole.

- PostgreSQL and Valkey for the tests: those DATABASE_URL and REDIS_URL name, or embedded ones on empty data. One pair
  per run: pytest-xdist workers inherit the addresses, use a database each (pytest-django) and a Valkey database each.
- With CI=true a skipped test is a failed test.
- var/requirements.json says which tests prove which requirement and whether they passed (`make requirements`).
"""

import os
from collections.abc import Generator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from config.local import servers
from tests import template
from tests.evidence import Evidence

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"

SERVERS = pytest.StashKey[ExitStack]()
MARKERS = (
    "requirement(id): proves a row of requirements.md, for example R029",
    "fault(id): provokes a fault of reliability.md, for example F3",
    "browser: drives a real Chromium",
    "slow: starts processes or takes more than about five seconds",
)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """A conftest would be too late: pytest-django loads the settings right after this."""
    early_config.stash[SERVERS] = stack = ExitStack()
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        # A server of your own is migrated as usual; the embedded one starts from a migrated copy.
        prepare = None if os.environ.get("DATABASE_URL") else template.prepare
        os.environ.update(stack.enter_context(servers.temporary(prepare=prepare)))
    else:
        number = int(worker.removeprefix("gw")) + 1
        os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{number}").geturl()


def pytest_configure(config: pytest.Config) -> None:
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    template.use()
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Evidence())


def pytest_unconfigure(config: pytest.Config) -> None:
    if SERVERS in config.stash:
        config.stash[SERVERS].close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Markers stay in the worker; what the controller must know travels with the report."""
    for item in items:
        for marker in item.iter_markers("requirement"):
            item.user_properties += [("requirement", identifier) for identifier in marker.args]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if refuses_skips() and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, which CI=true does not allow: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if refuses_skips() and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"Skipped, which CI=true does not allow: {report.longrepr}"
    return report


def refuses_skips() -> bool:
    """True in continuous integration, where a missing tool may not quietly make a test pass."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}
