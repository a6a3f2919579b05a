"""The short way of one scan: a handler whose middleware is only what that request needs (performance.md, goal 1).

POST /api/v1/scans/ also works the long way, with the same answers: this saves what serves pages and their forms
(languages, messages, htmx, sign-in pages, request logs). Host, session or token, CSRF and security headers stay.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from core.csp import SecurityHeaders
from organization.sessions import person_of_session
from patrols.api_scans import post_scan

PATH = "/api/v1/scans/"

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def _view(request: HttpRequest) -> HttpResponse:
    """The endpoint, with the person of the session; a host that is not ours is refused as everywhere."""
    request.get_host()
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    request.user = SimpleLazyObject(lambda: person_of_session(key) or AnonymousUser())  # type: ignore[assignment]
    response = post_scan(request)
    # Without a length the answer would go out in chunks, one more write and one more read each.
    response.headers.setdefault("Content-Length", str(len(response.content)))
    return response


class ScanLane(WSGIHandler):
    """Django's handler with a middleware chain of its own."""

    def load_middleware(self, is_async: bool = False) -> None:
        """Security headers, then the view."""
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        self._middleware_chain = convert_exception_to_response(
            SecurityHeaders(convert_exception_to_response(_view))
        )


def with_scan_lane(application: Application) -> Application:
    """`application`, with the short way for posting one scan."""
    lane = ScanLane()

    def route(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == PATH and environ.get("REQUEST_METHOD") == "POST":
            return lane(environ, start_response)
        return application(environ, start_response)

    return route
