"""The day's work a phone carries."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from checklists.models import Checklist
from checklists.services.defaults import install
from organization.models import Person, Site
from patrols.models import Checkpoint, Plan, Round
from patrols.services.labels import issue_label
from patrols.services.scanning import record_one
from rosters.models import Post, Shift
from tests.conftest import Cast
from tests.patrols.conftest import Beat
from tests.patrols.factories import MORNING, CheckpointFactory, RoundFactory, scan


def carried(person: Person) -> Any:
    """The bundle at 08:00."""
    client = Client()
    client.force_login(person)
    with time_machine.travel(MORNING, tick=False):
        answer = client.get("/api/v1/phone/bundle/")
    assert answer.status_code == 200
    assert answer.headers["X-Orderly-Receipt"] == "1"
    return answer.json()


def test_it_has_rounds_points_labels_and_choices(cast: Cast, beat: Beat) -> None:
    record_one(scan(cast.guard, beat.points[1], MORNING))
    found = carried(cast.guard)
    assert found["person"]["id"] == cast.guard.pk
    assert found["csrf"]
    (round_,) = found["rounds"]
    assert round_["points"] == [point.pk for point in beat.points]
    assert (round_["status"], round_["visited"]) == ("running", [beat.points[1].pk])
    assert round_["due_start"] == "2026-11-17T00:00:00+00:00"
    assert len(found["checkpoints"]) == 4
    label = beat.points[0].labels.get()
    assert next(row for row in found["checkpoints"] if row["id"] == beat.points[0].pk)["label_sha256"] == [
        label.token_sha256
    ]
    assert {"value": "locked", "label": "Door locked"} in found["cannot_reasons"]


def test_a_new_label_replaces_the_hash(cast: Cast, beat: Beat) -> None:
    label = issue_label(user=cast.supervisor, checkpoint=beat.points[0])
    found = {row["id"]: row["label_sha256"] for row in carried(cast.guard)["checkpoints"]}
    assert found[beat.points[0].pk] == [label.token_sha256]


def test_checklists_come_in_the_language_of_the_person(cast: Cast, beat: Beat) -> None:
    install(beat.plan.site.company)
    Checkpoint.objects.filter(pk=beat.points[0].pk).update(checklist=Checklist.objects.get(code="FORM-PR"))
    Person.objects.filter(pk=cast.guard.pk).update(language="zh-hant")
    found = carried(cast.guard)
    (checklist,) = found["checklists"]
    assert checklist["name"] == "設備機房巡查抄表"
    temperature = checklist["items"][1]
    assert (temperature["kind"], temperature["unit"], temperature["low"], temperature["high"]) == (
        "number",
        "°C",
        5.0,
        40.0,
    )
    assert found["checkpoints"][0]["checklist_version_id"] == checklist["version_id"]


def test_a_round_goes_to_whoever_is_on_the_post(cast: Cast, beat: Beat) -> None:
    post = Post.objects.create(site=beat.plan.site, code="P", name="Patrol")
    Round.objects.update(post=post)
    assert carried(cast.guard)["rounds"]  # nobody is rostered: everybody's
    times = {"starts_at": MORNING - timedelta(hours=1), "ends_at": MORNING + timedelta(hours=7)}
    Shift.objects.create(site=post.site, post=post, person=cast.other_guard, **times)
    assert carried(cast.guard)["rounds"] == []
    assert carried(cast.other_guard)["rounds"]
    Round.objects.update(person=cast.guard)
    assert carried(cast.guard)["rounds"]
    assert carried(cast.other_guard)["rounds"] == []


def test_nothing_of_other_sites_is_carried(
    cast: Cast, beat: Beat, sibling_site: Site, foreign_site: Site
) -> None:
    for site in (sibling_site, foreign_site):
        CheckpointFactory.create(site=site, name="CANARY")
    assert "CANARY" not in str(carried(cast.guard))
    assert carried(cast.auditor)["checkpoints"] == []


def test_its_queries_do_not_grow(cast: Cast, beat: Beat) -> None:
    before = count_queries(cast.guard)
    for number in range(20):
        CheckpointFactory.create(site=beat.plan.site)
        RoundFactory.create(plan=beat.plan, due_start=MORNING + timedelta(minutes=number + 1))
    assert Plan.objects.count() == 1
    assert count_queries(cast.guard) == before


def count_queries(person: Person) -> int:
    """Queries of one bundle."""
    with CaptureQueriesContext(connection) as captured:
        carried(person)
    return len(captured)


def test_the_clock_is_open_to_strangers() -> None:
    answer = Client().get("/api/v1/phone/clock/")
    assert (answer.status_code, list(answer.json())) == (200, ["server_time"])


def test_strangers_get_no_bundle(db: None) -> None:
    assert Client().get("/api/v1/phone/bundle/").status_code == 401


@pytest.mark.parametrize("method", ["post", "delete", "put"])
def test_it_is_only_read(cast: Cast, method: str) -> None:
    client = Client()
    client.force_login(cast.guard)
    assert getattr(client, method)("/api/v1/phone/bundle/").status_code == 405
