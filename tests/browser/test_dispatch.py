"""Sending somebody, whole: the desk sends, the phone shows it, the guard goes without a network, the desk sees it live."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from core.clock import now
from core.ids import uuid7
from core.models import Attachment, BlobState
from incidents.models import Case, Dispatch
from incidents.selectors.reading import timeline
from incidents.services.dispatching import send, withdraw
from incidents.services.opening import open_case
from organization.models import Site
from patrols.models import CaseOrigin, Scan
from tests.browser import DESK, Complaints, axe, sign_in, too_wide
from tests.conftest import Cast
from tests.faults.faultproxy import FaultProxy
from tests.organization.factories import PASSWORD, ZoneFactory
from tests.patrols.factories import CheckpointFactory, PlanFactory, RoundFactory, RouteFactory
from tests.portal.phone_world import Phone, eventually, picture, wait_for_worker
from tests.rosters.factories import PostFactory, ShiftFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300),
]


@pytest.fixture
def case(line: FaultProxy, cast: Cast, site: Site) -> Case:
    """A dispute in the basement of a Chinese site; two guards are on shift, one has scanned nearby."""
    site.language, site.plan_width_m, site.plan_height_m = "zh-hans", 200, 100
    site.save(update_fields=["language", "plan_width_m", "plan_height_m"])
    zone = ZoneFactory.create(site=site, code="B", name="地下车库")
    near, far = (
        CheckpointFactory.create(site=site, zone=zone, code=code, x=x, y=0.5)
        for code, x in (("P7", 0.2), ("P9", 0.9))
    )
    RoundFactory.create(
        plan=PlanFactory.create(route=RouteFactory.create(site=site, over=[near, far]), name="车库巡逻"),
        due_start=now() - timedelta(minutes=10),
    )
    for person, point, ago in ((cast.guard, near, 4), (cast.other_guard, far, 2)):
        ShiftFactory.create(
            post=PostFactory.create(site=site, kind="patrol", name="巡逻岗"), person=person,
            starts_at=now() - timedelta(hours=2), ends_at=now() + timedelta(hours=6),
        )  # fmt: skip
        moment = now() - timedelta(minutes=ago)
        Scan.objects.create(
            id=uuid7(moment), company_id=site.company_id, site=site, checkpoint=point, person=person, device_time=moment,
            corrected_at=moment, received_at=moment, verdict="verified", method="qr", time_trust="exact", body_sha256=b"0" * 32,
        )  # fmt: skip
    type(cast.guard).objects.filter(pk__in=[cast.guard.pk, cast.supervisor.pk]).update(language="zh-hans")
    case = open_case(
        operation_id=uuid7(), site=site, kind="incident", priority="P1", category="001", title="两名车主争执",
        description="B2 出口，情绪激动，有围观。", place="B2 车库出口", reported_by=cast.other_guard, occurred_at=now(), zone=zone,
    ).case  # fmt: skip
    CaseOrigin.objects.create(case=case, checkpoint=near)
    return case


@pytest.fixture
def desk_page(desk: Browser, cast: Cast, line: FaultProxy) -> Iterator[Page]:
    """The supervisor's page; afterwards nothing may have been complained of."""
    complaints = Complaints()
    base = f"http://localhost:{line.upstream}"
    page = desk.new_page(viewport=DESK, base_url=base, locale="zh-CN")
    complaints.watch(page)
    sign_in(page, Client(), cast.supervisor, base)
    yield page
    assert complaints.found == []
    page.context.close()


def looks_right(page: Page) -> None:
    """Nothing sticks out, and axe finds nothing."""
    assert too_wide(page) == []
    page.evaluate(
        "scrollTo(0, document.documentElement.scrollHeight)"
    )  # the footer lies over what is below it
    assert axe(page) == []


@pytest.mark.requirement("R003")
@pytest.mark.requirement("R014")
@pytest.mark.fault("F47")
def test_the_desk_sends_the_guard_goes_offline_and_the_desk_sees_it_live(
    line: FaultProxy, device: Phone, desk_page: Page, cast: Cast, case: Case, tmp_path: Path
) -> None:
    page = device.start()
    page.goto(f"{line.url}/m/zh-hans/")
    page.fill("#identifier", cast.guard.username)
    page.fill("#password", PASSWORD)
    page.click("footer .go")
    page.wait_for_selector(".round-card")
    wait_for_worker(page)

    desk_page.goto(f"/cases/{case.pk}/")
    first = desk_page.locator(".candidates li").first
    expect(first).to_contain_text("Guard")
    expect(first).to_contain_text("4 分钟前在 P7 打卡")
    expect(desk_page.locator(".candidates li").nth(1)).to_contain_text("140")
    first.get_by_role("button", name="派Guard前往").click()
    expect(desk_page.locator("#dispatch .sent")).to_contain_text("已派单，待接单")
    desk_page.evaluate("window.sameDocument = true")

    page.wait_for_selector(".banner[role=alert]", timeout=5_000)  # by the stream, without a touch
    page.click(".banner[role=alert] a")
    page.wait_for_selector(".case-head")
    expect(page.locator("h1")).to_have_text("两名车主争执")
    say(page, "接单")
    expect(desk_page.locator("#dispatch .sent")).to_contain_text("已接单", timeout=4_000)
    expect(desk_page.locator("#timeline")).to_contain_text("已接单", timeout=4_000)
    assert desk_page.evaluate("window.sameDocument")
    say(page, "出发")
    expect(desk_page.locator("#dispatch .sent")).to_contain_text("在途", timeout=4_000)

    line.set("down")
    say(page, "我已到场")
    page.wait_for_selector(".is-pending")
    page.click("footer .side")
    page.fill("#text", "双方已分开，无人受伤")
    page.set_input_files("input[type=file]", picture(tmp_path / "scene.jpg"))
    page.wait_for_selector(".thumb")
    record(page)
    page.click("footer .go")
    page.wait_for_selector(".case-head")
    assert Dispatch.objects.get().state == "on_way"

    line.set()
    page.evaluate("dispatchEvent(new Event('online'))")
    eventually(lambda: Dispatch.objects.get().state == "on_site", page=page)
    eventually(
        lambda: Attachment.objects.filter(blob__state=BlobState.STORED, object_id=str(case.pk)).count() == 2,
        page=page,
    )
    expect(desk_page.locator("#dispatch .sent")).to_contain_text("已到场", timeout=4_000)
    note = desk_page.locator("#timeline li", has_text="双方已分开，无人受伤")
    expect(note.locator("audio")).to_have_count(1, timeout=4_000)
    expect(note.locator("img")).to_have_count(1)
    assert desk_page.evaluate("window.sameDocument")
    heard = desk_page.request.get(str(note.locator("audio").get_attribute("src")))
    assert (heard.status, heard.headers["content-type"]) == (200, "audio/webm")

    withdraw(user=cast.shift_leader, case_id=case.pk, dispatch_id=case.dispatches.get().pk)
    expect(page.locator(".banner[role=alert]")).to_contain_text("无需再前往", timeout=5_000)
    assert page.locator("footer .go").inner_text() == "文字、照片、语音"

    case.refresh_from_db()
    sent = case.dispatches.get()
    assert case.arrived_at == sent.on_site_at
    assert sent.on_site_at is not None
    assert [event.title for event in timeline(case)] == [
        "Opened",
        "Sent",
        "Accepted",
        "On the way",
        "On site",
        "Internal note",
        "Called back",
    ]


def record(page: Page) -> None:
    """Speak for two seconds and a half."""
    page.click(".voices .take")
    page.wait_for_selector(".take.recording")
    page.wait_for_timeout(2_500)
    page.click(".take.recording")
    page.wait_for_selector(".voice audio")


def say(page: Page, word: str) -> None:
    """The one large button."""
    button = page.locator("footer .go")
    expect(button).to_have_text(word)
    button.click()


def test_the_new_screens_of_the_phone_are_accessible_and_fit(
    line: FaultProxy, device: Phone, cast: Cast, case: Case, site: Site
) -> None:
    send(user=cast.supervisor, case_id=case.pk, person=cast.guard)
    page = device.start()
    page.goto(f"{line.url}/m/zh-hans/")
    page.fill("#identifier", cast.guard.username)
    page.fill("#password", PASSWORD)
    page.click("footer .go")
    page.wait_for_selector(".case-card")
    looks_right(page)
    for address, ready in (
        ("cases", ".case-card"),
        (f"case/{case.pk}", ".case-head"),
        (f"casenote/{case.pk}", "#text"),
        (f"casehelp/{case.pk}", "#casehelp"),
        (f"decline/{case.pk}", "#decline"),
        (f"casework/{case.pk}/act/supplies", "#casework"),
        ("report", ".tiles"),
    ):
        page.goto(f"{line.url}/m/zh-hans/#/{address}")
        page.wait_for_selector(ready)
        if address.startswith("casenote"):
            record(page)
        looks_right(page)


@pytest.mark.requirement("R014")
def test_reporting_takes_three_taps(line: FaultProxy, device: Phone, cast: Cast, case: Case) -> None:
    page = device.start()
    page.goto(f"{line.url}/m/zh-hans/")
    page.fill("#identifier", cast.guard.username)
    page.fill("#password", PASSWORD)
    page.click("footer .go")
    page.wait_for_selector(".round-card")
    page.click("footer a[href='#/report']")
    expect(page.locator(".tiles .option")).to_have_count(5)
    page.click(".tiles .option >> nth=1")
    page.wait_for_selector(".chips .option")  # what exactly may be said, and waits for nobody
    page.click("footer .go")
    page.wait_for_selector(".state-card")
    eventually(lambda: Case.objects.exclude(pk=case.pk).filter(kind="hazard").count() == 1, page=page)
