"""The desk of alarms, whole and in Chinese: a device calls, the row comes by itself, it is taken up and becomes a case."""

import re

import pytest
from playwright.sync_api import Browser, expect

from incidents.models import Alarm, AlarmRule, Case
from organization.models import Site
from tests.browser.people import People
from tests.conftest import Cast
from tests.incidents.alarms.sending import post
from tests.incidents.factories import AlarmSourceFactory
from tests.organization.factories import ZoneFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(240),
    pytest.mark.requirement("R067"),
]


def test_an_alarm_comes_is_taken_up_and_becomes_a_case(
    desk: Browser, joined: int, cast: Cast, site: Site
) -> None:
    zone = ZoneFactory.create(site=site, code="N", name="北侧围墙")
    source = AlarmSourceFactory.create(site=site, kind="perimeter", name="周界红外", zone=zone)
    AlarmRule.objects.create(
        source=source, code="intrusion", title="周界入侵", kind="incident", category="004", subcategory="004.01", priority="P1"
    )  # fmt: skip
    people = People(desk, joined)
    live, page = people.page(cast.supervisor), people.page(cast.shift_leader)
    live.goto("/live/")
    page.goto("/cases/alarms/")
    rows = page.locator("#alarms-open")
    expect(rows).to_contain_text("没有待处置的报警")
    expect(live.locator("[data-controller~=live-state]")).to_have_text("实时")

    sent = {"id": "1", "code": "intrusion", "device": "RED-N-02", "severity": "critical", "text": "对射遮断"}
    assert post(source, sent).status_code == 202
    expect(rows).to_contain_text("周界入侵 RED-N-02", timeout=20_000)
    expect(rows).to_contain_text("严重")
    expect(live.locator("#live-alarms")).to_contain_text("周界入侵 RED-N-02", timeout=20_000)

    rows.get_by_role("button", name=re.compile("受理")).click()
    expect(page.get_by_text("Shift Leader 正在核实")).to_be_visible()
    expect(live.locator("#live-alarms")).to_contain_text("Shift Leader 正在核实", timeout=20_000)
    page.get_by_text("原始内容").first.click()
    expect(page.locator("pre.raw")).to_contain_text('"text": "\\u5bf9\\u5c04\\u906e\\u65ad"')

    page.get_by_role("link", name="转为事项").click()
    assert page.locator("#id_what").input_value() == "incident/004.01"
    expect(page.locator("[name=priority][value=P1]")).to_be_checked()
    page.locator("#id_title").fill("有人翻越北侧围墙")
    page.get_by_role("button", name="登记").click()
    page.wait_for_url(re.compile(r"/cases/\d+/$"))
    case = Case.objects.get()
    expect(page.get_by_role("heading", name="有人翻越北侧围墙")).to_be_visible()
    expect(page.get_by_role("link", name="周界入侵 RED-N-02")).to_be_visible()
    assert (case.zone, case.priority, case.source, case.reported_by) == (
        zone,
        "P1",
        "alarm",
        cast.shift_leader,
    )
    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.case, alarm.acknowledged_by) == ("case", case, cast.shift_leader)
    expect(live.locator("#live-alarms")).to_be_empty(timeout=20_000)
    page.goto("/cases/alarms/")
    expect(page.locator("#list")).to_contain_text(case.number)
    assert people.complaints.found == []
