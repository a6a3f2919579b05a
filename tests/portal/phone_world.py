"""A phone (real Chromium, own profile, fake camera) and a server that can be broken on purpose."""

import io
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import segno
from django.conf import settings
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Playwright

CHROMIUM = shutil.which("chromium") or "chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]


def node() -> str:
    """The node of the project's tools, else of the machine."""
    own = Path(settings.BASE_DIR) / ".tools" / "bin" / "node"
    found = str(own) if own.exists() else shutil.which("node")
    assert found is not None, "node is missing: run make setup"
    return found


class World:
    """The address of a server (pages from Django, /api/v1/ from tests/js/fake_server.mjs) and its controls."""

    def __init__(self, url: str) -> None:
        self.url = url

    def fault(self, **mode: Any) -> None:
        """Break it: mode="502" and so on, dead=True, signOut=True; nothing heals."""
        request = Request(f"{self.url}/__fault", data=json.dumps(mode).encode(), method="POST")
        with urlopen(request):
            pass

    @property
    def state(self) -> dict[str, Any]:
        """What has arrived."""
        with urlopen(f"{self.url}/__state") as answer:
            state: dict[str, Any] = json.load(answer)
        return state

    @property
    def operations(self) -> list[dict[str, Any]]:
        """Operations the server has, in the order they came."""
        return [entry["op"] for entry in self.state["operations"]]


@contextmanager
def world(django_url: str) -> Iterator[World]:
    """A server over a running Django, on a free port."""
    script = Path(settings.BASE_DIR) / "tests" / "js" / "dev_server.mjs"
    process = subprocess.Popen(
        [node(), str(script), "--django", django_url, "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        match = re.match(r"(http://[\d.:]+)/", line)
        assert match is not None, line
        yield World(match[1])
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def film_of(text: str, path: Path) -> Path:
    """A camera's film (YUV4MPEG2) that shows one QR code."""
    drawn = io.BytesIO()
    segno.make(text, error="m").save(drawn, kind="png", scale=6, border=4)
    code = Image.open(drawn).convert("L")
    frame = Image.new("L", (640, 480), 150)
    frame.paste(code, ((640 - code.width) // 2, (480 - code.height) // 2))
    luma, *_chroma = Image.merge("RGB", (frame,) * 3).convert("YCbCr").split()
    with path.open("wb") as film:
        film.write(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n")
        for _ in range(5):
            film.write(b"FRAME\n" + luma.tobytes() + bytes([128]) * (320 * 240 * 2))
    return path


def picture(path: Path) -> Path:
    """A photo as a camera would hand it over."""
    Image.effect_noise((2000, 1500), 40).convert("RGB").save(path, "JPEG", quality=80)
    return path


class Phone:
    """One browser profile, which may be closed, killed and started again."""

    def __init__(self, playwright: Playwright, profile: Path, film: Path | None = None) -> None:
        self.playwright = playwright
        self.profile = profile
        self.film = film
        self.complaints: list[str] = []
        self.context: BrowserContext | None = None

    def start(self) -> Page:
        """Start the browser; returns a page."""
        film = [f"--use-file-for-fake-video-capture={self.film}"] if self.film else []
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.profile),
            executable_path=CHROMIUM,
            args=[*ARGUMENTS, *film],
            viewport={"width": 360, "height": 740},
            permissions=["camera", "geolocation", "microphone"],
            geolocation={"latitude": 31.2304, "longitude": 121.4737, "accuracy": 12},
            timezone_id="Asia/Shanghai",
        )
        return self.page()

    def page(self) -> Page:
        """Another tab."""
        assert self.context is not None
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._listen)
        return page

    def _listen(self, message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def close(self) -> None:
        """Close it as a person would."""
        if self.context is not None:
            self.context.close()
        self.context = None

    def kill(self) -> None:
        """SIGKILL the browser's whole tree: every process that names this very profile."""
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and self._is_ours(entry):
                os.kill(int(entry.name), signal.SIGKILL)
        time.sleep(0.5)
        self.context = None

    def _is_ours(self, entry: Path) -> bool:
        try:
            words = (entry / "cmdline").read_text().split("\0")
        except OSError:
            return False
        return "chrom" in words[0] and f"--user-data-dir={self.profile}" in words


def eventually(
    check: Callable[[], bool], seconds: float = 60, page: Page | None = None, step: int = 200
) -> None:
    """Ask every `step` ms until `check()` is true; pages keep running meanwhile. Fails with "stuck"."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return
        if page is not None:
            page.wait_for_timeout(step)
        else:
            time.sleep(step / 1000)
    raise AssertionError("stuck")


def sign_in(page: Page, world: World, language: str = "zh-hans", staff_number: str = "1001") -> None:
    """Sign in and wait for the day's rounds."""
    page.goto(f"{world.url}/m/{language}/")
    page.fill("#identifier", staff_number)
    page.fill("#password", "correct horse")
    page.click("footer .go")
    page.wait_for_selector(".round-card")


def wait_for_worker(page: Page) -> None:
    """Until the service worker has kept everything it wants to keep."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    eventually(
        lambda: bool(
            page.evaluate(
                """async () => {
                  const files = await caches.open("files");
                  const names = (await files.keys()).map((request) => request.url);
                  return names.some((name) => name.includes("zxing_reader"));
                }"""
            )
        ),
        page=page,
    )
