"""At the desk of alarms: who may do what, what is demanded, what two people do at once, and what the pages show."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse

from core.clock import local
from core.models import AuditEntry
from incidents.models import Alarm, AlarmRule, AlarmSource, Case
from incidents.selectors.alarm_figures import alarms_counted
from incidents.selectors.alarms import open_alarms
from incidents.services import alarm_handling
from incidents.services.alarm_handling import NewCase, SettledAlready
from organization.models import Site
from tests.conftest import Cast
from tests.incidents.alarms.sending import post, told
from tests.incidents.factories import AlarmFactory, AlarmSourceFactory, CaseFactory
from tests.organization.factories import ZoneFactory
from tests.outbox import work_off

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R067")]


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person: Any, name: str, *args: Any, status: int = 200) -> str:
    answer = signed_in(person).get(reverse(f"incidents:{name}", args=args))
    assert answer.status_code == status
    return str(answer.content.decode())


def test_who_takes_up_first_is_kept(cast: Cast, site: Site) -> None:
    alarm = AlarmFactory.create(site=site)
    alarm_handling.acknowledge_alarm(user=cast.guard, alarm_id=alarm.pk)
    alarm = alarm_handling.acknowledge_alarm(user=cast.supervisor, alarm_id=alarm.pk)
    assert (alarm.state, alarm.acknowledged_by) == ("acknowledged", cast.guard)
    with pytest.raises(PermissionDenied):
        alarm_handling.acknowledge_alarm(user=cast.auditor, alarm_id=alarm.pk)
    for stranger in (cast.sibling_supervisor, cast.foreign_manager):
        with pytest.raises(Http404):
            alarm_handling.acknowledge_alarm(user=stranger, alarm_id=alarm.pk)


def test_a_case_knows_its_alarm_and_the_alarm_its_case(cast: Cast, site: Site) -> None:
    zone = ZoneFactory.create(site=site)
    source = AlarmSourceFactory.create(site=site, zone=zone, name="Perimeter")
    AlarmRule.objects.create(
        source=source, kind="incident", category="004", subcategory="004.01", priority="P1"
    )
    told(source, {"code": "intrusion", "device": "N2"})
    alarm = source.alarms.get()
    form = page(cast.guard, "alarm_case", alarm.pk)
    assert 'value="incident/004.01" selected' in form
    data = {
        "kind": "incident",
        "what": "incident/004.01",
        "title": "Over the wall",
        "place": "North",
        "priority": "P1",
    }
    answer = signed_in(cast.guard).post(reverse("incidents:alarm_case", args=[alarm.pk]), data)
    case = Case.objects.get()
    assert answer["Location"] == reverse("incidents:case", args=[case.pk])
    alarm.refresh_from_db()
    assert (alarm.state, alarm.case, alarm.acknowledged_by, alarm.resolved_by) == (
        "case",
        case,
        cast.guard,
        cast.guard,
    )
    assert (case.source, case.subcategory, case.priority, case.zone, case.occurred_at) == (
        "alarm", "004.01", "P1", zone, alarm.first_at,
    )  # fmt: skip
    assert reverse("incidents:alarm", args=[alarm.pk]) in page(cast.supervisor, "case", case.pk)
    assert case.number in page(cast.supervisor, "alarm", alarm.pk)
    assert (
        signed_in(cast.guard).post(reverse("incidents:alarm_case", args=[alarm.pk]), data).status_code == 422
    )
    assert Case.objects.count() == 1


def test_a_false_alarm_says_why(cast: Cast, site: Site) -> None:
    alarm = AlarmFactory.create(site=site)
    address = reverse("incidents:alarm_false", args=[alarm.pk])
    assert signed_in(cast.guard).post(address, {"reason": "animal"}).status_code == 403
    client = signed_in(cast.shift_leader)
    assert client.post(address, {}).status_code == 422
    answer = client.post(address, {"reason": "other", "note": ""})
    assert (answer.status_code, "Say what it was." in answer.content.decode()) == (422, True)
    assert client.post(address, {"reason": "animal", "note": "A cat"}).status_code == 302
    alarm.refresh_from_db()
    assert (alarm.state, alarm.false_reason, alarm.note, alarm.resolved_by) == (
        "false",
        "animal",
        "A cat",
        cast.shift_leader,
    )
    with pytest.raises(SettledAlready):
        alarm_handling.make_case(
            user=cast.supervisor, alarm_id=alarm.pk, given=NewCase(kind="incident", title="x")
        )


def test_of_a_fire_panel_the_record_of_the_control_room_is_demanded(cast: Cast, site: Site) -> None:
    alarm = AlarmFactory.create(site=site, source=AlarmSourceFactory.create(site=site, kind="fire_panel"))
    client, address = signed_in(cast.supervisor), reverse("incidents:alarm_settle", args=[alarm.pk])
    assert client.post(address, {"note": "Loose wire"}).status_code == 422
    with pytest.raises(ValidationError):
        alarm_handling.settle_alarm(user=cast.supervisor, alarm_id=alarm.pk, note="It burnt", nature="fire")
    assert client.post(address, {"note": "Loose wire", "nature": "fault"}).status_code == 302
    false = AlarmFactory.create(site=site, source=alarm.source)
    alarm_handling.call_false(user=cast.supervisor, alarm_id=false.pk, reason="environment")
    rows: Any = signed_in(cast.supervisor).get(reverse("incidents:alarms") + "?export=csv")
    record = b"".join(rows.streaming_content).decode() if rows.streaming else rows.content.decode()
    assert "Fault signal" in record
    assert "Loose wire" in record
    assert record.count("False alarm") >= 2  # its state and its nature


def test_it_is_added_to_an_open_case_of_its_own_site_only(
    cast: Cast, site: Site, sibling_site: Site, foreign_site: Site
) -> None:
    alarm = AlarmFactory.create(site=site)
    case = CaseFactory.create(site=site, company=site.company)
    for other in (sibling_site, foreign_site):
        elsewhere = CaseFactory.create(site=other, company=other.company)
        with pytest.raises((ValidationError, Http404)):
            alarm_handling.add_to_case(user=cast.company_manager, alarm_id=alarm.pk, case_id=elsewhere.pk)
    address = reverse("incidents:alarm_add_to_case", args=[alarm.pk])
    assert signed_in(cast.supervisor).post(address, {"case": case.pk}).status_code == 302
    alarm.refresh_from_db()
    assert (alarm.state, alarm.case) == ("case", case)
    assert alarm.title in case.entries.get(code="alarm_added").text


def test_new_ones_stand_on_top_the_gravest_first_and_settled_ones_do_not(
    cast: Cast, site: Site, sibling_site: Site
) -> None:
    taken = AlarmFactory.create(site=site, severity="critical")
    alarm_handling.acknowledge_alarm(user=cast.guard, alarm_id=taken.pk)
    minor = AlarmFactory.create(site=site, severity="info")
    grave = AlarmFactory.create(site=site, severity="critical")
    gone = AlarmFactory.create(site=site)
    alarm_handling.call_false(user=cast.supervisor, alarm_id=gone.pk, reason="works")
    AlarmFactory.create(site=sibling_site)
    assert list(open_alarms(cast.supervisor, site)) == [grave, minor, taken]
    assert list(open_alarms(cast.guard, None)) == [grave, minor, taken]
    rows = page(cast.guard, "alarms_open")
    assert rows.index(grave.title) < rows.index(minor.title) < rows.index(taken.title)
    assert gone.title not in rows
    live = (
        signed_in(cast.supervisor).get(reverse("portal:live_part", args=[site.pk, "alarms"])).content.decode()
    )
    assert grave.title in live
    assert "hx-trigger" in signed_in(cast.supervisor).get(reverse("portal:live")).content.decode()


def test_a_new_source_shows_its_secret_once_and_it_signs(cast: Cast, site: Site) -> None:
    client = signed_in(cast.administrator)
    data = {
        "site": site.pk,
        "kind": "perimeter",
        "name": "North wall",
        "topic": "north/#",
        "heartbeat_seconds": 60,
        "silence_seconds": 180,
    }
    answer = client.post(reverse("incidents:alarm_source_add"), data)
    source = AlarmSource.objects.get()
    shown = client.get(answer["Location"]).content.decode()
    secret = source.secret
    assert secret in shown
    assert f"alarms/ours/main/{source.topic}" in shown
    assert secret not in client.get(answer["Location"]).content.decode()
    assert secret not in source.sealed_secret
    assert post(source, {"code": "a"}, secret=secret).status_code == 202
    client.post(reverse("incidents:alarm_source_secret", args=[source.pk]))
    source.refresh_from_db()
    assert source.secret != secret
    assert post(source, {"code": "b"}, secret=secret).status_code == 202
    client.post(reverse("incidents:alarm_source_test", args=[source.pk]))
    work_off("incidents.judge_alarms")
    assert set(source.alarms.values_list("code", flat=True)) == {"a", "b", "test"}
    assert AuditEntry.objects.filter(action="incidents.alarm_source_tested").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"topic": "a/#/b"},
        {"topic": "/a"},
        {"topic": "a+"},
        {"heartbeat_seconds": 60, "silence_seconds": 30},
        {"name": "Taken"},
    ],
)
def test_what_is_wrong_with_a_source_is_said(cast: Cast, site: Site, wrong: dict[str, Any]) -> None:
    AlarmSourceFactory.create(site=site, name="Taken", topic="taken")
    data = {
        "site": site.pk,
        "kind": "lift",
        "name": "Lifts",
        "topic": "",
        "heartbeat_seconds": 0,
        "silence_seconds": 0,
    }
    answer = signed_in(cast.project_manager).post(reverse("incidents:alarm_source_add"), data | wrong)
    assert answer.status_code == 422
    assert AlarmSource.objects.count() == 1


def test_rules_are_kept_by_managers_of_the_site(cast: Cast, site: Site, sibling_site: Site) -> None:
    source = AlarmSourceFactory.create(site=site)
    data = {"position": 10, "code": "fire*", "at_least": "info", "effect": "case", "kind": "incident", "what": "incident/002.02",
            "priority": "P1", "title": "Smoke", "group_by": "zone", "window_seconds": 60, "debounce_seconds": 5}  # fmt: skip
    client = signed_in(cast.project_manager)
    address = reverse("incidents:alarm_rule_add", args=[source.pk])
    assert client.post(address, data | {"what": "hazard/gas"}).status_code == 422
    assert client.post(address, data | {"zone": ZoneFactory.create(site=sibling_site).pk}).status_code == 422
    assert client.post(address, data).status_code == 302
    rule = AlarmRule.objects.get()
    assert (rule.category, rule.subcategory) == ("002", "002.02")
    told(source, {"code": "fire_1", "device": "D1"})
    assert Case.objects.get().subcategory == "002.02"
    client.post(reverse("incidents:alarm_rule_remove", args=[rule.pk]))
    assert not source.rules.exists()
    assert source.alarms.get().rule is None


def test_the_api_does_what_the_pages_do(cast: Cast, site: Site) -> None:
    client = signed_in(cast.supervisor)
    first, second, third = AlarmFactory.create_batch(3, site=site)

    def send(alarm: Alarm, what: str, **data: Any) -> Any:
        return client.post(f"/api/v1/alarms/{alarm.pk}/{what}/", data, content_type="application/json")

    assert send(first, "acknowledge").json()["acknowledged_by"] == cast.supervisor.pk
    made = send(first, "case", kind="hazard", category="security_device").json()
    assert (made["state"], Case.objects.get(pk=made["case"]).title) == ("case", first.title)
    again = send(first, "false", reason="animal")
    assert (again.status_code, again.json()["code"]) == (409, "settled")
    assert send(second, "false", reason="animal").json()["false_reason"] == "animal"
    assert send(third, "false", reason="other").json()["errors"] == {"note": ["Say what it was."]}
    assert send(third, "add", case=made["case"]).json()["case"] == made["case"]
    listed = client.get("/api/v1/alarms/?state=case").json()["results"]
    assert [row["id"] for row in listed] == [third.pk, first.pk]
    assert signed_in(cast.foreign_supervisor).get(f"/api/v1/alarms/{first.pk}/").status_code == 404


def test_figures_count_what_was_received_and_what_proved_false(cast: Cast, site: Site) -> None:
    source = AlarmSourceFactory.create(site=site)
    told(source, *({"code": "motion", "device": f"C{n}"} for n in range(4)), {"code": "test"})
    AlarmFactory.create(site=site, code="silence", device="C9", count=0)
    alarms = list(source.alarms.filter(code="motion").order_by("pk"))
    alarm_handling.call_false(user=cast.supervisor, alarm_id=alarms[0].pk, reason="animal")
    case = alarm_handling.make_case(
        user=cast.supervisor, alarm_id=alarms[1].pk, given=NewCase("incident", "x")
    ).case
    Case.objects.filter(pk=case.pk).update(state="false_alarm", status="void", closed_at=case.reported_at)
    day = local(alarms[0].received_at, site.time_zone).date()
    span = site, day, day + timedelta(days=1)
    assert alarms_counted("alarms_received", *span).count() == 4
    assert alarms_counted("alarms_false", *span).count() == 2


def test_who_comes_second_is_told_how_it_was_settled(cast: Cast, site: Site) -> None:
    alarm = AlarmFactory.create(site=site)
    alarm_handling.call_false(user=cast.supervisor, alarm_id=alarm.pk, reason="animal")
    with pytest.raises(SettledAlready) as refused, transaction.atomic():
        alarm_handling.settle_alarm(user=cast.shift_leader, alarm_id=alarm.pk, note="Nothing")
    assert refused.value.messages == ["Somebody was faster: False alarm."]
