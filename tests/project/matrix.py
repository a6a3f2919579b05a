"""The table of permissions.yml and how its routes are asked: shared by the tests that walk every page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from django.urls import reverse

from tests.project.routes import Route, routes
from tests.project.world import World

TABLE: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "permissions.yml").read_text())
GROUPS: dict[str, list[str]] = TABLE["groups"]
ENTRIES: dict[str, dict[str, Any]] = TABLE["routes"]
#: Who asks when every page is walked: the first of them who may.
WALKERS = ("company_manager", "administrator", "auditor")

Entry = dict[str, Any]


def keywords(route: Route, entry: Entry, world: World) -> dict[str, Any]:
    """The arguments of a route for an object of `world`."""
    given = dict(entry.get("with", {}))
    if noun := entry.get("object"):
        given[entry.get("key", "pk")] = world[noun].pk
    return given


def address(route: Route, entry: Entry, world: World) -> str:
    """The address of a route for an object of `world`."""
    return reverse(route.name, kwargs=keywords(route, entry, world))


def entries(*methods: str) -> Iterator[tuple[Route, Entry]]:
    """Every route of the table that is asked by one of `methods`, except the public and the skipped."""
    for route in routes():
        entry = ENTRIES.get(route.name, {"who": "skip"})
        if entry["who"] not in ("skip", "public") and entry.get("method", "get") in methods:
            yield route, entry


def walker(entry: Entry) -> str:
    """The role of the cast that may open it."""
    return next(role for role in WALKERS if role in GROUPS[entry["who"]])


def body_of(response: Any) -> bytes:
    """The whole body; files are read to their end, which closes them as Django's test client does it."""
    content: bytes = b"".join(response.streaming_content) if response.streaming else response.content
    return content
