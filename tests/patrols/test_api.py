"""Points, routes, plans and rounds over the API."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from organization.models import Person
from patrols.models import Checkpoint, Plan, Round, Route, Scan, ScanReview
from patrols.services.scanning import record_one
from tests.conftest import Cast
from tests.patrols.conftest import Beat
from tests.patrols.factories import MORNING, RoundFactory, scan

RULE = {"frequency": "daily", "times": ["08:00"]}


def client(person: Person) -> Client:
    """A signed-in client that speaks JSON."""
    found = Client(headers={"accept": "application/json"})
    found.force_login(person)
    return found


def send(person: Person, method: str, path: str, body: dict[str, Any]) -> Any:
    """One request with a JSON body."""
    return getattr(client(person), method)(f"/api/v1/{path}", body, content_type="application/json")


def test_a_site_is_planned_over_the_api(cast: Cast, site: Any) -> None:
    point = send(cast.supervisor, "post", "checkpoints/", {"site": site.pk, "code": "a-1", "name": "Gate"})
    assert point.status_code == 201, point.content
    assert Checkpoint.objects.get().labels.count() == 1
    route = send(
        cast.supervisor, "post", "routes/", {"site": site.pk, "name": "R", "points": [point.json()["id"]]}
    )
    assert route.status_code == 201, route.content
    assert route.json()["points"] == [point.json()["id"]]
    plan = send(
        cast.supervisor,
        "post",
        "patrol-plans/",
        {"site": site.pk, "route": route.json()["id"], "name": "P", "rule": RULE},
    )
    assert plan.status_code == 201, plan.content
    assert Round.objects.count() == 2
    assert (
        send(cast.supervisor, "patch", f"patrol-plans/{plan.json()['id']}/", {"is_active": False}).status_code
        == 200
    )
    assert not Plan.objects.get().is_active
    assert not Round.objects.exists()
    changed = send(cast.supervisor, "patch", f"routes/{route.json()['id']}/", {"name": "Other"})
    assert (changed.status_code, Route.objects.get().name, changed.json()["points"]) == (
        200,
        "Other",
        [point.json()["id"]],
    )


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("checkpoints/", {"code": "", "name": "x"}),
        ("checkpoints/", {"code": "a", "name": "x", "x": 2}),
        ("routes/", {"name": "x", "points": []}),
        ("routes/", {"name": "x", "points": [10**15]}),
        ("patrol-plans/", {"name": "x", "rule": {"frequency": "hourly"}}),
    ],
)
def test_faults_are_named(cast: Cast, site: Any, path: str, body: dict[str, Any]) -> None:
    answer = send(cast.supervisor, "post", path, {"site": site.pk, **body})
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"]


def test_the_rows_of_others_do_not_exist(cast: Cast, beat: Beat) -> None:
    for path in (
        f"checkpoints/{beat.points[0].pk}/",
        f"routes/{beat.plan.route_id}/",
        f"patrol-plans/{beat.plan.pk}/",
        f"rounds/{beat.round.pk}/",
    ):
        for person in (cast.sibling_supervisor, cast.foreign_manager):
            assert client(person).get(f"/api/v1/{path}").status_code == 404
            assert send(person, "patch", path, {"name": "x"}).status_code in (404, 405)
        assert client(cast.guard).get(f"/api/v1/{path}").status_code == 200
    assert send(cast.guard, "patch", f"checkpoints/{beat.points[0].pk}/", {"name": "x"}).status_code == 403


def test_rounds_are_cancelled_and_scans_overruled(cast: Cast, beat: Beat) -> None:
    one = scan(cast.guard, beat.points[0], MORNING)
    record_one(one)
    path = f"scans/{one.id}/overrule/"
    assert send(cast.guard, "post", path, {"verdict": "doubtful", "note": "x"}).status_code == 403
    assert send(cast.foreign_manager, "post", path, {"verdict": "doubtful", "note": "x"}).status_code == 404
    assert send(cast.supervisor, "post", path, {"verdict": "doubtful"}).status_code == 400
    assert (
        send(
            cast.supervisor, "post", path, {"verdict": "doubtful", "note": "Seen elsewhere", "counts": False}
        ).status_code
        == 204
    )
    assert ScanReview.objects.get().note == "Seen elsewhere"
    assert Scan.objects.get().verdict == "verified"
    beat.round.refresh_from_db()
    assert beat.round.visited == []
    over = send(cast.supervisor, "post", f"rounds/{beat.round.pk}/cancel/", {"reason": "Typhoon"})
    assert over.status_code == 400
    coming = RoundFactory.create(plan=beat.plan, due_start=MORNING + timedelta(hours=2))
    answer = send(cast.supervisor, "post", f"rounds/{coming.pk}/cancel/", {"reason": "Typhoon"})
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")


def test_lists_are_filtered_and_paged(cast: Cast, beat: Beat) -> None:
    api = client(cast.supervisor)
    assert (
        len(
            api.get("/api/v1/rounds/", {"status": "scheduled", "due_from": "2026-11-17T00:00:00Z"}).json()[
                "results"
            ]
        )
        == 1
    )
    assert api.get("/api/v1/rounds/", {"due_before": "2026-11-17T00:00:00Z"}).json()["results"] == []
    page = api.get("/api/v1/checkpoints/", {"page_size": 3, "site": beat.plan.site_id}).json()
    assert len(page["results"]) == 3
    assert page["next"]
    assert api.get("/api/v1/checkpoints/", {"site": 10**30}).status_code == 400
