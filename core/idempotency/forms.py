"""A form sent twice (double click, a browser that repeats a cut POST) has one effect and one answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.generic.base import View

from core.idempotency import records

FIELD = "form_key"
_HX_SUCCESS = ("HX-Redirect", "HX-Location", "HX-Refresh", "HX-Trigger")


def succeeded(response: HttpResponseBase) -> bool:
    """Did the form do its work? A redirect, an empty answer or an htmx instruction says so."""
    if 300 <= response.status_code < 400 or response.status_code == 204:
        return True
    return response.status_code < 300 and any(response.has_header(name) for name in _HX_SUCCESS)


def answered_once(request: HttpRequest, answer: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """`answer()` in a transaction with the form's key; the stored answer when the key has been used.

    The second of two simultaneous requests waits for the first. A form shown again with errors keeps nothing.
    The same key with other content counts as another form.
    """
    key = request.POST.get(FIELD, "") if request.method == "POST" else ""
    person: Any = request.user
    if not records.KEY.fullmatch(key) or not person.is_authenticated:
        return answer()
    content = "&".join(
        sorted(
            f"{name}={request.POST.getlist(name)}" for name in request.POST if name != "csrfmiddlewaretoken"
        )
    )
    print_of = records.fingerprint(str(person.pk), request.path, content)
    with transaction.atomic():
        record = records.claim(
            company_id=person.company_id,
            key=f"form:{print_of[:24]}:{key}"[:128],
            person_id=person.pk,
            print_of=print_of,
            wait=True,
        )
        if record.status is not None:
            return records.replay(record)
        response = answer()
        if succeeded(response):
            records.keep(record, response)
        else:
            record.delete()
    return response


class FormKeyMixin(View):
    """Mix in, leftmost, to a view whose form carries ``{% form_key %}``."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The view's answer, or the one it gave before to the same form."""
        return answered_once(request, lambda: super(FormKeyMixin, self).dispatch(request, *args, **kwargs))


def once_per_form_key(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorator: the same for a function view."""

    @wraps(view)
    def once(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return answered_once(request, lambda: view(request, *args, **kwargs))

    return once
