"""Who asks: the session of the desk or the phone, or an integration token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework import authentication, exceptions
from rest_framework.request import Request

PERSON_HEADER = "X-Orderly-Person"


class Token(Protocol):
    """What an integration token must offer; organization has the model."""

    scopes: list[str]


#: Finds the person a secret acts for and the token itself; None when it is not valid (any more).
Resolver = Callable[[str], "tuple[Any, Token] | None"]

_resolvers: list[Resolver] = []


def token_resolver(function: Resolver) -> Resolver:
    """Decorator: let `function` resolve bearer tokens. Organization registers the only one."""
    _resolvers.append(function)
    return function


#: Finds the deactivated person whose session a request still carries; None when there is none.
LateSender = Callable[[HttpRequest], Any]

_late_senders: list[LateSender] = []


def late_sender_resolver(function: LateSender) -> LateSender:
    """Decorator: let `function` find late senders. Organization registers the only one."""
    _late_senders.append(function)
    return function


def late_sender(request: HttpRequest) -> Any:
    """The deactivated person who may still hand in what they recorded before, and nothing else; or None."""
    return next((person for find in _late_senders if (person := find(request)) is not None), None)


#: Opens a session of a deactivated person for handing in, if name and password fit one; None otherwise.
LateSignIn = Callable[[HttpRequest, str, str], Any]

_late_sign_ins: list[LateSignIn] = []


def late_sign_in_resolver(function: LateSignIn) -> LateSignIn:
    """Decorator: let `function` open sessions of late senders. Organization registers the only one."""
    _late_sign_ins.append(function)
    return function


def late_sign_in(request: HttpRequest, identifier: str, password: str) -> Any:
    """The deactivated person who now has a session for handing in, and for nothing else; or None."""
    found = (sign_in(request, identifier, password) for sign_in in _late_sign_ins)
    return next((person for person in found if person is not None), None)


class CsrfFailed(exceptions.PermissionDenied):
    """403 with the code ``csrf``: fetch the token again and repeat."""

    default_code = "csrf"
    default_detail = _("The CSRF token is missing or stale.")


class SessionAuthentication(authentication.SessionAuthentication):
    """Django's session with CSRF. A request that names another person than the session's is nobody's."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """The person of the session, or None."""
        found = super().authenticate(request)
        if found is not None and not named_person_fits(request.headers.get(PERSON_HEADER), found[0]):
            raise exceptions.NotAuthenticated
        return found

    def authenticate_header(self, request: Request) -> str:
        """Makes a stranger's answer 401 instead of 403."""
        return 'Session realm="orderly"'

    def enforce_csrf(self, request: Request) -> None:
        """As DRF's, with a code the phone understands."""
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise CsrfFailed from error


class BearerAuthentication(authentication.BaseAuthentication):
    """``Authorization: Bearer <secret>``: acts for the person who made the token, within its scopes."""

    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """Person and token; None without the header. Raises AuthenticationFailed (401)."""
        kind, _sep, secret = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != self.keyword.lower():
            return None
        for resolve in _resolvers:
            found = resolve(secret.strip())
            if found is not None:
                return found
        raise exceptions.AuthenticationFailed(_("The token is not valid."))

    def authenticate_header(self, request: Request) -> str:
        """The challenge of a 401."""
        return f'{self.keyword} realm="orderly"'


def named_person_fits(header: str | None, person: Any) -> bool:
    """Does the person a phone believes in (its X-Orderly-Person, if any) agree with the session?"""
    return header is None or header == str(person.pk)
