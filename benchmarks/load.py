"""Clients in processes of their own, all starting at one moment; each sends what was prepared for it."""

import io
import multiprocessing
import re
import socket
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any, Protocol

import psycopg2
from django.db import connection

#: Outcomes of an answer that says 200 but did not take a scan in.
REFUSED = re.compile(rb'"(retry|quarantined|conflict)"')


class Sender(Protocol):
    """One client's way to hand something in."""

    def open(self) -> None:
        """Connect."""

    def send(self, payload: bytes) -> None:
        """Hand in one payload and wait for the answer. Raises RuntimeError for a refusal."""


class Http:
    """One kept connection, nothing but the socket between us and the server."""

    def __init__(self, port: int) -> None:
        self.port = port

    def open(self) -> None:
        """Connect."""
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, payload: bytes) -> None:
        """Send a whole request; read its answer."""
        self.socket.sendall(payload)
        head, body = self._head()
        if _header(head, b"transfer-encoding") == b"chunked":
            while not body.endswith(b"0\r\n\r\n"):
                body += self._more()
        else:
            length = int(_header(head, b"content-length") or 0)
            while len(body) < length:
                body += self._more()
        if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")) or REFUSED.search(body):
            raise RuntimeError(f"{head[:200]!r} {body[:300]!r}")

    def _head(self) -> tuple[bytes, bytes]:
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        return head, body

    def _more(self) -> bytes:
        part = self.socket.recv(1 << 20)
        if not part:
            raise RuntimeError("the server closed the connection")
        return part


class Sql:
    """Statements, each its own commit."""

    def __init__(self, prepare: str) -> None:
        self.prepare = prepare

    def open(self) -> None:
        """Connect and let the statement be planned."""
        self.cursor = connect().cursor()
        self.cursor.execute(self.prepare)

    def send(self, payload: bytes) -> None:
        """Run it."""
        self.cursor.execute(payload)


class Copy:
    """Binary COPY, each its own commit."""

    def __init__(self, statement: str) -> None:
        self.statement = statement

    def open(self) -> None:
        """Connect."""
        self.cursor = connect().cursor()

    def send(self, payload: bytes) -> None:
        """Copy the rows in."""
        self.cursor.copy_expert(self.statement, io.BytesIO(payload))


@dataclass(frozen=True, slots=True)
class Measured:
    """What some clients did together."""

    rate: float
    p50: float


def measure(clients: Sequence[tuple[Sender, Sequence[bytes]]], *, seconds: float) -> Measured:
    """Let every client send its payloads for at most `seconds`; the first payload of each is to warm up."""
    connection.close()  # a child must not share it
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(len(clients))
    pipes: list[Connection] = []
    running = []
    for sender, payloads in clients:
        mine, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_client, args=(sender, payloads, seconds, barrier, theirs))
        process.start()
        theirs.close()
        pipes.append(mine)
        running.append(process)
    answers: list[Any] = [pipe.recv() for pipe in pipes]
    for process in running:
        process.join()
    errors = [answer for answer in answers if isinstance(answer, str)]
    if errors:  # one client that fails breaks the barrier of the others
        raise RuntimeError("; ".join(sorted(set(errors))))
    latencies = [latency for answer in answers for latency in answer[1]]
    return Measured(sum(len(found) / took for took, found in answers), statistics.median(latencies))


def connect() -> Any:
    """A plain connection to the database of Django's, committing each statement."""
    found = psycopg2.connect(**connection.get_connection_params())
    found.autocommit = True
    return found


def _client(
    sender: Sender, payloads: Sequence[bytes], seconds: float, barrier: Barrier, answer: Connection
) -> None:
    try:
        sender.open()
        sender.send(payloads[0])
        barrier.wait(timeout=60)
        answer.send(_run(sender, payloads[1:], seconds))
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent has to hear it
        barrier.abort()
        answer.send(repr(error))


def _run(sender: Sender, payloads: Sequence[bytes], seconds: float) -> tuple[float, list[float]]:
    latencies: list[float] = []
    begin = last = time.perf_counter()
    for payload in payloads:
        sender.send(payload)
        after = time.perf_counter()
        latencies.append(after - last)
        last = after
        if after - begin > seconds:
            break
    return last - begin, latencies


def _header(head: bytes, name: bytes) -> bytes | None:
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            return value.strip()
    return None
