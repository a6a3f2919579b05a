"""The whole product in a real browser: web, stream and worker as processes, phones behind a line that can be cut."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser import ARGUMENTS, EXECUTABLE
from tests.browser.stack import serving
from tests.faults.faultproxy import FaultProxy
from tests.portal.phone_world import Phone


@pytest.fixture(autouse=True, scope="session")
def _chromium() -> None:
    """Without it there is nothing to see; with CI=true that is a failure."""
    if not Path(EXECUTABLE).exists():
        pytest.skip(f"Chromium is missing ({EXECUTABLE}): apt-get install chromium, or set CHROMIUM")


@pytest.fixture
def playwright() -> Iterator[Playwright]:
    """Its event loop runs in this thread, so Django must be told that this is fine."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as started:
            yield started
            connections.close_all()  # while the loop runs, Django keeps separate connections
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def desk(playwright: Playwright) -> Iterator[Browser]:
    """A browser at the desk."""
    browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def device(playwright: Playwright, tmp_path: Path) -> Iterator[Phone]:
    """A guard's phone."""
    phone = Phone(playwright, tmp_path / "profile")
    yield phone
    phone.close()
    assert phone.complaints == []


@pytest.fixture(scope="session")
def joined(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of pages, API and stream in one process with a worker beside it, started once."""
    with serving(tmp_path_factory.mktemp("joined"), worker=True) as port:
        yield port


@pytest.fixture
def line(joined: int, transactional_db: None) -> Iterator[FaultProxy]:
    """The line between the phone and the product."""
    with FaultProxy(joined) as proxy:
        yield proxy
