"""No page asks the database more often because there is more in it (goal 13).

Every page and API list of the permission table is opened with about ten rows of everything, then with ten thousand;
the number of queries must be the same, and the same as recorded in queries.json. After a change that is meant:
ORDERLY_REWRITE_BASELINES=1 pytest -n0 tests/project/test_query_counts.py
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import Cast
from tests.project.crowd import grow, seed
from tests.project.matrix import address, body_of, entries, walker
from tests.project.world import World, build

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(600)]

BASELINES = Path(__file__).parent / "queries.json"
REWRITE = os.environ.get("ORDERLY_REWRITE_BASELINES") == "1"
PARTS = ("figures", "rounds", "cases", "plan", "feed", "presence", "alarms")
#: Of everything that piles up, and of the people, places and plans of a site.
MOST, SOME = 10_000, 1_000


def addresses(world: World) -> Iterator[tuple[str, str, str]]:
    """Name, role that asks, and address of every page."""
    for route, entry in entries("get"):
        if route.name == "portal:live_part":
            for part in PARTS:
                yield (
                    f"{route.name} {part}",
                    walker(entry),
                    address(route, {**entry, "with": {"part": part}}, world),
                )
        else:
            yield route.name, walker(entry), address(route, entry, world)
    yield "api:figure-list", "company_manager", "/api/v1/figures/"
    yield "api:schema", "company_manager", "/api/v1/schema/"


def measure(cast: Cast, world: World) -> dict[str, int]:
    """Queries by page, each opened a second time so that what is cached is there."""
    clients = {role: Client() for role in ("company_manager", "administrator", "auditor")}
    for role, client in clients.items():
        client.force_login(getattr(cast, role))
    found = {}
    for name, role, url in addresses(world):
        body_of(clients[role].get(url))
        with CaptureQueriesContext(connection) as queries:
            response = clients[role].get(url)
            body_of(response)
        assert response.status_code < 400, f"{name}: {response.status_code}"
        found[name] = len(queries)
    return found


@pytest.fixture
def worlds(cast: Cast, site: Any, sibling_site: Any) -> tuple[World, World]:
    """Our site, and a sibling that company-wide roles see in the same lists."""
    made = build(site), build(sibling_site, mark="Sibling")
    for world in made:
        seed(world, cast.company_manager)
        grow(world, most=4, some=4)
    return made


@pytest.mark.requirement("R066")
def test_pages_ask_as_often_with_many_rows_as_with_few(cast: Cast, worlds: tuple[World, World]) -> None:
    """Flat, and as recorded."""
    own, sibling = worlds
    few = measure(cast, own)
    grow(own, most=60, some=60)
    grow(sibling, most=MOST, some=SOME)
    many = measure(cast, own)
    assert {name: (few[name], many[name]) for name in few if few[name] != many[name]} == {}
    if REWRITE:
        BASELINES.write_text(json.dumps(many, indent=1, sort_keys=True) + "\n")
    recorded = json.loads(BASELINES.read_text())
    changed = {name: (recorded.get(name), many.get(name)) for name in recorded.keys() | many.keys()}
    changed = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
    assert changed == {}, "More: find the query. Fewer or new: record it with ORDERLY_REWRITE_BASELINES=1."
