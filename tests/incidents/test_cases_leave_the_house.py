"""A case is told to groups and other programs: its number and state, and nothing a person wrote."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from core.ids import uuid7
from core.models import OutboxItem, WebhookDelivery
from core.notifications.channels.robots import managing as robots
from core.outbox import running
from core.webhooks import managing as hooks
from incidents.models import Case
from incidents.services import opening
from incidents.services.handling import add_note
from incidents.services.steps import take_step
from organization.models import Person, Site
from tests.conftest import Cast
from tests.core.other_side import OtherSide, other_side, says

pytestmark = pytest.mark.django_db

PRIVATE = ("王小明", "1380013", "3-1201", "CANARY")


@pytest.fixture
def side(settings: Any) -> Iterator[OtherSide]:
    """Both a group and a program."""
    settings.OUTGOING_PRIVATE_HOSTS = ["127.0.0.1"]
    with other_side(says(200, {"errcode": 0, "errmsg": "ok"})) as started:
        yield started


def _open(cast: Cast, site: Site, priority: str = "P1") -> Case:
    return opening.open_from_desk(
        user=cast.supervisor,
        operation_id=uuid7(),
        site=site,
        kind="hazard",
        title="业主王小明 13800138000 投诉 CANARY",
        description="3-1201 王小明 138 0013 8000",
        place="3-1201 王小明",
        priority=priority,
    ).case


def _work_off() -> None:
    for item in OutboxItem.objects.due().filter(handler__in=["core.webhook", "core.tell_group"]):
        running.run(ids=[item.pk])


def test_a_group_reads_number_kind_priority_and_time_and_no_resident(
    cast: Cast, site: Site, side: OtherSide
) -> None:
    robots.add_robot(
        user=cast.company_manager, site=None, name="G", vendor="wecom", address=side.url, language="zh-hans"
    )
    case = _open(cast, site)
    _work_off()
    [got] = side.got
    text = got.json["text"]["content"]
    assert case.number in text
    assert "P1" in text
    assert f"/cases/{case.pk}/" in text
    assert [word for word in PRIVATE if word in got.body.decode() or word in text] == []


def test_a_group_for_urgent_ones_does_not_hear_the_others(cast: Cast, site: Site, side: OtherSide) -> None:
    robots.add_robot(
        user=cast.company_manager, site=None, name="G", vendor="wecom", address=side.url, language="en", least_rank=2
    )  # fmt: skip
    for priority in ("P1", "P2", "P3"):
        _open(cast, site, priority)
    _work_off()
    assert "2 notices" in side.got[0].json["text"]["content"]


def test_other_programs_follow_the_whole_life_of_a_case(
    cast: Cast, site: Site, side: OtherSide, django_capture_on_commit_callbacks: Any
) -> None:
    told = ["case.opened", "case.changed", "case.stepped", "case.resolved", "case.closed", "case.reopened"]
    hooks.add_webhook(user=cast.company_manager, site=site, name="ERP", address=side.url, events=told)

    def acted(function: Any, person: Person, **given: Any) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            function(user=person, case_id=case.pk, **given)

    with django_capture_on_commit_callbacks(execute=True):
        case = _open(cast, site)
    note = {"note": "CANARY 王小明"}
    acted(add_note, cast.supervisor, text="CANARY 3-1201")
    acted(take_step, cast.supervisor, step="dismiss", values=note)
    acted(take_step, cast.supervisor, step="reopen", values=note)
    acted(take_step, cast.supervisor, step="rectify", values={"resolution": "CANARY 王小明"})
    _work_off()
    bodies = [got.json for got in side.got]
    assert [(body["event"], body["data"]["state"]) for body in bodies] == [
        ("case.opened", "found"),
        ("case.changed", "found"),
        ("case.stepped", "dismissed"),
        ("case.closed", "dismissed"),
        ("case.stepped", "rectifying"),
        ("case.reopened", "rectifying"),
        ("case.stepped", "rectified"),
        ("case.resolved", "rectified"),
    ]
    assert bodies[0]["object"]["url"].endswith(f"/api/v1/cases/{case.pk}/")
    assert bodies[0]["data"]["number"] == case.number
    assert bodies[-1]["data"]["resolved_at"] is not None
    said = json.dumps(bodies, ensure_ascii=False)
    assert [word for word in PRIVATE if word in said] == []
    assert not WebhookDelivery.objects.exclude(state="sent").exists()
