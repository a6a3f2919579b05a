"""Cases over the API."""

from typing import Any

import pytest
from django.test import Client

from core.ids import uuid7
from incidents.models import Case
from organization.models import Person, Site
from tests.conftest import Cast

FALSE_ALARM = {"step": "false_alarm", "version": 1, "values": {"note": "steam"}}


def send(person: Person, path: str, body: dict[str, Any]) -> Any:
    """One POST with a JSON body."""
    client = Client()
    client.force_login(person)
    return client.post(f"/api/v1/cases/{path}", body, content_type="application/json")


def get(person: Person, path: str = "") -> Any:
    """One GET."""
    client = Client()
    client.force_login(person)
    return client.get(f"/api/v1/cases/{path}")


@pytest.fixture
def case(cast: Cast, site: Site) -> Case:
    """A case opened over the API."""
    answer = send(cast.supervisor, "", {"site": site.pk, "kind": "incident", "title": "Broken barrier"})
    assert answer.status_code == 201, answer.content
    return Case.objects.get(pk=answer.json()["id"])


def test_a_case_is_opened_once_per_operation(cast: Cast, site: Site) -> None:
    body = {"site": site.pk, "kind": "hazard", "title": "Leak", "operation_id": str(uuid7())}
    first, again = send(cast.guard, "", body), send(cast.guard, "", body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]


@pytest.mark.fault("F46")
def test_a_write_names_the_version_it_has_seen(cast: Cast, case: Case) -> None:
    assigned = send(
        cast.supervisor, f"{case.pk}/assign/", {"version": 1, "person": cast.facility_engineer.pk}
    )
    assert (assigned.status_code, assigned.json()["version"]) == (200, 2)
    settle = {"step": "settle", "values": {"category": "003", "resolution": "done"}}
    stale = send(cast.shift_leader, f"{case.pk}/step/", settle | {"version": 1})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    done = send(cast.shift_leader, f"{case.pk}/step/", settle | {"version": 2})
    assert (done.status_code, done.json()["status"]) == (200, "resolved"), done.content
    reopen = {"step": "reopen", "version": 3, "values": {"note": "Broken again"}}
    again = send(cast.supervisor, f"{case.pk}/step/", reopen)
    assert [entry["kind"] for entry in again.json()["entries"]] == [
        "opened",
        "changed",
        "step",
        "step",
    ]
    assert send(cast.guard, f"{case.pk}/note/", {"text": "Photo follows"}).status_code == 200


def test_a_case_says_what_leads_on_and_what_it_asks_for(cast: Cast, case: Case) -> None:
    told = get(cast.supervisor, f"{case.pk}/").json()
    steps = {step["code"]: step for step in told["steps"]}
    assert steps["confirm"]["demands"] == ["category", "facts.level"]
    assert {act["code"] for act in told["acts"]} >= {"call_119", "call_110", "call_120", "evacuate"}
    missing = send(cast.supervisor, f"{case.pk}/step/", {"step": "confirm", "version": 1, "values": {}})
    assert missing.status_code == 400
    assert "facts.level" in str(missing.json())
    assert get(cast.guard, f"{case.pk}/").json()["steps"] == []


def test_an_act_waits_for_nothing(cast: Cast, case: Case) -> None:
    answer = send(cast.guard, f"{case.pk}/act/", {"act": "call_119"})
    assert (answer.status_code, answer.json()["state"]) == (200, "reported"), answer.content
    assert answer.json()["facts"]["external_called_at"] is not None


def test_roles_and_sites_are_kept_apart(cast: Cast, case: Case, foreign_site: Site) -> None:
    assert send(cast.guard, f"{case.pk}/step/", FALSE_ALARM).status_code == 403
    for person in (cast.sibling_supervisor, cast.foreign_manager):
        assert get(person, f"{case.pk}/").status_code == 404
        assert send(person, f"{case.pk}/step/", FALSE_ALARM).status_code == 404
        assert get(person).json()["results"] == []
    assert (
        send(cast.supervisor, "", {"site": foreign_site.pk, "kind": "incident", "title": "x"}).status_code
        == 400
    )
    assert send(cast.auditor, "", {"site": case.site_id, "kind": "incident", "title": "x"}).status_code == 403
    assert len(get(cast.auditor).json()["results"]) == 1
