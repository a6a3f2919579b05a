"""Every screen of the phone page: readable by everyone, never wider than the phone, and renewed only when asked."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from portal import phone as shells
from tests.browser import PHONE, Complaints, axe, chromium, too_wide
from tests.portal.phone_world import World, eventually, sign_in, wait_for_worker, world

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SCREENS = [
    "#/",
    "#/round/1",
    "#/round/2",
    "#/scan?round=1",
    "#/type?round=1",
    "#/point/2w.1.c2lnbmF0dXJl104",
    "#/cannot?round=1",
    "#/report",
    "#/outbox",
    "#/settings",
    "#/signout",
    "#/round/999",
    "#/check/none",
]


@pytest.fixture
def server(live_server: Any) -> Iterator[World]:
    with world(live_server.url) as made:
        yield made


def look(page: Page, name: str, faults: list[str]) -> None:
    """Collect what is wrong with the screen as it stands."""
    page.wait_for_timeout(300)
    faults += [f"{name}: {fault}" for fault in axe(page)]
    faults += [f"{name} is too wide: {element}" for element in too_wide(page)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_is_accessible_and_fits(server: World, scheme: Any) -> None:
    faults: list[str] = []
    complaints = Complaints()
    with chromium() as browser:
        context = browser.new_context(viewport=PHONE, color_scheme=scheme, bypass_csp=True)
        page = context.new_page()
        complaints.watch(page)
        page.goto(f"{server.url}/m/en/")
        page.wait_for_selector("#identifier")
        look(page, "signin", faults)
        sign_in(page, server)
        for screen in SCREENS:
            page.goto(f"{server.url}/m/zh-hans/{screen}")
            page.wait_for_selector("h1")
            look(page, screen, faults)
        page.goto(f"{server.url}/m/zh-hans/#/type?round=1")
        page.fill("#code", "b2-07")
        page.click(".option >> nth=0")
        page.click("footer .go")
        page.wait_for_selector(".sheet")
        look(page, "saved", faults)
        page.click(".sheet .primary")
        page.click(".item >> nth=0 >> .option >> nth=1")
        page.click("footer .go")
        page.wait_for_selector(".problem")
        look(page, "check with faults", faults)
        server.fault(dead=True)
        page.goto(f"{server.url}/m/zh-hans/#/report")
        page.click(".tiles .option >> nth=0")
        page.click("footer .go")
        page.wait_for_selector(".state-card")
        look(page, "outbox offline", faults)
        server.fault(signOut=True)
        page.goto(f"{server.url}/m/zh-hans/#/signin")
        page.reload()
        page.fill("#identifier", "1003")
        page.fill("#password", "told-once")
        page.click("footer .go")
        page.wait_for_selector("#choose")
        page.click("footer .go")
        page.wait_for_selector(".problem")
        look(page, "own password", faults)
    assert not faults, "\n".join(faults)
    assert not complaints.found


@pytest.mark.fault("F20")
def test_a_new_release_waits_until_the_person_takes_it_and_the_queue_stays(
    server: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with chromium() as browser:
        page = browser.new_context(viewport=PHONE).new_page()
        sign_in(page, server)
        wait_for_worker(page)
        page.reload()
        page.wait_for_selector(".round-card")
        server.fault(mode="502")
        page.goto(f"{server.url}/m/zh-hans/#/report")
        page.click(".tiles .option >> nth=0")
        page.click("footer .go")
        page.wait_for_selector(".state-card")

        newer = shells._shell
        monkeypatch.setattr(
            shells,
            "shell_of",
            lambda language: shells.Shell(
                newer(language).html.replace("<body", "<body data-new"), newer(language).policy
            ),
        )
        monkeypatch.setattr(shells, "_kept_release", shells._release)
        page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
        page.wait_for_selector(".banner.t-info")
        assert page.locator("body[data-new]").count() == 0
        page.click(".banner.t-info button")
        page.wait_for_selector("body[data-new]")
        page.wait_for_selector("footer")
        server.fault()
        page.goto(f"{server.url}/m/zh-hans/#/outbox")
        page.click("footer .go")
        eventually(lambda: len(server.operations) == 1, page=page)
