"""Improvement measures through the API: the same rules, versions, and figures as on the pages."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from rest_framework.test import APIClient

from core.ids import uuid7
from kpi.models import Improvement
from organization.models import Person, Site
from patrols.services import partitions
from tests.conftest import Cast
from tests.kpi.measures import BEGUN, CHECKED, DONE, rounds
from tests.patrols.factories import PlanFactory, RouteFactory

pytestmark = [pytest.mark.requirement("R101")]


def client_of(person: Person) -> APIClient:
    """Signed in."""
    client = APIClient()
    client.force_authenticate(person)
    return client


def body(site: Site, owner: Person, **more: Any) -> dict[str, Any]:
    """A new measure."""
    return {
        "site": site.pk, "title": "More radios", "problem": "Rounds are missed", "measure": "Buy two", "owner": owner.pk,
        "starts_on": "2026-07-01", "due_on": "2026-07-25", "impact": 4, "effort": 2, "indicator": "K09", "target": 0.98, **more,
    }  # fmt: skip


def test_a_measure_goes_round_through_the_api(cast: Cast, site: Site) -> None:
    with time_machine.travel(BEGUN, tick=False) as clock:
        partitions.ensure(BEGUN - timedelta(days=100), CHECKED)
        plan = PlanFactory.create(route=RouteFactory.create(site=site))
        rounds(site, plan, date(2026, 6, 1), date(2026, 7, 21), missed_every=4)
        rounds(site, plan, date(2026, 7, 22), date(2026, 8, 20), missed_every=50)
        leader, manager = client_of(cast.shift_leader), client_of(cast.project_manager)
        key = str(uuid7())
        first = leader.post(
            reverse("api:improvement-list"), body(site, cast.shift_leader, operation_id=key), format="json"
        )
        again = leader.post(
            reverse("api:improvement-list"), body(site, cast.shift_leader, operation_id=key), format="json"
        )
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json()["id"] == again.json()["id"]
        pk = first.json()["id"]

        def act(client: APIClient, name: str, version: int, **given: Any) -> Any:
            return client.post(
                reverse(f"api:improvement-{name}", args=[pk]), {"version": version, **given}, format="json"
            )

        assert act(leader, "begin", 1).status_code == 403

        assert act(manager, "begin", 1).json()["stage"] == "do"
        assert act(manager, "done", 1, what_was_done="x").status_code == 412
        clock.move_to(DONE)
        assert act(leader, "done", 2, what_was_done="Two bought").json()["stage"] == "check"
        assert act(manager, "check", 3, conclusion="Fine").status_code == 400  # the window after is not over
        clock.move_to(CHECKED)
        checked = act(manager, "check", 3, conclusion="Fine").json()
        assert checked["current"]["verdict"] == "effective"
        assert checked["current"]["figures"]["before"]["sample"] == 280
        assert (
            act(manager, "loop", 4, measure="More", starts_on="2026-08-21", due_on="2026-09-21").json()[
                "stage"
            ]
            == "plan"
        )
        whole = manager.get(reverse("api:improvement-detail", args=[pk])).json()
        assert [loop["number"] for loop in whole["loops"]] == [1, 2]
        assert [entry["kind"] for entry in whole["entries"]] == [
            "proposed",
            "begun",
            "done",
            "checked",
            "looped",
        ]


def test_what_may_not_be_seen_may_not_be_named(cast: Cast, site: Site, foreign_site: Site) -> None:
    with time_machine.travel(BEGUN, tick=False):
        leader = client_of(cast.shift_leader)
        refused = leader.post(
            reverse("api:improvement-list"), body(foreign_site, cast.shift_leader), format="json"
        )
        assert refused.status_code in (400, 404)
        assert not Improvement.objects.exists()


def test_a_list_is_filtered_and_without_foreign_rows(cast: Cast, site: Site) -> None:
    with time_machine.travel(BEGUN, tick=False):
        leader = client_of(cast.shift_leader)
        leader.post(reverse("api:improvement-list"), body(site, cast.guard), format="json")
        found = leader.get(reverse("api:improvement-list"), {"stage": "plan", "indicator": "K09"}).json()[
            "results"
        ]
        assert [row["title"] for row in found] == ["More radios"]
        assert leader.get(reverse("api:improvement-list"), {"stage": "do"}).json()["results"] == []
        assert client_of(cast.foreign_supervisor).get(reverse("api:improvement-list")).json()["results"] == []
        assert len(client_of(cast.guard).get(reverse("api:improvement-list")).json()["results"]) == 1
