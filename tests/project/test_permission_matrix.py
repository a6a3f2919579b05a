"""Who may open what: every route of the URL configuration × every role and a stranger × own, sibling and foreign site.

`permissions.yml` holds the expectation for each route. A route without an entry fails, and an entry without a route.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from organization.models import Role
from tests.conftest import Cast
from tests.project.matrix import ENTRIES, GROUPS, body_of, keywords
from tests.project.routes import routes
from tests.project.world import CANARY, World, build

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.requirement("R066"),
]

COMPANY_WIDE = {Role.COMPANY_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR}
MISSING = {"pk": 999_999_999, "site": 999_999_999, "company": 999_999_999}
REFUSED, GONE = 403, 404


def test_every_route_has_an_entry_and_every_entry_a_route() -> None:
    """Nobody adds a page without saying who may open it."""
    names = {route.name for route in routes()}
    assert sorted(names - ENTRIES.keys()) == []
    assert sorted(ENTRIES.keys() - names) == []


@pytest.fixture
def worlds(cast: Cast, site: Any, sibling_site: Any, foreign_site: Any) -> dict[str, World]:
    """One of everything at each site."""
    return {
        "own": build(site),
        "sibling": build(sibling_site, mark="Sibling"),
        "foreign": build(foreign_site, mark=CANARY),
    }


def actors(cast: Cast) -> Iterator[tuple[str, Any]]:
    """Every role, by its own person."""
    for role in Role:
        yield role.value, getattr(cast, role.value)


def ask(client: Client, method: str, url: str) -> Any:
    """One request whose effect is undone."""
    with transaction.atomic():
        response: Any = client.post(url) if method == "post" else client.get(url)
        body = body_of(response)
        transaction.set_rollback(True)
    return response.status_code, body


def expected(entry: dict[str, Any], role: str, scope: str) -> str:
    """ "allowed", "refused" or "gone"."""
    who = GROUPS[entry["who"]]
    reaches = scope == "own" or (
        scope == "sibling" and (role in COMPANY_WIDE or entry.get("reach") == "company")
    )
    if entry.get("object") and not reaches:
        return "gone"
    hidden = GROUPS.get(entry.get("sees", "all"), [])
    if entry.get("object") and role not in hidden:
        return "gone"
    return "allowed" if role in who else "refused"


def judge(status: int, wanted: str) -> bool:
    """Does the answer fit? An allowed act may be redirected or find the empty form wanting, never refused or lost."""
    if wanted == "gone":
        return status == GONE
    if wanted == "refused":
        return status == REFUSED
    return status < 500 and status not in (401, REFUSED, GONE)


def test_every_role_gets_what_the_table_says(cast: Cast, worlds: dict[str, World]) -> None:
    """Own site by role; sibling and foreign objects answer exactly as missing ones."""
    wrong = []
    for role, person in actors(cast):
        client = Client(raise_request_exception=False)
        client.force_login(person)
        for route in routes():
            entry = ENTRIES.get(route.name, {"who": "skip"})
            if entry["who"] in ("skip", "public"):
                continue
            method = entry.get("method", "get")
            for scope, world in worlds.items():
                if scope != "own" and not entry.get("object"):
                    continue
                url = reverse(route.name, kwargs=keywords(route, entry, world))
                status, body = ask(client, method, url)
                wanted = expected(entry, role, scope)
                if not judge(status, wanted):
                    wrong.append(f"{role} {method} {route.name} ({scope}): {status}, wanted {wanted}")
                if scope != "foreign" and wanted != "gone":
                    assert CANARY.encode() not in body, f"{role} sees the other company on {route.name}"
    assert wrong == [], "\n" + "\n".join(wrong)


def test_a_foreign_object_answers_like_a_missing_one(cast: Cast, worlds: dict[str, World]) -> None:
    """Byte for byte, for the person who may do most."""
    client = Client(raise_request_exception=False)
    client.force_login(cast.company_manager)
    different = []
    for route in routes():
        entry = ENTRIES.get(route.name, {"who": "skip"})
        if entry["who"] in ("skip", "public") or not entry.get("object"):
            continue
        method, key = entry.get("method", "get"), entry.get("key", "pk")
        foreign = keywords(route, entry, worlds["foreign"])
        missing = {
            **foreign,
            key: UUID(int=7 << 76 | 2 << 62) if isinstance(foreign[key], UUID) else MISSING["pk"],
        }
        urls = [reverse(route.name, kwargs=values) for values in (foreign, missing)]
        answers = [ask(client, method, url) for url in urls]
        if plain(answers[0], urls[0]) != plain(answers[1], urls[1]):
            different.append(route.name)
    assert different == []


def plain(answer: tuple[int, bytes], url: str) -> tuple[int, bytes]:
    """An answer without the address asked for and what differs between any two requests (tokens, stream position)."""
    status, body = answer
    lines = [line for line in body.replace(url.encode(), b"URL").splitlines() if b"csrf" not in line.lower()]
    return status, b"\n".join(line for line in lines if b"data-after" not in line)


def test_strangers_see_nothing_but_the_public_pages(worlds: dict[str, World]) -> None:
    """Redirected to the sign-in, or 401 under /api/."""
    client, open_doors = Client(raise_request_exception=False), []
    for route in routes():
        entry = ENTRIES.get(route.name, {"who": "skip"})
        if entry["who"] in ("skip", "public"):
            continue
        url = reverse(route.name, kwargs=keywords(route, entry, worlds["own"]))
        status, _body = ask(client, entry.get("method", "get"), url)
        if status not in (302, 401, 403) and not (url.startswith("/api/") and status in (401, 403)):
            open_doors.append(f"{route.name}: {status}")
    assert open_doors == []
    assert connection.is_usable()
