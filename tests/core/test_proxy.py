"""Behind the proxy everybody has the address the proxy saw; in front of none nobody can claim another."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from core.proxy import ClientAddress


def seen(**headers: Any) -> str:
    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.META["REMOTE_ADDR"])

    request = RequestFactory().get("/", REMOTE_ADDR="172.18.0.5", **headers)
    return ClientAddress(answer)(request).content.decode()


def test_the_last_address_is_the_one_our_proxy_added() -> None:
    assert seen() == "172.18.0.5"
    assert seen(HTTP_X_FORWARDED_FOR="203.0.113.9") == "203.0.113.9"
    assert seen(HTTP_X_FORWARDED_FOR="10.9.9.9, 203.0.113.9") == "203.0.113.9"
