"""Every answer carries the security headers; no unsafe address acts without a CSRF token (ASVS V3, V14)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import Cast
from tests.project.matrix import ENTRIES, Entry, address, body_of, entries, walker
from tests.project.routes import Route, routes
from tests.project.world import World, build

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.requirement("R066"),
]

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
DIRECTIVES = ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'")
REFUSED = 403
#: Answers that may be kept by the reader's own browser for a while: pictures.
KEPT_BY_BROWSER = frozenset({"organization:site_plan_image"})


@pytest.fixture
def world(cast: Cast, site: Any) -> World:
    """One of everything."""
    return build(site)


def signed_in(cast: Cast, role: str, **options: Any) -> Client:
    """Somebody of the cast."""
    client = Client(raise_request_exception=False, **options)
    client.force_login(getattr(cast, role))
    return client


def missing(response: Any) -> list[str]:
    """What an answer lacks."""
    headers = response.headers
    policy = headers.get("Content-Security-Policy", "")
    found = [name for name, value in FIXED.items() if headers.get(name) != value]
    found += [directive for directive in DIRECTIVES if directive not in policy]
    if "unsafe-inline" in policy or "unsafe-eval'" in policy.replace("'wasm-unsafe-eval'", ""):
        found.append("an unsafe policy")
    return found


def public() -> Iterator[tuple[Route, Entry]]:
    """Routes open to strangers whose address needs no object."""
    for route in routes():
        entry = ENTRIES.get(route.name, {"who": "skip"})
        if entry["who"] == "public" and not route.parameters:
            yield route, entry


def test_every_page_has_every_header_and_is_not_kept(cast: Cast, world: World) -> None:
    """Pages of the signed-in, errors included, are never stored by a cache."""
    wrong = []
    clients = {role: signed_in(cast, role) for role in ("company_manager", "administrator", "auditor")}
    for route, entry in entries("get"):
        url = address(route, entry, world)
        for client in (clients[walker(entry)], Client(raise_request_exception=False)):
            response = client.get(url)
            body_of(response)
            wrong += [f"{route.name} ({response.status_code}): {lack}" for lack in missing(response)]
        response = clients[walker(entry)].get(url)
        body_of(response)
        kept = "private" if route.name in KEPT_BY_BROWSER else "no-store"
        if kept not in response.headers.get("Cache-Control", ""):
            wrong.append(f"{route.name}: Cache-Control {response.headers.get('Cache-Control')}")
    for url in ("/no/such/page/", "/api/v1/no/such/", "/organization/zones/999999999/"):
        wrong += [f"{url}: {lack}" for lack in missing(clients["company_manager"].get(url))]
    assert not wrong, "\n".join(wrong)


def test_public_pages_have_every_header() -> None:
    """The pages strangers see."""
    client = Client(raise_request_exception=False)
    wrong = [
        f"{route.name}: {lack}"
        for route, _entry in public()
        for lack in missing(client.get(reverse(route.name)))
    ]
    assert not wrong, "\n".join(wrong)


def test_no_unsafe_request_passes_without_a_token(cast: Cast, world: World) -> None:
    """POST, PUT, PATCH and DELETE on every route: 403 without a CSRF token (or 405 where nothing is done by it)."""
    open_doors = []
    clients = {
        role: signed_in(cast, role, enforce_csrf_checks=True)
        for role in ("company_manager", "administrator", "auditor")
    }
    for route, entry in entries("get", "post"):
        url = address(route, entry, world)
        for method in ("post", "put", "patch", "delete"):
            status = getattr(clients[walker(entry)], method)(url).status_code
            if status not in (REFUSED, 405):
                open_doors.append(f"{method} {route.name}: {status}")
    assert not open_doors, "\n".join(open_doors)


def test_no_unsafe_public_request_passes_without_a_token() -> None:
    """Signing in, setting the language, founding: by our own pages only."""
    client, open_doors = Client(raise_request_exception=False, enforce_csrf_checks=True), []
    for route, _entry in public():
        status = client.post(reverse(route.name)).status_code
        if status not in (REFUSED, 405):
            open_doors.append(f"{route.name}: {status}")
    assert not open_doors, "\n".join(open_doors)


@pytest.mark.parametrize(
    "url", ["/api/v1/session/", "/api/v1/operations/", "/api/v1/scans/", "/api/v1/uploads/" + "0" * 64 + "/"]
)
def test_the_phone_needs_a_token_too(cast: Cast, url: str) -> None:
    """As problem+json naming the reason, so that the phone fetches a new token and repeats."""
    client = signed_in(cast, "guard", enforce_csrf_checks=True)
    for method in ("post", "put"):
        response = getattr(client, method)(url, data=b"{}", content_type="application/json")
        assert response.status_code in (REFUSED, 405)
        if response.status_code == REFUSED:
            assert response.json()["code"] == "csrf"
