"""The door of every page that is open to residents: sizes, forged forms, guessed links, headers."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from incidents.links import digest, has_shape
from incidents.models import FollowUp, IntakePoint
from organization.middleware import public
from portal.limits import is_guessing, missed

MOST_PHOTOS = 4
#: Bytes of a whole form with its photos.
MOST_BYTES = MOST_PHOTOS * settings.PHOTO_MAX_BYTES + 1024 * 1024

View = Callable[..., HttpResponseBase]


class NoSuchLink(Exception):
    """A token that leads nowhere: unknown, void, of a closed site or erased. All look the same."""


def for_residents(view: View) -> View:
    """Open a view to people without an account.

    The size is looked at before the form is read, so forged forms are refused here and not by the middleware.
    """
    guarded = csrf_protect(view)

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD, POST"})
        if request.method == "POST" and int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            return closed(request, plain_answer(request, "too_large", 413))
        try:
            response = guarded(request, *args, **kwargs)
        except NoSuchLink:
            missed(request)
            response = plain_answer(request, "nothing", 404)
        return closed(request, response)

    opened: View = public(csrf_exempt(door))
    return opened


def closed(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Nothing of it is kept by caches or found by search engines."""
    response.headers.setdefault("Cache-Control", "no-store, private")
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def plain_answer(request: HttpRequest, page: str, status: int) -> HttpResponse:
    """A page in plain words for what cannot be answered."""
    return render(request, f"portal/residents/{page}.html", status=status)


def point_of(request: HttpRequest, token: str) -> IntakePoint:
    """The intake point a label leads to. Raises NoSuchLink."""
    refuse_guessing(request, token)
    points = IntakePoint.objects.select_related("site__company", "zone", "building")
    point = points.filter(token_sha256=digest(token), is_active=True, site__is_active=True).first()
    if point is None:
        raise NoSuchLink
    return point


def follow_up_of(request: HttpRequest, token: str) -> FollowUp:
    """The case a link leads to, with its facts. Raises NoSuchLink."""
    refuse_guessing(request, token)
    follow_ups = FollowUp.objects.select_related(
        "case__site__company", "case__request", "case__complaint", "case__hazard", "case__violation",
        "case__incident", "case__duplicate_of", "point",
    )  # fmt: skip
    follow_up = follow_ups.filter(token_sha256=digest(token)).first()
    if follow_up is None:
        raise NoSuchLink
    return follow_up


def refuse_guessing(request: HttpRequest, token: str) -> None:
    """Raise NoSuchLink for what cannot be a token, and for an address that tries too many."""
    if is_guessing(request) or not has_shape(token):
        raise NoSuchLink
