"""The product's own processes beside a test: pages with stream, API, worker; on the test's database and Valkey."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path

from config.local import processes
from tests.core.event_stream import environment

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 40.0


def pages(port: int) -> list[str]:
    """Pages, API and event stream in one process, as `make demo` runs them."""
    command = [sys.executable, "-m", "uvicorn", "tests.browser.application:joined", "--port", str(port)]
    return [*command, "--log-level", "warning", "--timeout-graceful-shutdown", "1"]


def workers(port: int, number: int = 4) -> list[str]:
    """Pages and API in several processes, as production runs them behind its proxy."""
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "tests.browser.application:pages",
        "--bind",
        f"127.0.0.1:{port}",
        "--preload",
    ]
    kind = ["--worker-class", "gthread", "--threads", "5", "--graceful-timeout", "2", "--log-level", "error"]
    return [*command, *kind, "--workers", str(number)]


def celery() -> list[str]:
    """A worker for whatever rings."""
    command = [
        sys.executable,
        "-m",
        "celery",
        "--app",
        "config",
        "--quiet",
        "worker",
        "--loglevel",
        "WARNING",
    ]
    return [*command, "--pool", "solo", "--without-gossip", "--without-mingle"]


@contextmanager
def program(command: list[str], log: Path, **env: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process and its children while the block lasts; all are gone afterwards."""
    with log.open("ab") as output:
        started = subprocess.Popen(
            command, cwd=ROOT, env=environment(**env), stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(5)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(started.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        started.wait()


def answers(port: int) -> bool:
    """Does somebody serve pages there?"""
    client = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        client.request("GET", "/healthz")
        return client.getresponse().status == 200
    except OSError:
        return False
    finally:
        client.close()


@contextmanager
def serving(folder: Path, *, several: bool = False, worker: bool = False) -> Iterator[int]:
    """Serve the product; yields the port. `several` web processes without the stream; `worker` for jobs."""
    port = processes.free_port()
    with ExitStack() as stack:
        command = workers(port) if several else pages(port)
        web = stack.enter_context(program(command, folder / "web.log"))
        if worker:
            stack.enter_context(program(celery(), folder / "worker.log"))
        until = time.monotonic() + PATIENCE
        while not answers(port):
            assert web.poll() is None, (folder / "web.log").read_text()
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.1)
        yield port
