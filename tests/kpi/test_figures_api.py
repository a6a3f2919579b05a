"""Daily figures as JSON: read-only, by policy, filtered, paged."""

from typing import Any

import pytest
from django.test import Client

from kpi.models import DayFigure
from kpi.services.folding import fold_changed
from tests.conftest import Cast
from tests.kpi.conftest import World

URL = "/api/v1/figures/"


def test_it_gives_counts_and_indicators_of_each_day(world: World, cast: Cast, client: Client) -> None:
    fold_changed()
    client.force_login(cast.supervisor)
    day = world.day(0).isoformat()
    query = {"site": str(world.site.pk), "whole_site": "true", "first": day, "last": day}
    answer: Any = client.get(URL, query).json()
    (row,) = answer["results"]
    assert row["zone"] is None
    assert row["counts"]["rounds_completed"] == 1
    k09 = next(one for one in row["indicators"] if one["code"] == "K09")
    assert k09 == {
        "code": "K09",
        "unit": "percent",
        "numerator": 1,
        "denominator": 1,
        "sample": 1,
        "value": 1.0,
    }


def test_it_filters_by_zone_and_pages_by_cursor(world: World, cast: Cast, client: Client) -> None:
    fold_changed()
    client.force_login(cast.supervisor)
    answer: Any = client.get(URL, {"zone": world.gate.pk, "page_size": 5}).json()
    assert len(answer["results"]) == 5
    assert {row["zone"] for row in answer["results"]} == {world.gate.pk}
    assert answer["next"]


def test_one_day_has_its_own_address(world: World, cast: Cast, client: Client) -> None:
    fold_changed()
    row = DayFigure.objects.filter(site=world.site, zone=None).earliest("day")
    client.force_login(cast.supervisor)
    assert client.get(f"{URL}{row.pk}/").status_code == 200
    client.force_login(cast.foreign_manager)
    assert client.get(f"{URL}{row.pk}/").status_code == 404


def test_guards_and_neighbours_see_nothing(world: World, cast: Cast, client: Client) -> None:
    fold_changed()
    for person in (cast.guard, cast.sibling_supervisor, cast.foreign_manager):
        client.force_login(person)
        assert client.get(URL).json()["results"] == []


def test_a_foreign_site_in_the_filter_is_an_unknown_choice(world: World, cast: Cast, client: Client) -> None:
    client.force_login(cast.foreign_manager)
    foreign, missing = client.get(URL, {"site": world.site.pk}), client.get(URL, {"site": 987654})
    assert foreign.status_code == missing.status_code == 400


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(world: World, cast: Cast, client: Client, method: str) -> None:
    client.force_login(cast.administrator)
    assert getattr(client, method)(URL, {}, content_type="application/json").status_code in {403, 405}
