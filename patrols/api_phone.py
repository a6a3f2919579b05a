"""The phone's own addresses: the day's work in one answer, and the server's clock."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils import translation

from core.api.plain import RECEIPT_HEADER, endpoint
from core.clock import now
from incidents.api_phone import cases_of_phone
from patrols.selectors import phone

HEADERS = {RECEIPT_HEADER: "1", "Cache-Control": "no-store"}


@endpoint("GET")
def bundle(request: HttpRequest) -> HttpResponse:
    """Everything a phone needs to work without a network, in the person's language."""
    person: Any = request.user
    moment = now()
    with translation.override(person.language or translation.get_language()):
        sites = phone.sites_of_phone(person)
        work = phone.bundle(person, moment, sites) | cases_of_phone(person, sites)
    return JsonResponse(
        {
            "server_time": moment.isoformat(),
            "person": {
                "id": person.pk,
                "name": person.name,
                "staff_number": person.staff_number,
                "language": person.language,
            },
            "company": {"id": person.company_id},
            "csrf": get_token(request),
            **work,
        },
        headers=HEADERS,
    )


@endpoint("GET", open_to_strangers=True)
def clock(request: HttpRequest) -> HttpResponse:
    """The server's time; a phone measures its own clock against it."""
    return JsonResponse({"server_time": now().isoformat()}, headers=HEADERS)
