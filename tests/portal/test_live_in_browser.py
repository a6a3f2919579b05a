"""The live page in real tabs, on a real stream: one connection for all tabs, every tab follows, polling when it is down."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from core import live
from core.redis import breaker
from tests.browser import DESK, chromium, sign_in
from tests.core.servers import database_url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]

ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def everything() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Pages and stream in one process, as in the demo; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "config.joined:application", "--port", str(port), "--log-level", "error",
         "--timeout-graceful-shutdown", "1"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_until_up(port)
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_up(port: int) -> None:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        connection = HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse()
            return
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    raise TimeoutError("the server did not start")


def publish(site: Any, kind: str) -> None:
    """Say that something of this kind changed."""
    with transaction.atomic():
        live.publish(f"site:{site.pk}", kind)


def parts(page: Page, seen: list[str]) -> None:
    """Note which parts of the live page are fetched again."""
    page.on(
        "request", lambda request: seen.append(request.url) if request.headers.get("hx-request") else None
    )


def test_all_tabs_follow_one_stream_and_poll_when_it_is_gone(client: Any, cast: Any, site: Any) -> None:
    breaker.reset()
    with everything() as (base, process), chromium() as browser:
        context = browser.new_context(viewport=DESK, base_url=base)
        streams: list[str] = []
        context.on(
            "request", lambda request: streams.append(request.url) if "/stream/" in request.url else None
        )
        first, second = context.new_page(), context.new_page()
        sign_in(first, client, cast.supervisor, base)
        fetched: tuple[list[str], list[str]] = ([], [])
        for page, seen in zip((first, second), fetched, strict=True):
            page.goto("/live/")
            expect(page.locator(".live-state").first).to_have_attribute("data-state", "open")
            parts(page, seen)
        assert len(streams) == 1

        publish(site, "rounds")
        second.bring_to_front()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and not all(fetched):
            first.wait_for_timeout(100)
        assert all(fetched)
        assert len(streams) == 1

        first.close()  # the tab that held the stream goes; the other takes over
        second.wait_for_timeout(1500)
        assert len(streams) == 2
        before = len(fetched[1])
        publish(site, "cases")
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and len(fetched[1]) == before:
            second.wait_for_timeout(100)
        assert len(fetched[1]) > before

        process.kill()
        expect(second.locator(".live-state").first).to_have_attribute("data-state", "polling", timeout=25_000)
