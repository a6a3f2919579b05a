"""The event stream as a plain ASGI application: GET /stream/, one long answer per browser.

Parameters: `topics` (comma-separated; all allowed ones when omitted), `after` (stream id to catch up from;
the header Last-Event-ID wins). Answers 401 without a session, 403 across sites, 503 when full.
"""

import asyncio
import json
import random
import signal
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from http.cookies import CookieError, SimpleCookie
from types import FrameType
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.db import Error as DatabaseError

from core.live.hub import Hub, Listener
from core.live.messages import PING, Position, position
from core.live.visitors import Visitor, visitor_of

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PATHS = ("/stream", "/stream/")
#: Seconds of silence after which a comment is sent, so that proxies keep the line open.
PING_EVERY = 15.0
#: Open streams one process accepts.
MOST = 4000
#: Frames joined into one write.
BATCH = 64

TITLES = {
    401: "Not signed in",
    403: "Not from this site",
    404: "Not found",
    405: "Method not allowed",
    503: "Try again later",
}


class Stream:
    """The ASGI application. One instance per process."""

    def __init__(self) -> None:
        self.hub: Hub | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (or the server's own start and stop)."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    # --- start and stop -------------------------------------------------------------------------

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self._start()
                await send({"type": "lifespan.startup.complete"})
            else:
                if self.hub is not None:
                    await self.hub.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _start(self) -> Hub:
        if self.hub is None:
            self.hub = Hub()
            await self.hub.start()
            self._end_streams_on_signals(self.hub)
        return self.hub

    @staticmethod
    def _end_streams_on_signals(hub: Hub) -> None:
        """The server waits for open answers before it stops, so they must end when it is told to."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            before = signal.getsignal(number)

            def handle(received: int, frame: FrameType | None, before: Any = before) -> None:
                loop.call_soon_threadsafe(hub.close)
                if callable(before):
                    before(received, frame)

            try:
                signal.signal(number, handle)
            except ValueError:  # not the main thread: whoever runs us there ends us itself
                return

    # --- one request ----------------------------------------------------------------------------

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        refusal = self._refusal(scope, headers)
        if scope["path"] == "/healthz":
            await _plain(send, 200, {"status": "ok"})
        elif refusal:
            await _problem(send, refusal)
        else:
            hub = await self._start()
            try:
                visitor = await _visitor(hub, headers.get("cookie", ""))
            except (DatabaseError, OSError):
                await _problem(send, 503)
                return
            if visitor is None:
                await _problem(send, 401)
            else:
                await self._stream(
                    hub, Listener(visitor, _wanted(scope)), _after(scope, headers), receive, send
                )

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> int | None:
        if scope["path"] not in PATHS:
            return 404
        if scope["method"] != "GET":
            return 405
        if headers.get("sec-fetch-site") == "cross-site":
            return 403
        if self.hub is not None and (self.hub.closing or len(self.hub.listeners) >= MOST):
            return 503
        return None

    async def _stream(
        self, hub: Hub, listener: Listener, after: Position | None, receive: Receive, send: Send
    ) -> None:
        gone = asyncio.create_task(_until_gone(receive, listener))
        try:
            # Joined first: whoever sees the answer begin misses nothing from then on.
            await hub.join(listener, after)
            await _begin(send)
            await _pump(listener, send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except OSError:  # the browser went away while we wrote
            pass
        finally:
            hub.leave(listener)
            gone.cancel()


async def _visitor(hub: Hub, cookie: str) -> Visitor | None:
    try:
        morsel = SimpleCookie(cookie).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    if morsel is None or not morsel.value:
        return None
    return await hub.in_thread(partial(visitor_of, morsel.value))


def _parameter(scope: Scope, name: str) -> str:
    values = parse_qs(scope["query_string"].decode("latin-1")).get(name, [])
    return values[-1] if values else ""


def _wanted(scope: Scope) -> frozenset[str] | None:
    topics = _parameter(scope, "topics")
    return frozenset(topics.split(",")) if topics else None


def _after(scope: Scope, headers: dict[str, str]) -> Position | None:
    text = headers.get("last-event-id") or _parameter(scope, "after")
    return position(text) if text else None


async def _begin(send: Send) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [
                (b"content-type", b"text/event-stream; charset=utf-8"),
                (b"cache-control", b"no-store"),
                (b"x-accel-buffering", b"no"),
                (b"x-content-type-options", b"nosniff"),
            ],
        }
    )
    # Browsers come back at different moments after an outage.
    hello = f"retry: {random.randint(1000, 4000)}\n: open\n\n"  # noqa: S311 - jitter, not a secret
    await send({"type": "http.response.body", "body": hello.encode(), "more_body": True})


async def _pump(listener: Listener, send: Send) -> None:
    """Send what is queued, joined into few writes, until the stream is ended."""
    while True:
        try:
            frames = [await asyncio.wait_for(listener.queue.get(), PING_EVERY)]
        except TimeoutError:
            frames = [PING]
        while len(frames) < BATCH and not listener.queue.empty():
            frames.append(listener.queue.get_nowait())
        body = b"".join(frame for frame in frames if frame is not None)
        if body:
            await send({"type": "http.response.body", "body": body, "more_body": True})
        if None in frames:
            return


async def _until_gone(receive: Receive, listener: Listener) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.put(None)


async def _plain(send: Send, status: int, body: dict[str, Any], kind: bytes = b"application/json") -> None:
    headers = [(b"content-type", kind), (b"cache-control", b"no-store")]
    if status == 503:
        headers.append((b"retry-after", b"5"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})


async def _problem(send: Send, status: int) -> None:
    await _plain(send, status, {"title": TITLES[status], "status": status}, b"application/problem+json")
