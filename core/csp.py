"""The security headers of every response, with a strict Content-Security-Policy.

Scripts: our own files and the page's import map, by its hash (a hash rather than a nonce: a page replayed
by the service worker keeps its header). A response may widen script-src by ``response.csp_extra``.
"""

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.http.response import HttpResponseBase

_DIRECTIVES = (
    "style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_PERMISSIONS = (
    "camera=(self), geolocation=(self), accelerometer=(), autoplay=(self), browsing-topics=(), "
    "display-capture=(), gyroscope=(), magnetometer=(), microphone=(self), midi=(), payment=(), usb=()"
)
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": _PERMISSIONS,
}


class SecurityHeaders:
    """Middleware, first of all; works under WSGI and ASGI. Headers already set by a view are kept."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        """The response, or under ASGI a coroutine of it."""
        return self._later(request) if self._is_async else secure(request, self.get_response(request))

    async def _later(self, request: HttpRequest) -> HttpResponseBase:
        return secure(request, await self.get_response(request))


def policy(*script_sources: str) -> str:
    """The Content-Security-Policy, with these sources beside 'self' for scripts."""
    sources = " ".join(part for source in ("'self'", *script_sources) for part in source.split())
    return f"default-src 'none'; script-src {sources}; {_DIRECTIVES}"


def secure(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Write the headers onto a response; returns the same response."""
    for name, value in _FIXED.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault(
        "Content-Security-Policy",
        policy(getattr(request, "csp_script", ""), getattr(response, "csp_extra", "")),
    )
    if request.is_secure() and settings.SECURE_HSTS_SECONDS:
        response.headers.setdefault(
            "Strict-Transport-Security",
            f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains",
        )
    if _is_personal(request):
        response.headers.setdefault("Cache-Control", "no-store, private")
    return response


def _is_personal(request: HttpRequest) -> bool:
    """Did the answer depend on a signed-in session? (Never opens a session by itself.)"""
    session = getattr(request, "session", None)
    return session is not None and session.accessed and SESSION_KEY in session
