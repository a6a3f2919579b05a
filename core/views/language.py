"""The choice of the interface language; open to everybody, also before signing in."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST
from django.views.i18n import set_language


@require_POST
def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Remember the language in a cookie and go back to ``next`` (an address of ours only)."""
    return set_language(request)


choose_language.open_to_strangers = True  # type: ignore[attr-defined]  # read by the sign-in rule
