"""Chromium for tests: started per test, watched for anything the security policy or a script complains of."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, sync_playwright

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EXECUTABLE = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1440, "height": 900}
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser of its own. Its event loop runs in this thread, so Django must be told that this is fine."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=ARGUMENTS)
            try:
                yield browser
            finally:
                browser.close()
                _wait_for_requests()
                connections.close_all()  # while the loop runs, Django keeps separate connections
    finally:
        if before is None:
            os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


def _wait_for_requests() -> None:
    """Requests the test server still answers hold database connections: the database goes after them."""
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=5)


@dataclass
class Complaints:
    """What went wrong on a page: script errors and refusals by the policy."""

    found: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Collect from this page."""
        page.on("pageerror", lambda error: self.found.append(f"script error: {error}"))
        page.on("console", self._heard)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and ("Content Security Policy" in message.text or "Error" in message.text):
            self.found.append(message.text)


def sign_in(page: Page, client: Any, person: Any, base: str) -> None:
    """Give the browser a session of this person, made by Django's test client."""
    client.force_login(person)
    morsel = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": morsel.value, "url": base}])


#: Only the faults come back: the whole of what axe tells of a page takes seconds to read.
RUN_AXE = """async (rules) => {
  const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}"""


def axe(page: Page) -> list[str]:
    """Accessibility faults by axe-core, in words. It adds a style of its own, so that a strict policy complains."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Path(settings.NPM_ROOT / "axe-core" / "axe.min.js").read_text())
    return list(page.evaluate(RUN_AXE, AXE_RULES))


def too_wide(page: Page) -> list[str]:
    """Elements that stick out to the right of the window, if the page scrolls sideways."""
    return list(
        page.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth ? [] :
            [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
            .slice(0, 8).map(e => e.tagName + '.' + (e.getAttribute('class') ?? ''))"""
        )
    )
