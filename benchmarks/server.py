"""The product as production serves it: gunicorn with its own configuration, two workers."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from config.local import processes
from config.local.servers import ROOT

START_SECONDS = 60


@contextmanager
def serving() -> Iterator[int]:
    """The port of a server that runs until the block ends. Its log goes nowhere, but is written."""
    port = processes.free_port()
    argv = [
        *(sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"),
        *("--bind", f"127.0.0.1:{port}", "--max-requests", "0", "config.wsgi:application"),
    ]
    env = {**os.environ, "WEB_WORKERS": "2", "LOG_FORMAT": "json", "LOG_LEVEL": "INFO"}
    server = subprocess.Popen(argv, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(server, port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=60)


def _wait(server: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError("the web server did not start")
