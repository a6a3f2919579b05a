"""Plain Django views of the API, for the hot paths: the same manners as DRF at a fraction of the cost."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import structlog
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.views.decorators.csrf import csrf_exempt

from core.api.authentication import PERSON_HEADER, late_sender, named_person_fits
from core.api.problems import problem, unavailable

log = structlog.get_logger()

View = Callable[..., HttpResponse]
V = TypeVar("V", bound=Callable[..., HttpResponseBase])

RECEIPT_HEADER = "X-Orderly-Receipt"
#: On a view: the methods it answers although its person still has a one-time password.
ANSWERED_FIRST = "answered_first"


class _CsrfCheck(CsrfViewMiddleware):
    """Says why instead of answering."""

    def _reject(self, request: HttpRequest, reason: str) -> str:
        return reason


def csrf_fails(request: HttpRequest) -> bool:
    """Is the CSRF token of this unsafe request missing or stale?"""
    check = _CsrfCheck(lambda _request: HttpResponse())
    check.process_request(request)
    return bool(check.process_view(request, lambda _request: HttpResponse(), (), {}))


def before_own_password(*methods: str) -> Callable[[V], V]:
    """Decorator: answer these methods although the person has not chosen their own password yet.

    For handing in what a phone has recorded, and for choosing the password; the API refuses everything else.
    """

    def mark(view: V) -> V:
        setattr(view, ANSWERED_FIRST, frozenset(methods))
        return view

    return mark


def endpoint(*methods: str, open_to_strangers: bool = False, late: bool = False) -> Callable[[View], View]:
    """Decorator: session, CSRF, allowed methods, and problems instead of faults; outside any transaction.

    The view is called with a person who is signed in, active and of a company, unless `open_to_strangers`. With
    `late` the person may have been deactivated lately: for handing in what they recorded before.
    """

    def decorate(view: View) -> View:
        @csrf_exempt
        @transaction.non_atomic_requests
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if late and not request.user.is_authenticated:
                request.user = late_sender(request) or request.user
            refusal = _refusal(request, methods, open_to_strangers=open_to_strangers)
            if refusal is not None:
                return refusal
            try:
                return view(request, *args, **kwargs)
            except RequestDataTooBig:
                return problem(413, "too_large")
            except UnreadablePostError:
                return problem(400, "cut_off")
            except (OperationalError, InterfaceError) as error:
                log.warning("database unavailable", error=str(error))
                return unavailable()

        guarded.open_to_strangers = open_to_strangers  # type: ignore[attr-defined]  # read by the sign-in rule
        return guarded

    return decorate


def _refusal(
    request: HttpRequest, methods: tuple[str, ...], *, open_to_strangers: bool
) -> HttpResponse | None:
    if request.method not in methods:
        return problem(405, "method_not_allowed", headers={"Allow": ", ".join(methods)})
    if open_to_strangers:
        return None
    person: Any = request.user
    if not person.is_authenticated or not named_person_fits(request.headers.get(PERSON_HEADER), person):
        return unauthenticated(request)
    if request.method not in {"GET", "HEAD"} and csrf_fails(request):
        return problem(403, "csrf")
    if person.company_id is None:
        return problem(403, "no_company")
    return None


def unauthenticated(request: HttpRequest) -> HttpResponse:
    """401 with a CSRF token, so that the phone can sign in right away."""
    return problem(
        401,
        "not_authenticated",
        csrf=get_token(request),
        headers={"WWW-Authenticate": 'Session realm="orderly"'},
    )
