"""Real web processes on the test's database, killed by their own id."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client

ROOT = Path(__file__).resolve().parent.parent.parent


def database_url() -> str:
    """The address of the database the running test uses."""
    facts = connection.settings_dict
    password = f":{facts['PASSWORD']}" if facts["PASSWORD"] else ""
    return f"postgres://{facts['USER']}{password}@{facts['HOST']}:{facts['PORT']}/{facts['NAME']}"


@contextmanager
def gunicorn(media: Path, *, workers: int = 4, threads: int = 5, **environment: str) -> Iterator[int]:
    """Serve the platform; yields the port. Stopped, or killed after a grace time, at the end."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        listener.set_inheritable(True)
        port = listener.getsockname()[1]
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                "tests.core.server_application:application",
                "--bind",
                f"fd://{listener.fileno()}",
                "--workers",
                str(workers),
                "--threads",
                str(threads),
                "--worker-class",
                "gthread",
                "--keep-alive",
                "75",
                "--graceful-timeout",
                "2",
                "--log-level",
                "error",
            ],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": database_url(), "MEDIA_ROOT": str(media)} | environment,
            pass_fds=[listener.fileno()],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    try:
        _await(port)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(port: int) -> None:
    for _attempt in range(150):
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as link:
                link.request("GET", "/api/v1/session/")
                if link.getresponse().status == 401:
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError("the server did not start")


def signed_in(person: Any) -> dict[str, str]:
    """Headers of a session of `person`, CSRF included."""
    client = Client()
    client.force_login(person)
    answer = client.get("/api/v1/session/")
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    return {"Cookie": cookies, "X-CSRFToken": answer.json()["csrf"], "Content-Type": "application/json"}
