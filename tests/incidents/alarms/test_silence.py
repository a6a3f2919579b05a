"""A device that is silent for too long raises an alarm itself, once, and ends it by being heard again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from core.models import Notification
from incidents.models import Alarm, AlarmRule, AlarmSource
from incidents.services.alarm_handling import call_false
from incidents.services.alarm_intake import take
from incidents.services.alarm_listening import watch
from organization.models import Site
from tests.conftest import Cast
from tests.incidents.alarms.sending import messages, told
from tests.incidents.factories import AlarmSourceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R067")]

BEGIN = datetime(2026, 11, 25, 8, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that moves only when it is told to."""
    with time_machine.travel(BEGIN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def source(clock: time_machine.Traveller, site: Site) -> AlarmSource:
    """An NVR that is to be heard every minute and may be silent for three."""
    return AlarmSourceFactory.create(site=site, name="NVR", heartbeat_seconds=60, silence_seconds=180)


def silences(source: AlarmSource) -> list[tuple[str, str, bool]]:
    """(device, state, ended) of the alarms of silence."""
    rows = Alarm.objects.filter(source=source, code="silence").order_by("pk")
    return [(row.device, row.state, row.ended_at is not None) for row in rows]


def test_a_source_never_heard_is_silent_from_the_moment_it_is_watched(
    cast: Cast, clock: time_machine.Traveller, source: AlarmSource
) -> None:
    clock.shift(timedelta(seconds=180))
    assert watch() == 0
    clock.shift(timedelta(seconds=1))
    assert watch() == 1
    assert watch() == 0
    alarm = Alarm.objects.get()
    assert (alarm.title, alarm.first_at, alarm.count) == ("No sign of life: NVR", BEGIN, 0)
    assert Notification.objects.filter(recipient=cast.supervisor).count() == 1


def test_only_a_device_that_gives_signs_of_life_can_be_silent_and_it_ends_when_heard(
    clock: time_machine.Traveller, source: AlarmSource
) -> None:
    told(source, {"code": "heartbeat", "device": "CAM-1"}, {"code": "motion", "device": "CAM-2"})
    for _minute in range(4):
        clock.shift(timedelta(minutes=1))
        told(source, {"code": "heartbeat"})
        watch()
    assert silences(source) == [("CAM-1", "new", False)]
    told(source, {"code": "heartbeat", "device": "CAM-1"})
    assert silences(source) == [("CAM-1", "closed", True)]
    clock.shift(timedelta(minutes=4))
    told(source, {"code": "heartbeat"})
    watch()
    assert silences(source) == [("CAM-1", "closed", True), ("CAM-1", "new", False)]


def test_a_dead_recorder_is_one_alarm_and_its_cameras_get_time_to_come_back(
    clock: time_machine.Traveller, source: AlarmSource
) -> None:
    cameras = [{"code": "heartbeat", "device": f"CAM-{n}"} for n in range(20)]
    told(source, *cameras)
    clock.shift(timedelta(minutes=5))
    assert watch() == 1
    assert silences(source) == [("", "new", False)]
    told(source, {"code": "heartbeat"})
    watch()
    assert silences(source) == [("", "closed", True)]
    clock.shift(timedelta(minutes=2))
    told(source, *cameras[:19])
    clock.shift(timedelta(minutes=1, seconds=1))
    watch()
    assert silences(source) == [("", "closed", True), ("CAM-19", "new", False)]


def test_what_waits_to_be_judged_is_no_silence(clock: time_machine.Traveller, source: AlarmSource) -> None:
    clock.shift(timedelta(minutes=5))
    take(source=source, messages=messages({"code": "heartbeat"}), channel="webhook")
    assert watch() == 0
    assert silences(source) == []


def test_called_false_it_is_not_raised_again_until_the_device_was_heard(
    cast: Cast, clock: time_machine.Traveller, source: AlarmSource
) -> None:
    clock.shift(timedelta(minutes=5))
    watch()
    call_false(user=cast.supervisor, alarm_id=Alarm.objects.get().pk, reason="works")
    clock.shift(timedelta(hours=5))
    assert watch() == 0
    told(source, {"code": "heartbeat"})
    assert silences(source) == [("", "false", True)]
    clock.shift(timedelta(minutes=4))
    assert watch() == 1


def test_a_rule_for_silence_opens_a_case_which_hears_when_the_device_is_back(
    clock: time_machine.Traveller, source: AlarmSource
) -> None:
    AlarmRule.objects.create(source=source, position=1, effect="ignore")
    AlarmRule.objects.create(source=source, position=2, code="silence", effect="case", kind="hazard", title="Recorder down")  # fmt: skip
    clock.shift(timedelta(minutes=5))
    assert watch() == 1
    alarm = Alarm.objects.get()
    assert alarm.case is not None
    assert (alarm.state, alarm.case.kind, alarm.case.title) == ("case", "hazard", "Recorder down")
    told(source, {"code": "heartbeat"})
    assert alarm.case.entries.filter(code="device_heard").count() == 1
    assert silences(source) == [("", "case", True)]


def test_sources_that_are_off_or_may_be_silent_are_not_watched(
    clock: time_machine.Traveller, site: Site
) -> None:
    AlarmSourceFactory.create(site=site, silence_seconds=0)
    AlarmSourceFactory.create(site=site, silence_seconds=60, is_active=False)
    clock.shift(timedelta(days=2))
    assert watch() == 0
