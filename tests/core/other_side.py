"""The other side of a webhook: a real HTTP server on loopback that keeps what it gets and answers as told."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Got:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Its body, read as JSON."""
        return json.loads(self.body)


Answering = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class OtherSide:
    """What it got, and what it answers: functions that are called one after the other, the last one for ever."""

    port: int = 0
    got: list[Got] = field(default_factory=list)
    answers: list[Answering] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/hook"

    def next_answer(self) -> Answering:
        """The one for this request."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def says(status: int = 200, body: Any = "ok", **headers: str) -> Answering:
    """An answer with a status and a body, JSON unless it is text."""
    raw = (body if isinstance(body, str) else json.dumps(body)).encode()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(raw)))
        handler.end_headers()
        handler.wfile.write(raw)

    return answer


def is_silent(seconds: float) -> Answering:
    """No answer for a while."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)

    return answer


def drips(seconds: float) -> Answering:
    """A body that comes byte by byte, each well within any single wait."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            handler.wfile.write(b".")
            handler.wfile.flush()
            time.sleep(0.05)

    return answer


def floods(megabytes: int) -> Answering:
    """A body without end, or nearly."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _part in range(megabytes):
            handler.wfile.write(b"x" * 1_000_000)

    return answer


def hangs_up(handler: BaseHTTPRequestHandler) -> None:
    """The connection ends without an answer."""
    handler.close_connection = True


@contextmanager
def other_side(*answers: Answering) -> Iterator[OtherSide]:
    """Serve until the block ends."""
    side = OtherSide(answers=list(answers) or [says()])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            side.got.append(Got(self.path, dict(self.headers), self.rfile.read(length)))
            try:
                side.next_answer()(self)
            except OSError:
                pass  # the asker had enough

        def log_message(self, *args: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    side.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield side
    finally:
        server.shutdown()
        server.server_close()
