"""A real stream process and a reader of its events, for tests."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from typing import Any, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from config.local import processes

PATIENCE = 15.0


def database_url() -> str:
    """The address of the database this test runs in (pytest-django made it), for another process."""
    name = connection.settings_dict["NAME"]
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def environment(**more: str) -> dict[str, str]:
    """What a process of the product needs to work beside this test."""
    return {
        **os.environ,
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "PYTHONWARNINGS": "default",
        **more,
    }


def sign_in(person: Any) -> str:
    """A session of this person; returns its key."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


class Server:
    """uvicorn with config.stream:application."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.port = port

    def listen(self, session: str = "", query: str = "", **headers: str) -> "Listening":
        """Open a stream."""
        return Listening(self.port, session, query, headers)


@contextmanager
def serving(**env: str) -> Iterator[Server]:
    """Run the stream process for a while; it must end by itself when told to."""
    port = processes.free_port()
    command = [sys.executable, "-m", "uvicorn", "config.stream:application", "--port", str(port)]
    process = subprocess.Popen([*command, "--log-level", "warning"], env=environment(**env))
    try:
        _wait_for(port, process)
        yield Server(process, port)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, "the stream process ended"
        client = HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            client.request("GET", "/healthz")
            if client.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            client.close()
    raise AssertionError("the stream process did not start")


class Listening:
    """One open stream, read event by event."""

    def __init__(self, port: int, session: str, query: str, headers: dict[str, str]) -> None:
        self.client = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}"
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self.client.request("GET", f"/stream/{query}", headers={"Cookie": cookie, **names})
        self.answer: HTTPResponse = self.client.getresponse()
        self.status = self.answer.status

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.answer.close()
        self.client.close()

    def frames(self) -> Iterator[dict[str, str]]:
        """Frames until the server ends the stream; comments are left out."""
        fields: dict[str, str] = {}
        while line := self.answer.readline().decode():
            name, _, value = line.rstrip("\n").partition(":")
            if not line.strip():
                if "data" in fields:
                    yield fields
                fields = {}
            elif name:
                fields[name] = value.strip()

    def next(self) -> dict[str, Any]:
        """The next event: its data, with "id" and "event" beside it."""
        frame = next(self.frames())
        return {**json.loads(frame["data"]), "id": frame.get("id"), "event": frame.get("event")}

    def rest(self) -> list[str]:
        """Names of all events until the server ends the stream."""
        return [frame.get("event", "message") for frame in self.frames()]
