"""The person's language, and the rule that a stranger sees nothing unless a view says so."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core.api.plain import ANSWERED_FIRST
from core.api.problems import problem
from organization.models import Person

PUBLIC = "open_to_strangers"
OPEN_ACCOUNT_PAGES = frozenset(
    {
        "LoginView",
        "LogoutView",
        "PasswordResetView",
        "PasswordResetDoneView",
        "PasswordResetFromKeyView",
        "PasswordResetFromKeyDoneView",
    }
)


def public(view: Any) -> Any:
    """Mark a view as open to people who are not signed in. Everything else is closed."""
    setattr(view, PUBLIC, True)
    return view


class LanguageOfPerson(LocaleMiddleware):
    """The cookie (the choice made here) first, then the browser's languages; 香港's as Traditional."""

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language of this request."""
        language = translation.get_language_from_request(request)
        if not request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME):
            header = request.headers.get("Accept-Language", "").lower()
            if header.startswith(("zh-hk", "zh-tw", "zh-mo", "yue")):
                language = "zh-hant"
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()


class SignInRequired:
    """Deny by default: every view needs a signed-in, active person unless it is marked `public`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; the check runs when the view is known."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Redirect strangers to the sign-in page; answer 401 under /api/."""
        if is_public(view):  # opens no session
            return None
        if request.user.is_authenticated:
            return demand_own_password(request, view)
        if request.path.startswith("/api/"):
            return None  # the API authenticates by itself (token or session) and refuses by default
        if request.headers.get("HX-Request"):
            response = HttpResponse(status=401)
            response.headers["HX-Redirect"] = settings.LOGIN_URL
            return response
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"type": "about:blank", "title": "Unauthorized", "status": 401}, status=401)
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)


def demand_own_password(request: HttpRequest, view: Any) -> HttpResponse | None:
    """A one-time password opens one page: the one where the person chooses their own.

    The API answers 403 ``own_password_needed`` meanwhile, except where a phone hands in what it has recorded.
    """
    if not person_of(request).must_change_password or request.path.startswith(("/accounts/", "/language/")):
        return None
    if request.path.startswith("/api/"):
        if request.method in getattr(view, ANSWERED_FIRST, ()):
            return None
        return problem(403, "own_password_needed", _("Choose your own password first."))
    target = reverse("organization:my_password")
    return None if request.path == target else redirect(target)


def is_public(view: Any) -> bool:
    """Is this view (function, or class behind `as_view`) open to strangers? allauth's own pages are."""
    while True:
        owner = getattr(view, "view_class", view)
        if getattr(view, PUBLIC, False) or getattr(owner, PUBLIC, False):
            return True
        if (
            getattr(owner, "__module__", "").startswith("allauth.account")
            and owner.__name__ in OPEN_ACCOUNT_PAGES
        ):
            return True
        if hasattr(view, "view_class") or not hasattr(view, "__wrapped__"):
            return False
        view = view.__wrapped__


def person_of(request: HttpRequest) -> Person:
    """The signed-in person. `SignInRequired` has refused everybody else before a view runs."""
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user
