"""The security headers every response carries."""

import asyncio
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from core.csp import SecurityHeaders


def respond(request: Any, change: Any = None) -> Any:
    """One response through the middleware."""

    def view(request: Any) -> Any:
        response = HttpResponse("x")
        if change:
            change(request, response)
        return response

    return SecurityHeaders(view)(request)


def directives(response: Any) -> dict[str, str]:
    """The policy by directive."""
    parts = response.headers["Content-Security-Policy"].split("; ")
    return {part.split(" ")[0]: part.partition(" ")[2] for part in parts}


def test_nothing_is_allowed_that_is_not_ours() -> None:
    policy = directives(respond(RequestFactory().get("/")))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in str(policy)
    assert "*" not in str(policy)


def test_the_page_s_import_map_and_a_response_s_own_sources_are_added() -> None:
    def change(request: Any, response: Any) -> Any:
        request.csp_script = "'sha256-abc'"
        response.csp_extra = "'wasm-unsafe-eval'"

    policy = directives(respond(RequestFactory().get("/"), change))
    assert policy["script-src"] == "'self' 'sha256-abc' 'wasm-unsafe-eval'"


def test_a_header_set_by_the_view_stays() -> None:
    def change(request: Any, response: Any) -> Any:
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"

    response = respond(RequestFactory().get("/"), change)
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_the_other_headers() -> None:
    headers = respond(RequestFactory().get("/")).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=(self)" in headers["Permissions-Policy"]
    assert "microphone=(self)" in headers["Permissions-Policy"]


def test_strict_transport_only_over_https(settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS = 60
    assert "Strict-Transport-Security" not in respond(RequestFactory().get("/")).headers
    secure = respond(RequestFactory().get("/", secure=True))
    assert secure.headers["Strict-Transport-Security"].startswith("max-age=60")


def test_it_works_under_asgi() -> None:
    async def view(request: Any) -> Any:
        return HttpResponse("x")

    async def go() -> Any:
        return await SecurityHeaders(view)(RequestFactory().get("/"))

    assert asyncio.run(go()).headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
@pytest.mark.urls("tests.core.urls_frame")
def test_what_a_signed_in_person_saw_is_not_stored(client: Any, cast: Any) -> None:
    assert "no-store" not in client.get("/styleguide/").headers.get("Cache-Control", "")
    client.force_login(cast.guard)
    assert "no-store" in client.get("/zones/").headers["Cache-Control"]
