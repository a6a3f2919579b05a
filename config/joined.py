"""Pages, API and event stream in one ASGI process: for the demo. Production runs them apart, behind a proxy.

The WSGI application works in a fixed pool of threads, so each keeps its database connection.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

from a2wsgi import WSGIMiddleware

from config.stream import application as stream
from config.wsgi import application as pages

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

STREAM_PREFIX = "/stream/"
THREADS = 10

# Untyped between the two: each side has types of its own for the same ASGI messages.
_pages: Any = WSGIMiddleware(cast(Any, pages), workers=THREADS)


def _complete(receive: Receive) -> Receive:
    """A body that is cut off raises in the view, as under gunicorn; it must not look like a short, complete one."""

    async def read() -> Message:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError("The client went away.")
        return message

    return read


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Give the stream its connections and the start and end of the process, and everything else to the pages."""
    if scope["type"] == "lifespan" or scope.get("path", "").startswith(STREAM_PREFIX):
        await stream(scope, receive, send)
    else:
        await _pages(scope, _complete(receive), send)
