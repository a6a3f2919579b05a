"""Goal 8: the live page of a site over the whole table, against a copy of the database with 10,000 scans."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg2
from django.db import connection
from django.test import Client
from django.urls import reverse
from psycopg2 import sql

from benchmarks.results import Finding, at_most, milliseconds
from benchmarks.tiers import Tier
from benchmarks.world import World

SMALL = "_small"
MOST_QUERIES = 10


@dataclass(frozen=True, slots=True)
class View:
    """One request: how long it took, how long its SQL, how many queries."""

    whole: float
    sql: float
    queries: int


def copy_database() -> str:
    """A copy of the database as it is now, beside it; its name."""
    name = str(connection.settings_dict["NAME"])
    drop_copy(name + SMALL)
    _on_server("CREATE DATABASE {} TEMPLATE {}", name + SMALL, name)
    return name + SMALL


def drop_copy(name: str) -> None:
    """Remove the copy."""
    connection.close()
    _on_server("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def run(world: World, tier: Tier, small: str) -> list[Finding]:
    """The same pages in both databases, in turn."""
    big = str(connection.settings_dict["NAME"])
    views: dict[str, list[list[View]]] = {big: [], small: []}
    for number in range(tier.rounds + 1):
        for name in (big, small) if number % 2 else (small, big):
            with _using(name):
                views[name].append([_look(world, n % 4) for n in range(tier.page_views)])
    rounds = [(views[big][n], views[small][n]) for n in range(1, tier.rounds + 1)]  # the first is to warm up
    ratios = [_whole(mine) / _whole(other) for mine, other in rounds]
    over_sql = [_whole(mine) / statistics.median(view.sql for view in mine) for mine, _other in rounds]
    most = max(view.queries for mine, _other in rounds for view in mine)
    figures = f"{milliseconds([_whole(a) for a, _b in rounds])} against {milliseconds([_whole(b) for _a, b in rounds])}"
    own = milliseconds([statistics.median(view.sql for view in mine) for mine, _other in rounds])
    what = f"live page of a site over {tier.scans:,} scans, to the same page over {tier.recent:,} (same rounds, cases and last hours)"
    return [
        at_most("8", what, 1.2, ratios, figures),
        Finding(
            "8", "its queries, with session, person, roles, sites and unread notices", f"≤ {MOST_QUERIES}", str(most),
            most <= MOST_QUERIES, "",
        ),
        at_most("8", "the whole page, to its own SQL", 5, over_sql, f"SQL {own} as the page waits for it"),
    ]  # fmt: skip


def _whole(views: list[View]) -> float:
    return statistics.median(view.whole for view in views)


def _look(world: World, number: int) -> View:
    client = Client()
    client.force_login(world.supervisors[number])
    spent: list[float] = []

    def timed(execute: Callable[..., Any], query: str, parameters: Any, many: bool, context: Any) -> Any:
        begin = time.perf_counter()
        try:
            return execute(query, parameters, many, context)
        finally:
            spent.append(time.perf_counter() - begin)

    with connection.execute_wrapper(timed):
        begin = time.perf_counter()
        answer = client.get(reverse("portal:live"))
        whole = time.perf_counter() - begin
    if answer.status_code != 200:
        raise RuntimeError(f"the live page answered {answer.status_code}")
    return View(whole, sum(spent), len(spent))


@contextmanager
def _using(name: str) -> Iterator[None]:
    """Let Django's connection lead to another database."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def _on_server(statement: str, *names: str) -> None:
    """A statement that no session of the named databases may disturb."""
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    connection.close()
    plain = psycopg2.connect(**parameters)
    try:
        plain.autocommit = True
        plain.cursor().execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
    finally:
        plain.close()
