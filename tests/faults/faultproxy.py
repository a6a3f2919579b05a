"""A loopback proxy that breaks the line between a phone and the server on purpose.

It reads whole HTTP requests, one for each connection, so that a fault can be aimed at one kind of request and
counted. The modes follow Toxiproxy's, with those a phone meets besides: captive portals, sign-in pages, proxies.
"""

import asyncio
import json
import socket
import struct
import threading
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self
from weakref import WeakSet

LIMIT = 16 * 1024 * 1024
CHUNK = 64 * 1024
#: Turns of the loop without any work after which it may stop.
QUIET_TURNS = 10
PORTAL = "<!doctype html><title>Free Wi-Fi</title><h1>Accept our terms to go online</h1>"


@dataclass
class Fault:
    """What happens to matching requests. `times` None: to all of them until the next `set`."""

    mode: str = "pass"
    method: str = ""
    path: str = ""
    times: int | None = None
    #: limit_data: bytes of the request that pass; a number below 1 is a share, a negative one counts from the end
    size: float = 0
    #: latency: seconds before the request goes on
    seconds: float = 0.0
    status: int = 502
    html: str = "<h1>Bad gateway</h1>"
    location: str = "/accounts/login/?next=/m/"

    def hits(self, request: "Request") -> bool:
        """Does it concern this request? Uses up one of `times`."""
        if self.mode == "pass" or self.times == 0:
            return False
        if self.method not in ("", request.method) or not request.path.startswith(self.path):
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass(frozen=True)
class Request:
    """One request as it came."""

    method: str
    path: str
    head: bytes
    body: bytes

    @property
    def bytes(self) -> bytes:
        """All of it, for a connection that ends after the answer."""
        first, *lines = self.head.rstrip(b"\r\n").split(b"\r\n")
        kept = [line for line in lines if not line.lower().startswith((b"connection:", b"keep-alive:"))]
        return b"\r\n".join([first, *kept, b"Connection: close", b"", self.body])

    @property
    def ids(self) -> list[str]:
        """The operations it carries."""
        return [operation["id"] for operation in json.loads(self.body)["operations"]]


class FaultProxy:
    """Listens on a free port of the loopback address and passes everything on to `port`, until told otherwise."""

    def __init__(self, port: int) -> None:
        self.upstream = port
        self.port = 0
        self.fault = Fault()
        #: requests of which the server has received every byte, once for each delivery
        self.delivered: list[Request] = []
        #: requests of a phone that came in, whatever became of them
        self.seen: list[Request] = []
        self.busy = 0
        self.busiest = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended = False
        #: Every line that was opened, to clients and to the server; the loop holds those that are not closed.
        self._opened: WeakSet[asyncio.WriteTransport] = WeakSet()

    @property
    def url(self) -> str:
        """Where a phone finds it: localhost, for pages there may use service workers and cameras."""
        return f"http://localhost:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        self._server: asyncio.Server = self._call(
            asyncio.start_server(self._accept, "127.0.0.1", 0, limit=LIMIT)
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *error: object) -> None:
        self._call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def set(self, mode: str = "pass", **facts: Any) -> None:
        """From now on. Lines that are open stay open, except when it goes down."""
        self.fault = Fault(mode, **facts)
        if mode == "down":
            self._call(self._drop())

    def deliveries(self, path: str = "/api/v1/operations/") -> list[str]:
        """Ids of the operations that reached the server, once for each time they did."""
        found = [one for one in list(self.delivered) if one.method == "POST" and one.path.startswith(path)]
        return [identifier for one in found for identifier in one.ids]

    def _call(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _end(self) -> None:
        """Close every line; what the system accepted meanwhile may still turn up for a few turns of the loop."""
        self._ended = True
        self._server.close()
        quiet = 0
        while quiet < QUIET_TURNS:
            for task in self._tasks:
                task.cancel()
            for link in list(self._opened):
                link.abort()  # a closed line stays open while somebody has not read all of it
            await asyncio.sleep(0)
            quiet = quiet + 1 if asyncio.all_tasks() == {asyncio.current_task()} else 0

    async def _drop(self) -> None:
        for writer in list(self._writers):
            _reset(writer)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A plain function: a task that is cancelled before it begins could not end its line."""
        self._opened.add(writer.transport)
        if self._ended or self.fault.mode == "down":
            _reset(writer)
            return
        task = self._loop.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            with suppress(asyncio.IncompleteReadError, OSError):
                await self._answer(await _read(reader), writer)
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        self.seen.append(request)
        fault = self.fault
        mode = fault.mode if fault.hits(request) else "pass"
        match mode:
            case "limit_data":
                await self._limit(request, fault.size)
                _reset(writer)
            case "cut_response":
                await self._ask(request)
                _reset(writer)
            case "dup":
                first, _second = await asyncio.gather(self._ask(request), self._ask(request))
                await _write(writer, first)
            case "html200":
                await _write(writer, _page(200, PORTAL))
            case "redirect_login":
                await _write(writer, _page(302, "", f"Location: {fault.location}\r\n"))
            case "status":
                await _write(writer, _page(fault.status, fault.html))
            case _:
                await asyncio.sleep(fault.seconds if mode == "latency" else 0)
                await self._relay(request, writer)

    async def _limit(self, request: Request, size: float) -> None:
        """The server gets the beginning of the request, then the line is dead."""
        whole = request.bytes
        count = int(size * len(whole)) if 0 < size < 1 else int(size)
        _reader, upstream = await asyncio.open_connection("127.0.0.1", self.upstream)
        self._opened.add(upstream.transport)
        upstream.write(whole[:count] if count >= 0 else whole[: len(whole) + count])
        await upstream.drain()
        await asyncio.sleep(0.02)  # let it arrive before the reset, which throws away what is on its way
        _reset(upstream)

    async def _ask(self, request: Request) -> bytes:
        """Deliver it and read the whole answer."""
        reader, upstream = await self._deliver(request)
        try:
            return await reader.read()
        finally:
            self.busy -= 1
            upstream.close()

    async def _relay(self, request: Request, writer: asyncio.StreamWriter) -> None:
        """Deliver it and hand the answer on as it comes (event streams never end)."""
        reader, upstream = await self._deliver(request)
        try:
            while chunk := await reader.read(CHUNK):
                await _write(writer, chunk)
        finally:
            self.busy -= 1
            upstream.close()

    async def _deliver(self, request: Request) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, upstream = await asyncio.open_connection("127.0.0.1", self.upstream, limit=LIMIT)
        self._opened.add(upstream.transport)
        upstream.write(request.bytes)
        await upstream.drain()
        self.delivered.append(request)
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        return reader, upstream


async def _read(reader: asyncio.StreamReader) -> Request:
    head = await reader.readuntil(b"\r\n\r\n")
    method, path, _version = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
    size = next(
        (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    return Request(method, path, head, await reader.readexactly(size))


async def _write(writer: asyncio.StreamWriter, content: bytes) -> None:
    writer.write(content)
    await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """End the line as a dead radio does: with a reset, not with a farewell."""
    link = writer.get_extra_info("socket")
    if link is not None:
        with suppress(OSError):
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def _page(status: int, html: str, more: str = "") -> bytes:
    body = html.encode()
    head = f"HTTP/1.1 {status} Answer\r\nContent-Type: text/html; charset=utf-8\r\n{more}Content-Length: {len(body)}\r\n"
    return head.encode() + b"Connection: close\r\n\r\n" + body
