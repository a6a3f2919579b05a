"""Messages of devices come in signed, each once, unaltered, and nothing is said before they are kept."""

import json
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from core.clock import now, set_to
from core.models import OutboxItem
from core.sealing import seal
from incidents.models import Alarm, AlarmMessage, AlarmRule
from incidents.services.alarm_purging import purge_messages
from organization.models import Site
from tests.incidents.alarms.sending import everything_is_there_once, outcomes, post, told
from tests.incidents.factories import AlarmSourceFactory
from tests.outbox import work_off

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R067")]

DOOR = {"id": "1", "code": "door_forced", "device": "DOOR-1", "severity": "critical"}


def test_a_signed_message_is_kept_as_it_came_and_judged_afterwards(site: Site) -> None:
    source = AlarmSourceFactory.create(site=site)
    raw = b'{"code": "door_forced",  "id":"1", "device":"DOOR-1", "vendor": {"x": 1.50, "\xe5\xbd\x93": "\\u503c"}}'
    answer = post(source, raw)
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1, "repeated": 0})
    message = AlarmMessage.objects.get()
    assert message.raw == raw.decode()
    assert not Alarm.objects.exists()
    work_off("incidents.judge_alarms")
    alarm = Alarm.objects.get()
    assert (alarm.code, alarm.device, alarm.count, alarm.state) == ("door_forced", "DOOR-1", 1, "new")


def test_the_same_message_again_is_the_same(site: Site) -> None:
    source, other = AlarmSourceFactory.create_batch(2, site=site)
    post(source, DOOR)
    assert post(source, DOOR).json() == {"accepted": 0, "repeated": 1}
    assert post(other, DOOR).json() == {"accepted": 1, "repeated": 0}
    again = [DOOR, {**DOOR, "id": "2"}, {**DOOR, "id": "2"}]
    assert post(source, again).json() == {"accepted": 1, "repeated": 2}
    work_off("incidents.judge_alarms")
    everything_is_there_once(source, {"1", "2"})


def test_a_recorded_request_sent_again_has_no_effect_even_without_an_id(site: Site) -> None:
    source = AlarmSourceFactory.create(site=site)
    stamp = str(int(time.time()) - 60)
    body = json.dumps([{"code": "motion"}, {"code": "motion"}]).encode()
    assert post(source, body, Orderly_Timestamp=stamp).json() == {"accepted": 2, "repeated": 0}
    assert post(source, body, Orderly_Timestamp=stamp).json() == {"accepted": 0, "repeated": 2}
    assert post(source, body).json() == {"accepted": 2, "repeated": 0}


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Orderly_Signature": ""}, "not_signed"),
        ({"Orderly_Signature": "v1=" + "0" * 64}, "bad_signature"),
        ({"Orderly_Signature": "v1=höchst"}, "bad_signature"),
        ({"secret": "another"}, "bad_signature"),
        ({"Orderly_Timestamp": str(int(time.time()) - 3600)}, "stale"),
        ({"Orderly_Timestamp": str(int(time.time()) + 3600)}, "stale"),
    ],
)
def test_what_is_not_signed_or_not_fresh_is_refused(site: Site, headers: dict[str, str], code: str) -> None:
    source = AlarmSourceFactory.create(site=site)
    answer = post(source, DOOR, **headers)
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert not AlarmMessage.objects.exists()
    assert not OutboxItem.objects.exists()


def test_a_signature_holds_for_its_own_body_timestamp_and_source_only(site: Site) -> None:
    source, other = (
        AlarmSourceFactory.create(site=site),
        AlarmSourceFactory.create(site=site, sealed_secret=seal("x")),
    )
    address = reverse("api:alarm-intake", args=[source.public_id])
    good = post(source, DOOR).wsgi_request.headers
    given = {name: good[name] for name in ("Orderly-Timestamp", "Orderly-Signature")}

    def code(address: str, body: bytes, headers: dict[str, str]) -> str:
        answer = Client().post(address, body, content_type="application/json", headers=headers)
        return str(answer.json().get("code", answer.status_code))

    body = json.dumps(DOOR).encode()
    assert code(address, body, given) == "202"
    assert code(address, body + b" ", given) == "bad_signature"
    assert code(address, body, given | {"Orderly-Timestamp": str(int(time.time()) - 1)}) == "bad_signature"
    assert code(address, body, given | {"Orderly-Timestamp": "soon"}) == "bad_timestamp"
    assert code(address, body, given | {"Orderly-Timestamp": "²"}) == "bad_timestamp"
    assert code(reverse("api:alarm-intake", args=[other.public_id]), body, given) == "bad_signature"
    assert code(reverse("api:alarm-intake", args=[uuid4()]), body, given) == "not_found"
    assert Client().get(address).status_code == 405


def test_a_changed_secret_overlaps_with_the_former_one_for_a_day(site: Site) -> None:
    source = AlarmSourceFactory.create(site=site, sealed_former_secret=seal("former"))
    source.former_until = now() + timedelta(hours=1)
    source.save()
    assert post(source, DOOR, secret="former").status_code == 202
    assert post(source, DOOR).status_code == 202
    source.former_until = now() - timedelta(seconds=1)
    source.save()
    assert post(source, DOOR, secret="former").status_code == 401


def test_a_source_that_is_switched_off_refuses(site: Site) -> None:
    source = AlarmSourceFactory.create(site=site, is_active=False)
    assert post(source, DOOR).json()["code"] == "switched_off"
    assert post(source, DOOR, secret="wrong").json()["code"] == "bad_signature"


@pytest.mark.parametrize(
    ("body", "index"),
    [
        (b"", None),
        (b"{", None),
        (b"[]", None),
        (b"\xff", None),
        (b"null", None),
        (b"[" + b",".join([b'{"code":"a"}'] * 501) + b"]", None),
        (b'[{"code":"a"},{"code":""}]', 1),
        (b'[{"code":"a"},{"device":"b"}]', 1),
        (b'{"code":"a","at":"2026-01-01T00:00:00"}', None),
        (b'{"code":"a","severity":"loud"}', None),
        (b'{"code":"a\\u0000"}', None),
        (b'{"code":"a","text":"\\ud800"}', None),
        (b'{"code":"Silence"}', None),
    ],
)
def test_what_is_no_message_is_refused_whole_and_says_where(
    site: Site, body: bytes, index: int | None
) -> None:
    source = AlarmSourceFactory.create(site=site)
    answer = post(source, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert answer.json()["index"] == index
    assert answer.json()["detail"]
    assert not AlarmMessage.objects.exists()


def test_too_much_at_once_is_refused(site: Site) -> None:
    source = AlarmSourceFactory.create(site=site)
    assert post(source, {"code": "a", "more": "x" * 600_000}).status_code == 413


def test_a_device_whose_clock_is_wrong_is_judged_by_the_time_of_receipt(site: Site) -> None:
    source = AlarmSourceFactory.create(site=site)
    near = now() - timedelta(minutes=10)
    for key, at in (
        ("past", "2001-01-01T00:00:00Z"),
        ("future", "2051-01-01T00:00:00+08:00"),
        ("near", near.isoformat()),
    ):
        post(source, {"id": key, "code": "a", "at": at})
    times = {row.message_id: row for row in AlarmMessage.objects.all()}
    assert times["past"].at == times["past"].received_at
    assert times["future"].at == times["future"].received_at
    assert times["near"].at == near


def test_messages_are_neither_altered_nor_deleted_for_thirty_days(site: Site) -> None:
    source = AlarmSourceFactory.create(site=site)
    told(source, {"id": "1", "code": "a"})
    message = AlarmMessage.objects.get()
    for act in (
        lambda: AlarmMessage.objects.update(raw="{}"),
        lambda: AlarmMessage.objects.filter(pk=message.pk).delete(),
        lambda: AlarmMessage.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    old = AlarmMessage.objects.create(
        site=site, source=source, message_id="old", channel="webhook", code="a", severity="info", raw="{}",
        at=now() - timedelta(days=31), received_at=now() - timedelta(days=31),
    )  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        AlarmMessage.objects.filter(pk=old.pk).update(raw="[]")
    assert AlarmMessage.objects.filter(pk=old.pk).delete()[0] == 1
    assert outcomes(source) == [("1", "counted")]


def test_signs_of_life_go_after_a_month_and_what_was_part_of_an_alarm_stays_for_years(site: Site) -> None:
    source = AlarmSourceFactory.create(site=site)
    AlarmRule.objects.create(source=source, code="noise", effect="ignore")
    for days in (1200, 40, 20):
        with set_to(now() - timedelta(days=days)):
            told(
                source, *({"id": f"{code} {days}", "code": code} for code in ("motion", "noise", "heartbeat"))
            )
    assert purge_messages() == 5
    assert [name for name, _outcome in outcomes(source)] == [
        "motion 40",
        "motion 20",
        "noise 20",
        "heartbeat 20",
    ]
    assert sorted(source.alarms.values_list("count", flat=True)) == [1, 1, 1]
    assert purge_messages() == 0
