"""Group robots say what happens once per event, in the vendor's way, within its limit, without names and phones."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from core import clock, faults
from core.models import Notification, OutboxItem, Robot, RobotMessage
from core.notifications import kinds, notify, register_kind
from core.notifications.channels.robots import managing, sending
from core.notifications.channels.robots.vendors import vendors
from core.notifications.channels.robots.wording import cut, masked
from core.outbox import running
from organization.models import Site
from tests.conftest import Cast
from tests.core.other_side import OtherSide, other_side, says

pytestmark = pytest.mark.django_db

FINE: dict[str, Any] = {
    "wecom": {"errcode": 0, "errmsg": "ok"},
    "dingtalk": {"errcode": 0, "errmsg": "ok"},
    "feishu": {"code": 0, "msg": "success", "data": {}},
}


@pytest.fixture(autouse=True)
def _kind(settings: Any) -> Iterator[None]:
    """A kind for groups, and loopback allowed."""
    settings.OUTGOING_PRIVATE_HOSTS = ["127.0.0.1"]
    settings.PUBLIC_URL = "https://orderly.example"
    register_kind(
        "test.alarm",
        title="Alarm of %(person)s: %(title)s",
        body="%(person)s, %(number)s",
        label="An alarm",
        url=lambda site: f"/somewhere/{site.pk}/",
        group="Number %(number)s, due %(due)s",
    )
    register_kind("test.personal", title="Yours", label="Personal")
    yield
    for name in ("test.alarm", "test.personal"):
        kinds._kinds.pop(name)


@pytest.fixture
def side() -> Iterator[OtherSide]:
    """A vendor that says yes."""
    with other_side(says(200, FINE["wecom"])) as started:
        yield started


def _robot(cast: Cast, side: OtherSide, **fields: Any) -> Robot:
    given: dict[str, Any] = {
        "site": None,
        "name": f"Leaders {Robot.objects.count()}",
        "vendor": "wecom",
        "address": f"{side.url}?key=0123456789abcdef",
        "language": "en",
    }
    return managing.add_robot(user=cast.company_manager, **{**given, **fields})


def _alarm(people: list[Any], site: Site, **options: Any) -> list[Notification]:
    context = {
        "person": "Wang Xiaoming",
        "title": "Wang of 3-1201, 13800138000, complains",
        "number": "A-7",
        "due": datetime(2026, 11, 22, 15, 30, tzinfo=UTC),
    }
    return notify("test.alarm", people, target=site, site=site, context=context, **options)


def _work_off(later: timedelta = timedelta(0)) -> None:
    """All that is due, as workers would; `later` shifts what waits into the present."""
    if later:
        OutboxItem.objects.waiting().update(not_before=clock.now())
        Robot.objects.update(quiet_until=None, posted_at=[])
    for item in OutboxItem.objects.due().filter(handler="core.tell_group"):
        running.run(ids=[item.pk])


def _said(side: OtherSide) -> list[str]:
    return [got.json["text"]["content"] for got in side.got]


def test_a_notice_to_six_people_is_one_message_to_the_group(cast: Cast, site: Site, side: OtherSide) -> None:
    _robot(cast, side)
    people = [
        cast.supervisor, cast.shift_leader, cast.guard, cast.other_guard, cast.trainer, cast.project_manager,
    ]  # fmt: skip
    assert len(_alarm(people, site)) == 6
    _work_off()
    _work_off()
    [got] = side.got
    assert got.path == "/hook?key=0123456789abcdef"
    assert got.headers["Content-Type"].startswith("application/json")
    [text] = _said(side)
    assert text.splitlines() == [
        "[Lakeside Gardens] An alarm",
        "Number A-7, due 22 Nov 2026 23:30",
        f"https://orderly.example/somewhere/{site.pk}/",
    ]
    assert RobotMessage.objects.get().state == "sent"


def test_nothing_somebody_typed_and_no_name_or_phone_is_said_or_even_stored(
    cast: Cast, site: Site, side: OtherSide
) -> None:
    _robot(cast, side)
    _alarm([cast.supervisor], site)
    _work_off()
    [text] = _said(side)
    kept = json.dumps(RobotMessage.objects.get().context)
    for word in ("Wang", "1201", "13800138000", "complains"):
        assert word not in text + kept


@pytest.mark.parametrize(
    "words",
    [
        "call 13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+86 13800138000",
        "+852 9123 4567",
        "9123 4567 now",
    ],
)
def test_a_phone_number_that_got_into_a_number_is_hidden(words: str) -> None:
    assert not any(part in masked(words) for part in ("0013", "0138", "4567", "9123"))


@pytest.mark.parametrize("words", ["HZ20261122-0007", "2026-11-22 23:30", "Tower 12, P1", "120000"])
def test_numbers_that_are_no_phones_stay(words: str) -> None:
    assert masked(words) == words


def test_words_for_groups_may_not_name_what_is_private() -> None:
    with pytest.raises(ValueError, match="title"):
        register_kind("test.leak", title="x", group="%(title)s")
    for kind in kinds.for_groups():
        assert not kinds.places_of(kind.group) & kinds.PRIVATE


def test_kinds_not_meant_for_groups_stay_inside(cast: Cast, site: Site, side: OtherSide) -> None:
    _robot(cast, side)
    notify("test.personal", [cast.supervisor], target=site, site=site)
    assert not RobotMessage.objects.exists()


def test_a_group_hears_also_when_nobody_holds_a_role(cast: Cast, site: Site, side: OtherSide) -> None:
    _robot(cast, side)
    _alarm([], site)
    _work_off()
    assert len(side.got) == 1
    assert mail.outbox == []


def test_with_a_key_a_group_is_told_once_per_object(
    cast: Cast, site: Site, sibling_site: Site, side: OtherSide
) -> None:
    _robot(cast, side)
    for _again in range(3):
        _alarm([cast.supervisor], site, key="due")
    _alarm([cast.supervisor], sibling_site, key="due")
    assert RobotMessage.objects.count() == 2
    assert OutboxItem.objects.filter(handler="core.tell_group").count() == 2


def test_only_robots_that_want_it_are_told(
    cast: Cast, site: Site, sibling_site: Site, foreign_site: Site, side: OtherSide
) -> None:
    wanted = [
        _robot(cast, side),
        _robot(cast, side, site=site),
        _robot(cast, side, kinds=["test.alarm"], least_rank=2),
    ]
    _robot(cast, side, site=sibling_site)
    _robot(cast, side, kinds=["incidents.case_opened"])
    _robot(cast, side, least_rank=1)
    off = _robot(cast, side)
    Robot.objects.filter(pk=off.pk).update(is_active=False)
    theirs = _robot(cast, side)
    Robot.objects.filter(pk=theirs.pk).update(company=foreign_site.company)
    _alarm([cast.supervisor], site, rank=2)
    told = set(RobotMessage.objects.values_list("robot_id", flat=True))
    assert told == {robot.pk for robot in wanted}


def test_dingtalk_gets_its_signature_in_the_address(cast: Cast, site: Site) -> None:
    with other_side(says(200, FINE["dingtalk"])) as side:
        _robot(cast, side, vendor="dingtalk", address=f"{side.url}?access_token=t", secret="SEC1")
        _alarm([], site)
        _work_off()
    [got] = side.got
    asked = {name: values[0] for name, values in parse_qs(urlsplit(got.path).query).items()}
    assert abs(int(asked["timestamp"]) / 1000 - clock.now().timestamp()) < 60
    expected = hmac.new(b"SEC1", f"{asked['timestamp']}\nSEC1".encode(), hashlib.sha256).digest()
    assert base64.b64decode(asked["sign"]) == expected
    assert asked["access_token"] == "t"
    assert got.json["msgtype"] == "text"
    assert RobotMessage.objects.get().state == "sent"


def test_feishu_gets_its_signature_in_the_body_and_reads_no_tags(cast: Cast, site: Site) -> None:
    site.name = '<at user_id="all">'
    site.save()
    with other_side(says(200, FINE["feishu"])) as side:
        _robot(cast, side, vendor="feishu", secret="s3")
        _alarm([], site)
        _work_off()
    body = side.got[0].json
    key = f"{body['timestamp']}\ns3".encode()
    assert base64.b64decode(body["sign"]) == hmac.new(key, b"", hashlib.sha256).digest()
    assert body["msg_type"] == "text"
    assert "<at" not in body["content"]["text"]


@pytest.mark.parametrize(
    ("vendor", "answer"),
    [
        ("wecom", {"errcode": 40058, "errmsg": "invalid"}),
        ("dingtalk", {"errcode": 310000, "errmsg": "sign not match"}),
        ("feishu", {"code": 19021, "msg": "sign match fail"}),
        ("feishu", {"StatusCode": 1, "StatusMessage": "no"}),
        ("wecom", {"unexpected": True}),
        ("wecom", "<html>a hotel's sign-in page</html>"),
        ("wecom", "[1]"),
    ],
)
def test_a_200_is_no_success_when_the_vendor_says_otherwise(
    cast: Cast, site: Site, vendor: str, answer: Any
) -> None:
    with other_side(says(200, answer), says(200, FINE[vendor])) as side:
        robot = _robot(cast, side, vendor=vendor)
        _alarm([], site)
        _work_off()
        message = RobotMessage.objects.get()
        assert (message.state, message.attempts) == ("waiting", 1)
        assert message.last_error.startswith(("vendor: ", "strange: "))
        robot.refresh_from_db()
        assert robot.failures == 1
        _work_off(later=timedelta(minutes=1))
    message.refresh_from_db()
    robot.refresh_from_db()
    assert (message.state, message.last_error, robot.failures) == ("sent", "", 0)


def test_a_robot_that_was_removed_from_its_group_is_not_asked_again(cast: Cast, site: Site) -> None:
    with other_side(says(200, {"errcode": 93000, "errmsg": "invalid webhook url"})) as side:
        _robot(cast, side)
        _alarm([], site)
        _work_off()
        _work_off(later=timedelta(minutes=1))
    assert len(side.got) == 1
    message = RobotMessage.objects.get()
    assert (message.state, message.last_error) == ("failed", "vendor: 93000 invalid webhook url")


def test_too_fast_is_a_pause_and_no_failure(cast: Cast, site: Site) -> None:
    with other_side(says(200, {"errcode": 45009, "errmsg": "freq"}), says(200, FINE["wecom"])) as side:
        robot = _robot(cast, side)
        _alarm([], site)
        _work_off()
        robot.refresh_from_db()
        assert robot.failures == 0
        assert robot.quiet_until is not None
        assert robot.quiet_until > clock.now() + timedelta(minutes=9)
        _alarm([], site)
        _work_off()
        assert len(side.got) == 1
        _work_off(later=timedelta(minutes=10))
    assert len(side.got) == 2
    assert set(RobotMessage.objects.values_list("state", flat=True)) == {"sent"}


def test_a_burst_is_joined_and_never_more_than_the_vendor_allows(
    cast: Cast, site: Site, side: OtherSide
) -> None:
    _robot(cast, side)
    for _number in range(25):
        _alarm([], site)
    _work_off()
    assert len(side.got) == 3
    assert _said(side)[0].startswith("10 notices\n1. [Lakeside Gardens] An alarm Number A-7")
    assert RobotMessage.objects.filter(state="sent").count() == 25
    for _number in range(40):
        _alarm([], site)
        _work_off()
    assert len(side.got) == sending.WAY.per_minute
    assert RobotMessage.objects.filter(state="waiting").count() == 25
    assert not OutboxItem.objects.due().filter(handler="core.tell_group").exists()
    _work_off(later=timedelta(minutes=1))
    assert RobotMessage.objects.filter(state="sent").count() == 65


def test_while_a_vendor_is_down_one_message_tries_and_the_others_wait(cast: Cast, site: Site) -> None:
    with other_side(says(500, "down")) as side:
        robot = _robot(cast, side)
        for _number in range(30):
            _alarm([], site)
        _work_off()
        assert len(side.got) == 1
        robot.refresh_from_db()
        assert robot.quiet_until is not None
        RobotMessage.objects.update(since=clock.now() - timedelta(hours=3))
        _work_off(later=timedelta(minutes=1))
    states = set(RobotMessage.objects.filter(attempts__gte=1).values_list("state", "last_error"))
    assert states == {("failed", "status: 500")}


def test_a_killed_process_loses_nothing(cast: Cast, site: Site, side: OtherSide) -> None:
    """Between the vendor's answer and our commit: said again, once the claim has run out."""
    _robot(cast, side)
    _alarm([], site)

    class Killed(BaseException):
        """As if the process were gone."""

    def die() -> None:
        raise Killed

    item = OutboxItem.objects.get(handler="core.tell_group")
    with faults.armed("robot.sent", die), pytest.raises(Killed):
        running.run(ids=[item.pk])
    assert RobotMessage.objects.get().state == "sending"
    OutboxItem.objects.update(claimed_until=clock.now() - timedelta(seconds=1))
    running.run(ids=[item.pk])
    assert len(side.got) == 1  # somebody may still be at it
    RobotMessage.objects.update(claimed_until=clock.now() - timedelta(seconds=1))
    _work_off(later=timedelta(minutes=1))
    assert len(side.got) == 2
    assert RobotMessage.objects.get().state == "sent"


def test_what_waits_for_a_robot_that_was_switched_off_is_given_up(
    cast: Cast, site: Site, side: OtherSide
) -> None:
    _robot(cast, side)
    _alarm([], site)
    Robot.objects.update(is_active=False)
    _work_off()
    assert side.got == []
    assert (RobotMessage.objects.get().state, RobotMessage.objects.get().last_error) == ("failed", "inactive")


def test_a_text_is_cut_to_what_the_vendor_takes(cast: Cast, site: Site, side: OtherSide) -> None:
    assert len(cut("长" * 2000, 2048).encode()) <= 2048
    site.name = "很长的名字" * 20
    site.save()
    _robot(cast, side)
    for _number in range(10):
        _alarm([], site)
    _work_off()
    assert len(_said(side)[0].encode()) <= vendors()["wecom"].most_bytes


def test_a_robot_speaks_its_own_language(cast: Cast, site: Site, side: OtherSide) -> None:
    robot = _robot(cast, side, language="zh-hans")
    managing.test_robot(user=cast.company_manager, robot=robot)
    _work_off()
    assert "已连通" in _said(side)[0]


def test_addresses_and_secrets_are_stored_sealed_and_in_no_history(
    cast: Cast, site: Site, side: OtherSide
) -> None:
    robot = _robot(cast, side, secret="SECRET-1")
    managing.change_robot(
        user=cast.company_manager, robot=robot, site=None, name="Other", vendor="wecom", secret="SECRET-2",
        language="en", is_active=True,
    )  # fmt: skip
    with connection.cursor() as cursor:
        for table in ("core_robot", "core_robotevent", "core_auditentry"):
            cursor.execute(f"SELECT string_agg(t::text, '|') FROM {table} AS t")
            [text] = cursor.fetchone()
            assert "SECRET" not in text
            assert "0123456789abcdef" not in text
    robot.refresh_from_db()
    assert (robot.secret, robot.address[-4:]) == ("SECRET-2", "cdef")
    assert Robot.objects.get().hint == "…cdef"


def test_only_hosts_of_the_vendor_are_taken(cast: Cast, side: OtherSide, settings: Any) -> None:
    settings.OUTGOING_PRIVATE_HOSTS = []
    for address in ("https://example.org/x", "https://qyapi.weixin.qq.com.evil.org/", side.url):
        with pytest.raises(ValidationError):
            _robot(cast, side, address=address)
    fine = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"
    assert _robot(cast, side, address=fine).address == fine


def test_who_manages_a_site_connects_groups_for_it_only(
    cast: Cast, site: Site, sibling_site: Site, side: OtherSide
) -> None:
    given: dict[str, Any] = {"name": "G", "vendor": "wecom", "address": side.url, "language": "en"}
    assert managing.add_robot(user=cast.project_manager, site=site, **given).company_id == site.company_id
    for user, place in (
        (cast.project_manager, sibling_site),
        (cast.project_manager, None),
        (cast.supervisor, site),
        (cast.guard, site),
        (cast.auditor, None),
        (cast.foreign_manager, site),
    ):
        with pytest.raises(PermissionDenied):
            managing.add_robot(user=user, site=place, **{**given, "name": "H"})


def test_managers_hear_that_a_group_hears_nothing(
    cast: Cast, site: Site, django_capture_on_commit_callbacks: Any
) -> None:
    with other_side(says(200, {"errcode": 93000, "errmsg": "gone"})) as side:
        _robot(cast, side, site=site, name="Night shift")
        with django_capture_on_commit_callbacks(execute=True):
            _alarm([], site)
            _alarm([], site)
            _work_off()
            _work_off(later=timedelta(minutes=1))
    told = Notification.objects.filter(kind="core.endpoint_gave_up")
    assert {row.recipient for row in told} == {cast.project_manager, cast.company_manager, cast.administrator}
    assert told.count() == 3
    assert told[0].context == {"endpoint": "Night shift"}
