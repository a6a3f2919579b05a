"""``/api/v1/session/``: how the phone page signs in and out, and learns whose session it has."""

from __future__ import annotations

from typing import Any

import msgspec
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils.translation import gettext_lazy as _

from core.api.authentication import late_sender, late_sign_in
from core.api.plain import csrf_fails, endpoint, unauthenticated
from core.api.problems import problem
from core.api.throttling import within
from core.idempotency.records import fingerprint
from core.offline.devices import remember_named

MAX_BYTES = 4096
ATTEMPTS_PER_ADDRESS, ADDRESS_SECONDS = 120, 60
ATTEMPTS_PER_NAME, NAME_SECONDS = 10, 300


class Credentials(msgspec.Struct, forbid_unknown_fields=True):
    """What a person types: staff number, phone, mail or sign-in name; and the password."""

    identifier: str
    password: str


@endpoint("GET", "POST", "DELETE", open_to_strangers=True)
def session(request: HttpRequest) -> HttpResponse:
    """GET: whose session is this (401 when nobody's; always with a CSRF token). POST signs in, DELETE out."""
    match request.method:
        case "POST":
            return _sign_in(request)
        case "DELETE":
            return _sign_out(request)
    if request.user.is_authenticated:
        return whose(request)
    late = late_sender(request)
    return unauthenticated(request) if late is None else _deactivated(request, late)


def whose(request: HttpRequest) -> HttpResponse:
    """Whose session this is, with a CSRF token, and whether a one-time password has to be replaced first."""
    person: Any = request.user
    response = JsonResponse(
        {
            "person": {
                "id": person.pk,
                "name": person.name,
                "staff_number": person.staff_number,
                "language": person.language,
            },
            "company": {"id": person.company_id},
            "own_password_needed": person.must_change_password,
            "csrf": get_token(request),
        }
    )
    remember_named(request, response, person.company_id)
    return response


def _deactivated(request: HttpRequest, person: Any) -> HttpResponse:
    """401 that tells the phone whose records it may still hand in."""
    return problem(
        401,
        "deactivated",
        _("This account has been deactivated. What was recorded before can still be handed in."),
        person_id=person.pk,
        csrf=get_token(request),
        headers={"WWW-Authenticate": 'Session realm="orderly"'},
    )


def _sign_in(request: HttpRequest) -> HttpResponse:
    if csrf_fails(request):
        return problem(403, "csrf")
    try:
        credentials = msgspec.json.decode(request.body[:MAX_BYTES], type=Credentials)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return problem(400, "malformed")
    address = request.META.get("REMOTE_ADDR", "")
    name = credentials.identifier.strip().lower()[:254]
    if "\x00" in name or "\x00" in credentials.password:
        return problem(400, "malformed")
    if not within(f"signin:{address}", ATTEMPTS_PER_ADDRESS, ADDRESS_SECONDS, fail_open=False) or not within(
        f"signin:{address}:{fingerprint(name)}", ATTEMPTS_PER_NAME, NAME_SECONDS, fail_open=False
    ):
        return problem(429, "too_many_attempts", headers={"Retry-After": str(NAME_SECONDS)})
    person = authenticate(request, username=name, password=credentials.password)
    if person is None:
        late = late_sign_in(request, name, credentials.password)
        if late is not None:
            return _deactivated(request, late)
        return problem(400, "credentials", _("The sign-in name or the password is not right."))
    login(request, person)
    return whose(request)


def _sign_out(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated or late_sender(request) is not None:
        if csrf_fails(request):
            return problem(403, "csrf")
        logout(request)
    return HttpResponse(status=204)
