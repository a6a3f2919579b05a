"""Who acts, in which request: one context read by the audit, the history and the logs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

import pghistory
import structlog
from django.http import HttpRequest, HttpResponse

from core.secret_paths import masked

request_id: ContextVar[str] = ContextVar("request_id", default="")
actor_id: ContextVar[int | None] = ContextVar("actor_id", default=None)
address: ContextVar[str] = ContextVar("address", default="")


@contextmanager
def acting(*, actor: int | None, act: str, request: str = "") -> Iterator[None]:
    """Run a block on behalf of a person (or of nobody: a task); `act` says in what activity."""
    identifier = request or request_id.get() or uuid4().hex
    tokens = request_id.set(identifier), actor_id.set(actor)
    structlog.contextvars.bind_contextvars(request_id=identifier)
    try:
        with pghistory.context(user=actor, act=act, request=identifier):
            yield
    finally:
        request_id.reset(tokens[0])
        actor_id.reset(tokens[1])


class RequestContext:
    """Middleware: every write of a request carries its actor, act and request id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer `request` inside its context and name the request id in the answer."""
        identifier = request.headers.get("X-Request-ID", "")[:64] or uuid4().hex
        if not identifier.replace("-", "").isalnum():
            identifier = uuid4().hex
        mark = address.set(request.META.get("REMOTE_ADDR", ""))
        try:
            actor = request.user.pk if request.user.is_authenticated else None
            with acting(
                actor=actor, act=masked(f"{request.method} {request.path}")[:200], request=identifier
            ):
                response = self.get_response(request)
        finally:
            address.reset(mark)
        response.headers["X-Request-ID"] = identifier
        return response
