"""Action items and requests over the API."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils.dateparse import parse_datetime

from collaboration.models import ActionItem, CollaborationRequest
from core.ids import uuid7
from organization.models import Department, Person, Site
from tests.collaboration.conftest import MORNING, WEEK
from tests.collaboration.test_sources import case_at
from tests.conftest import Cast


def send(person: Person, path: str, body: dict[str, Any], *, method: str = "post", **more: Any) -> Any:
    """One write with a JSON body."""
    client = Client()
    client.force_login(person)
    return getattr(client, method)(f"/api/v1/{path}", body, content_type="application/json", **more)


def get(person: Person, path: str) -> Any:
    """One GET."""
    client = Client()
    client.force_login(person)
    return client.get(f"/api/v1/{path}")


@pytest.fixture
def body(cast: Cast, site: Site, clock: Any) -> dict[str, Any]:
    """A new measure."""
    return {
        "site": site.pk,
        "title": "Replace the door closer",
        "owner": cast.facility_engineer.pk,
        "due_at": "2026-12-02T10:00:00Z",
    }


def test_a_measure_is_added_once_per_operation(cast: Cast, body: dict[str, Any]) -> None:
    body |= {"operation_id": str(uuid7())}
    first, again = send(cast.supervisor, "actions/", body), send(cast.supervisor, "actions/", body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["number"] == "AC20261125-0001"


def test_an_idempotency_key_replays_the_answer(cast: Cast, body: dict[str, Any]) -> None:
    key = {"HTTP_IDEMPOTENCY_KEY": "k-1"}
    first = send(cast.supervisor, "actions/", body, **key)
    again = send(cast.supervisor, "actions/", body, **key)
    assert first.content == again.content
    assert ActionItem.objects.count() == 1


@pytest.mark.fault("F46")
def test_a_measure_goes_its_way(cast: Cast, action: ActionItem) -> None:
    path = f"actions/{action.pk}/"
    engineer, supervisor = cast.facility_engineer, cast.supervisor
    asked = send(
        engineer, f"{path}extend/", {"version": 1, "until": "2026-12-09T10:00:00Z", "reason": "No part"}
    )
    assert (asked.status_code, asked.json()["extensions"][0]["decision"]) == (200, "pending")
    assert send(engineer, f"{path}decide/", {"version": 2, "approve": True}).status_code == 403
    granted = send(supervisor, f"{path}decide/", {"version": 2, "approve": True}).json()
    assert parse_datetime(granted["due_at"]) == datetime(2026, 12, 9, 10, tzinfo=UTC)
    assert parse_datetime(granted["original_due_at"]) == MORNING + WEEK
    changed = send(
        supervisor,
        path,
        {"version": 3, "title": "Closer and hinges", "owner": engineer.pk, "impact": 4, "effort": 2},
        method="put",
    )
    assert (changed.status_code, changed.json()["priority"]) == (200, 16)
    stale = send(engineer, f"{path}done/", {"version": 3, "what_was_done": "x"})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert send(engineer, f"{path}done/", {"version": 4, "what_was_done": "Fitted"}).status_code == 200
    assert send(engineer, f"{path}verify/", {"version": 5}).status_code == 403
    assert send(supervisor, f"{path}return/", {"version": 5}).status_code == 400
    back = send(supervisor, f"{path}return/", {"version": 5, "reason": "Still sticks"})
    assert back.json()["status"] == "open"
    send(engineer, f"{path}done/", {"version": 6, "what_was_done": "Oiled"})
    assert send(supervisor, f"{path}verify/", {"version": 7}).json()["status"] == "verified"
    judged = send(
        supervisor, f"{path}judge/", {"version": 8, "effectiveness": "not_effective", "note": "Again"}
    )
    assert judged.json()["effectiveness"] == "not_effective"
    assert send(supervisor, f"{path}cancel/", {"version": 9, "reason": "x"}).status_code == 400


def test_roles_sites_and_sources_are_kept_apart(
    cast: Cast, action: ActionItem, body: dict[str, Any], sibling_site: Site, foreign_site: Site
) -> None:
    for person in (cast.sibling_supervisor, cast.foreign_manager):
        assert get(person, f"actions/{action.pk}/").status_code == 404
        answer = send(person, f"actions/{action.pk}/cancel/", {"version": 1, "reason": "x"})
        assert answer.status_code == 404
        assert get(person, "actions/").json()["results"] == []
    assert send(cast.guard, "actions/", body).status_code == 403
    assert send(cast.supervisor, "actions/", body | {"site": foreign_site.pk}).status_code == 400
    elsewhere = case_at(sibling_site, cast.sibling_guard)
    hidden = send(cast.supervisor, "actions/", body | {"source": f"incidents.case:{elsewhere.pk}"})
    assert hidden.status_code == 404
    own = case_at(action.site, cast.guard)
    linked = send(cast.supervisor, "actions/", body | {"source": f"incidents.case:{own.pk}"})
    assert linked.json()["source"] == f"incidents.case:{own.pk}"
    assert len(get(cast.auditor, "actions/").json()["results"]) == 2


def test_a_request_goes_its_way(
    cast: Cast, site: Site, security: Department, engineering: Department, fitter: Person, clock: Any
) -> None:
    made = send(
        cast.shift_leader,
        "collaboration-requests/",
        {
            "site": site.pk,
            "title": "Light the stairs",
            "from_department": security.pk,
            "to_department": engineering.pk,
            "due_at": "2026-11-26T10:00:00Z",
        },
    )
    assert made.status_code == 201, made.content
    path = f"collaboration-requests/{made.json()['id']}/"
    assert send(cast.shift_leader, f"{path}accept/", {"version": 1}).status_code == 403
    assert send(cast.foreign_manager, f"{path}accept/", {"version": 1}).status_code == 404
    assert send(fitter, f"{path}accept/", {"version": 1}).json()["status"] == "accepted"
    assert send(cast.supervisor, f"{path}decline/", {"version": 1, "reason": "x"}).status_code == 412
    assert send(fitter, f"{path}start/", {"version": 2}).json()["status"] == "in_progress"
    assert send(fitter, f"{path}deliver/", {"version": 3}).status_code == 400
    assert send(fitter, f"{path}deliver/", {"version": 3, "delivery": "Lamps"}).status_code == 200
    sent_back = send(cast.shift_leader, f"{path}return/", {"version": 4, "reason": "Flickers"})
    assert sent_back.json()["status"] == "returned"
    send(fitter, f"{path}deliver/", {"version": 5, "delivery": "Ballast"})
    assert send(cast.shift_leader, f"{path}confirm/", {"version": 6}).json()["status"] == "confirmed"
    assert CollaborationRequest.objects.get().entries.count() == 7
