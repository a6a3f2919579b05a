"""The phone page in a real Chromium, against a server that is broken on purpose."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, sync_playwright

from tests.portal.phone_world import (
    Phone,
    World,
    eventually,
    film_of,
    node,
    picture,
    sign_in,
    wait_for_worker,
    world,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PUMP_ROOM = 104


@pytest.fixture
def server(live_server: Any) -> Iterator[World]:
    with world(live_server.url) as made:
        yield made


@pytest.fixture
def token() -> str:
    """What stands in the label of the pump room in tests/js/sample_day.mjs."""
    script = Path(settings.BASE_DIR) / "tests" / "js" / "sample_day.mjs"
    code = f"import({json.dumps(script.as_uri())}).then((day) => console.log(day.token({PUMP_ROOM})))"
    return subprocess.run([node(), "-e", code], capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def phone(tmp_path: Path, token: str) -> Iterator[Phone]:
    film = film_of(f"https://orderly.example/c/{token}", tmp_path / "camera.y4m")
    with sync_playwright() as playwright:
        device = Phone(playwright, tmp_path / "profile", film)
        yield device
        device.close()


def report(page: Page, server: World, text: str, language: str = "zh-hans") -> None:
    """Report something in this tab; returns when the page says that it is saved."""
    page.goto(f"{server.url}/m/{language}/#/report")
    page.wait_for_selector(".tiles")
    page.click(".tiles .option >> nth=0")
    page.fill("#text", text)
    page.click("footer .go")
    page.wait_for_selector(".state-card")


@pytest.mark.requirement("R028")
@pytest.mark.fault("F13")
def test_a_round_is_walked_without_a_server_through_a_kill_and_arrives_once(
    phone: Phone, server: World, token: str, tmp_path: Path
) -> None:
    page = phone.start()
    sign_in(page, server)
    wait_for_worker(page)
    phone.close()
    server.fault(dead=True)

    page = phone.start()
    page.goto(f"{server.url}/m/zh-hans/")
    page.click(".round-card a")
    page.click("footer .go")
    page.wait_for_selector(".sheet", timeout=30_000)
    assert "B2-07" in page.inner_text(".sheet h2")
    page.click(".sheet .primary")
    page.click(".item >> nth=0 >> .option >> nth=1")
    page.fill("#text-1", "漏水 canary-4711")
    page.set_input_files("#photo-1", picture(tmp_path / "leak.jpg"))
    page.wait_for_selector(".thumb")
    page.wait_for_timeout(500)
    phone.kill()
    for kept in phone.profile.rglob("*"):
        if kept.is_file():
            assert b"canary-4711" not in kept.read_bytes()

    page = phone.start()
    page.goto(f"{server.url}/c/{token}")  # the label opened with the phone's own camera, still offline
    page.wait_for_selector("main .point")
    assert f"/m/zh-hans/#/point/{token}" in page.url
    page.goto(f"{server.url}/m/zh-hans/#/round/1")
    page.click(".list li a")
    assert page.input_value("#text-1") == "漏水 canary-4711"
    assert page.locator(".thumb").count() == 1
    page.fill("input[inputmode=decimal]", "0.9")
    page.click(".item >> nth=2 >> .option >> nth=0")
    page.set_input_files("#photo-5", picture(tmp_path / "gauge.jpg"))
    page.wait_for_selector("#item-5 .thumb")
    page.click("footer .go")
    page.wait_for_selector("section.next")
    server.fault()
    eventually(lambda: len([u for u in server.state["uploads"] if u["state"] == "stored"]) == 2, page=page)

    scan, check = server.operations
    assert (scan["kind"], scan["body"]["checkpoint_id"], scan["body"]["method"]) == (
        "patrols.scan",
        PUMP_ROOM,
        "qr",
    )
    assert scan["body"]["lat"] == pytest.approx(31.2304)
    assert (check["kind"], check["body"]["scan_id"]) == ("checklists.check", scan["id"])
    assert check["body"]["answers"][0]["text"] == "漏水 canary-4711"
    assert [scan["seq"], check["seq"]] == [1, 2]
    assert len(check["photos"]) == 2
    assert not phone.complaints


@pytest.mark.fault("F18")
def test_three_tabs_send_each_record_once(phone: Phone, server: World) -> None:
    tabs = [phone.start(), phone.page(), phone.page()]
    sign_in(tabs[0], server)
    server.fault(dead=True)
    wait = tabs[0]
    for number in range(6):
        tab = tabs[number % 3]
        if number in (1, 2):
            server.fault()
            tab.goto(f"{server.url}/m/zh-hans/")
            tab.wait_for_selector(".round-card")
            server.fault(dead=True)
        report(tab, server, f"from tab {number}")
    server.fault()
    for tab in tabs:
        tab.evaluate("dispatchEvent(new Event('online'))")
    eventually(lambda: len(server.operations) == 6, page=wait)
    deliveries = [identifier for batch in server.state["deliveries"] for identifier in batch]
    assert len(deliveries) == len(set(deliveries)) == 6
    assert sorted(op["seq"] for op in server.operations) == [1, 2, 3, 4, 5, 6]


@pytest.mark.fault("F8")
@pytest.mark.parametrize("mode", ["html200", "redirect", "404html", "413", "502", "cut_request"])
def test_what_is_no_receipt_never_empties_the_queue(phone: Phone, server: World, mode: str) -> None:
    page = phone.start()
    sign_in(page, server)
    server.fault(mode=mode)
    report(page, server, "stays")
    page.wait_for_timeout(1500)
    assert server.operations == []
    assert page.locator(".list li").count() == 1
    server.fault()
    page.click("footer .go")
    eventually(lambda: len(server.operations) == 1, page=page)


@pytest.mark.fault("F21")
@pytest.mark.fault("F22")
def test_an_ended_session_asks_to_sign_in_and_another_guard_sends_nothing_of_the_first(
    phone: Phone, server: World
) -> None:
    page = phone.start()
    sign_in(page, server)
    server.fault(signOut=True)
    report(page, server, "of the first")
    page.wait_for_selector(".net.t-danger")
    page.click(".net")
    page.fill("#identifier", "1002")
    page.fill("#password", "correct horse")
    page.click("footer .go")
    page.wait_for_selector(".round-card")
    report(page, server, "of the second")
    eventually(lambda: len(server.operations) == 1, page=page)
    assert server.operations[0]["person_id"] == 12
    assert page.locator(".note").filter(has_text=re.compile("1")).count() >= 1
    page.goto(f"{server.url}/m/zh-hans/#/signout")
    page.click("footer .go")
    page.fill("#identifier", "1001")
    page.fill("#password", "correct horse")
    page.click("footer .go")
    eventually(lambda: [op["person_id"] for op in server.operations] == [12, 11], page=page)


@pytest.mark.fault("F15")
def test_on_a_full_phone_scans_are_saved_when_photos_are_not(
    phone: Phone, server: World, tmp_path: Path
) -> None:
    page = phone.start()
    assert phone.context is not None
    devtools = phone.context.new_cdp_session(page)
    # From the start: Chromium remembers for a while how much is left.
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": server.url, "quotaSize": 3_000_000})
    sign_in(page, server)
    wait_for_worker(page)
    server.fault(dead=True)
    page.goto(f"{server.url}/m/zh-hans/#/cannot?round=1&point=105")
    page.wait_for_selector("#point")
    refused = page.locator(".photos + .problem")
    for number in range(1, 9):
        page.set_input_files("input[type=file]", picture(tmp_path / "big.jpg"))
        thumbs = page.locator(f".thumb:nth-of-type({number})")
        refused.or_(thumbs).first.wait_for()
        if refused.count():
            break
    assert refused.count() == 1
    page.click(".options .option >> nth=0")
    page.click("footer .go")
    page.wait_for_selector("section.list")
    for _ in range(5):
        report(page, server, "still saved " + "x" * 500)
    retake, waiting = page.locator("section.list").all()
    assert retake.locator("li").count() >= 1, "photos are given up before scans are refused"
    assert waiting.locator("li").count() == 6
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": server.url})
    server.fault()
    page.click("footer .go")
    eventually(lambda: len(server.operations) == 6, page=page)
