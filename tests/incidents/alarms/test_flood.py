"""A burst of two hundred alarms in a second is a few cases and a few notices, and which ones is exact."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from core.clock import now
from core.models import Notification, OutboxItem
from incidents.models import AlarmEffect, AlarmRule, AlarmSource, Case, GroupBy
from organization.models import Site
from tests.conftest import Cast
from tests.incidents.alarms.sending import everything_is_there_once, post, told
from tests.incidents.factories import AlarmSourceFactory
from tests.organization.factories import ZoneFactory
from tests.outbox import work_off

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R067")]


def panel(site: Site) -> AlarmSource:
    """A fire panel: fire opens a case for each zone, a fault waits at the desk, tests are kept only."""
    source = AlarmSourceFactory.create(site=site, kind="fire_panel", name="Fire panel")
    rows: tuple[dict[str, Any], ...] = (
        {"code": "fire", "effect": AlarmEffect.CASE, "kind": "incident", "category": "002", "subcategory": "002.02",
         "priority": "P1", "group_by": GroupBy.ZONE, "title": "Smoke", "debounce_seconds": 2},
        {"code": "fault_*", "group_by": GroupBy.SOURCE, "title": "Fault of the loop"},
        {"code": "walk_test", "effect": AlarmEffect.IGNORE},
    )  # fmt: skip
    for position, given in enumerate(rows, start=1):
        AlarmRule.objects.create(source=source, position=position, **given)
    return source


def test_two_hundred_in_a_second(cast: Cast, site: Site) -> None:
    for code in ("F3", "F4"):
        ZoneFactory.create(site=site, code=code, name=f"Floor {code}")
    source, begin = panel(site), now() - timedelta(seconds=30)
    burst = []
    for number in range(200):
        at = (begin + timedelta(milliseconds=5 * number)).isoformat()
        kind = number % 4
        code = ("fire", "fire", "fault_loop", "walk_test")[kind]
        zone = ("F3", "F4", "F3", "")[kind]
        burst.append({"id": str(number), "code": code, "device": f"D{number}", "zone": zone, "at": at, "severity": "critical"})  # fmt: skip
    for first in range(0, 200, 8):
        assert post(source, burst[first : first + 8]).status_code == 202
    assert OutboxItem.objects.filter(handler="incidents.judge_alarms").count() == 25
    work_off("incidents.judge_alarms")
    everything_is_there_once(source, {str(number) for number in range(200)})
    alarms = source.alarms.order_by("title", "zone__code").values_list(
        "title", "zone__code", "count", "state"
    )
    assert list(alarms) == [
        ("Fault of the loop", "F3", 50, "new"),
        ("Smoke Floor F3", "F3", 50, "case"),
        ("Smoke Floor F4", "F4", 50, "case"),
    ]
    cases = Case.objects.order_by("zone__code")
    assert [(case.title, case.kind, case.subcategory, case.priority, case.source) for case in cases] == [
        ("Smoke Floor F3", "incident", "002.02", "P1", "alarm"),
        ("Smoke Floor F4", "incident", "002.02", "P1", "alarm"),
    ]
    assert all(case.alarms.count() == 1 for case in cases)
    told_supervisor = Notification.objects.filter(recipient=cast.supervisor)
    assert sorted(told_supervisor.values_list("kind", flat=True)) == [
        "incidents.alarm_raised",
        "incidents.case_opened",
        "incidents.case_opened",
    ]


def test_what_becomes_graver_is_new_again_and_told_once_more(cast: Cast, site: Site) -> None:
    source = AlarmSourceFactory.create(site=site)
    AlarmRule.objects.create(source=source, title="Gate", debounce_seconds=0)
    told(source, {"code": "open", "device": "G1", "severity": "info"})
    alarm = source.alarms.get()
    client = Client()
    client.force_login(cast.guard)
    client.post(f"/cases/alarms/{alarm.pk}/acknowledge/")
    alarm.refresh_from_db()
    assert (alarm.state, alarm.acknowledged_by) == ("acknowledged", cast.guard)
    told(source, {"code": "open", "device": "G1", "severity": "info"})
    alarm.refresh_from_db()
    assert alarm.state == "acknowledged"
    told(source, {"code": "forced", "device": "G1", "severity": "critical"})
    alarm.refresh_from_db()
    assert (alarm.state, alarm.acknowledged_by, alarm.severity, alarm.count) == ("new", None, "critical", 3)
    assert Notification.objects.filter(recipient=cast.supervisor, kind="incidents.alarm_raised").count() == 2


def test_after_a_false_alarm_a_device_is_believed_anew_but_a_case_takes_its_followers(
    cast: Cast, site: Site
) -> None:
    source = AlarmSourceFactory.create(site=site)
    AlarmRule.objects.create(source=source, debounce_seconds=0)
    client = Client()
    client.force_login(cast.supervisor)
    told(source, {"code": "motion", "device": "C1"})
    first = source.alarms.get()
    client.post(f"/cases/alarms/{first.pk}/false/", {"reason": "animal"})
    told(source, {"code": "motion", "device": "C1"})
    second = source.alarms.latest("pk")
    assert (second.pk != first.pk, second.state) == (True, "new")
    data = {"kind": "incident", "title": "Somebody climbed over", "priority": "P2"}
    client.post(f"/cases/alarms/{second.pk}/case/", data)
    told(source, {"code": "motion", "device": "C1"}, {"code": "motion", "device": "C1"})
    second.refresh_from_db()
    assert (source.alarms.count(), second.count, second.state) == (2, 3, "case")
    assert Case.objects.count() == 1
