"""Behind our own proxy: whom a request comes from."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class ClientAddress:
    """Middleware, first of all: REMOTE_ADDR is the address our proxy saw, not the proxy's own.

    The proxy overwrites what a client claims of itself (deploy/Caddyfile), and only it reaches us; the last address of
    the header is the one it added.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Limits, sign-ins and the record of acts see the client."""
        if seen := request.META.get("HTTP_X_FORWARDED_FOR", ""):
            request.META["REMOTE_ADDR"] = seen.rsplit(",", 1)[-1].strip()
        return self.get_response(request)
