"""The phone page and the real server together: what a guard did without a network stands in the tables once."""

import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Page, sync_playwright

from checklists.models import (
    Answer,
    Check,
    Checklist,
    ChecklistItem,
    ChecklistVersion,
    ItemKind,
    VersionState,
)
from core import clock
from core.models import AuditEntry, Blob, BlobState, Operation
from incidents.models import Case
from organization.models import Person, Site
from patrols.models import Checkpoint, Round, Scan
from patrols.services.labels import label_url
from tests.organization.factories import PASSWORD
from tests.patrols.factories import CheckpointFactory, PlanFactory, RoundFactory, RouteFactory
from tests.portal.phone_world import Phone, eventually, film_of, picture, wait_for_worker

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def checklist(company: Any) -> ChecklistVersion:
    """One question: normal or not."""
    made = Checklist.objects.create(
        company=company, code="pump", name={"en": "Pump room", "zh-hans": "水泵房"}
    )
    version = ChecklistVersion.objects.create(
        checklist=made, number=1, state=VersionState.PUBLISHED, published_at=clock.now()
    )
    ChecklistItem.objects.create(
        version=version, position=1, kind=ItemKind.NORMAL, label={"en": "Pump", "zh-hans": "水泵"}
    )
    return version


@pytest.fixture
def round_now(site: Site, checklist: ChecklistVersion) -> Round:
    """A round of three points that may be walked now; the first has the checklist."""
    points = [
        CheckpointFactory.create(site=site, code=code, name=f"Point {code}", checklist=made)
        for code, made in (("B2-07", checklist.checklist), ("B2-08", None), ("B2-09", None))
    ]
    route = RouteFactory.create(site=site, over=points)
    plan = PlanFactory.create(route=route, name="Basement round")
    due = clock.now() - timedelta(minutes=10)
    return RoundFactory.create(plan=plan, due_start=due, status="due")


@pytest.fixture
def phone(tmp_path: Path, round_now: Round) -> Iterator[Phone]:
    """A phone whose camera looks at the first point's label."""
    first = Checkpoint.objects.get(code="B2-07")
    film = film_of(label_url(first.labels.get()), tmp_path / "camera.y4m")
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "true"  # the browser's loop runs in this thread; the test waits for it
    )
    try:
        with sync_playwright() as playwright:
            device = Phone(playwright, tmp_path / "profile", film)
            try:
                yield device
            finally:
                device.close()
                _wait_for_requests()
                connections.close_all()  # while the loop runs, Django keeps separate connections
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def _wait_for_requests() -> None:
    """Requests the server still answers hold database connections: the database goes after them."""
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=5)


def sign_in(page: Page, url: str, person: Person) -> None:
    page.goto(f"{url}/m/en/")
    page.fill("#identifier", person.username)
    page.fill("#password", PASSWORD)
    page.click("footer .go")
    page.wait_for_selector(".round-card")


#: As a browser does it: the database goes, with or without the rest of what scripts may write.
THROW_AWAY = """
async (all) => {
  if (all) localStorage.clear();
  await new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase("orderly-phone");
    request.onsuccess = resolve;
    request.onerror = reject;
  });
}
"""


def report(page: Page, url: str, text: str) -> None:
    """Report something; returns when the page says that it is saved."""
    page.goto(f"{url}/m/en/#/report")
    page.wait_for_selector(".tiles")
    page.click(".tiles .option >> nth=0")
    page.fill("#text", text)
    page.click("footer .go")
    page.wait_for_selector(".state-card")


def offline(phone: Phone) -> None:
    assert phone.context is not None
    phone.context.set_offline(True)


@pytest.mark.requirement("R028")
@pytest.mark.requirement("R030")
@pytest.mark.fault("F13")
def test_what_was_done_offline_through_a_kill_stands_in_the_tables_once(
    phone: Phone, live_server: Any, cast: Any, round_now: Round, tmp_path: Path
) -> None:
    guard: Person = cast.guard
    page = phone.start()
    sign_in(page, live_server.url, guard)
    assert "Basement round" in page.inner_text(".round-card")
    wait_for_worker(page)
    phone.close()  # Chromium writes its cookies on the way out, and now and then

    page = phone.start()
    offline(phone)
    page.goto(f"{live_server.url}/m/en/")
    page.click(".round-card a")
    page.click("footer .go")
    page.wait_for_selector(".sheet", timeout=30_000)
    page.click(".sheet .primary")
    page.click(".item .option >> nth=1")
    page.fill("textarea", "The pump leaks")
    for _ in range(2):
        count = page.locator(".thumb").count()
        page.set_input_files("input[type=file]", picture(tmp_path / "leak.jpg"))
        page.wait_for_selector(f".thumb:nth-of-type({count + 1})")
    page.click("footer .go")
    page.wait_for_selector("section.next")

    page.goto(f"{live_server.url}/m/en/#/type?round={round_now.pk}")
    page.fill("#code", "b2 08")
    page.click(".option >> nth=0")
    page.click("footer .go")
    page.wait_for_selector(".sheet")
    phone.kill()

    page = phone.start()
    offline(phone)
    page.goto(f"{live_server.url}/m/en/#/cannot?round={round_now.pk}")
    page.select_option("#point", label="B2-09 Point B2-09")
    page.click(".option >> nth=0")
    page.set_input_files("input[type=file]", picture(tmp_path / "gone.jpg"))
    page.wait_for_selector(".thumb")
    page.click("footer .go")
    page.wait_for_selector(".next.complete")
    page.goto(f"{live_server.url}/m/en/#/report")
    page.click(".tiles .option >> nth=0")
    page.fill("#text", "A door stands open")
    page.click("footer .go")
    page.wait_for_selector(".state-card")
    assert Operation.objects.count() == 0

    assert phone.context is not None
    phone.context.set_offline(False)
    page.click("footer .go")
    eventually(lambda: Blob.objects.filter(state=BlobState.STORED).count() == 3, page=page)
    eventually(lambda: page.locator(".state-card.t-ok").count() == 1, page=page)

    scans = {
        scan.checkpoint.code: scan for scan in Scan.objects.select_related("checkpoint") if scan.checkpoint
    }
    assert {code: scan.method for code, scan in scans.items()} == {
        "B2-07": "qr",
        "B2-08": "typed",
        "B2-09": "cannot",
    }
    assert {scan.person_id for scan in scans.values()} == {guard.pk}
    assert {scan.round_id for scan in scans.values()} == {round_now.pk}
    assert Check.objects.get().answers.count() == Answer.objects.filter(is_abnormal=True).count() == 1
    assert sorted(Case.objects.values_list("title", flat=True)) == ["A door stands open", "The pump leaks"]
    assert not phone.complaints


@pytest.mark.fault("F16")
@pytest.mark.parametrize("marker", ["kept", "gone"])
def test_a_browser_that_lost_its_database_says_so_and_the_record_keeps_it(
    phone: Phone, live_server: Any, cast: Any, round_now: Round, marker: str
) -> None:
    page = phone.start()
    sign_in(page, live_server.url, cast.guard)
    report(page, live_server.url, "sent")
    eventually(lambda: Operation.objects.count() == 1, page=page)
    page.wait_for_selector(".state-card.t-ok")
    offline(phone)
    for text in ("lost", "lost too"):
        report(page, live_server.url, text)
    page.evaluate(THROW_AWAY, marker == "gone")
    page.close()
    assert phone.context is not None
    phone.context.set_offline(False)

    page = phone.page()
    page.goto(f"{live_server.url}/m/en/")
    page.wait_for_selector(".banner.t-danger")
    told = page.inner_text(".banner.t-danger")
    assert ("up to 2 records" in told) if marker == "kept" else ("not sent yet are lost" in told)
    lost = AuditEntry.objects.filter(action__in=["core.phone_lost_records", "core.phone_lost_storage"])
    eventually(lost.exists, page=page)
    details = lost.get().details
    assert (details["from_seq"], details["received_seq"]) == (2, 1)
    assert details.get("count") == (2 if marker == "kept" else None)
    report(page, live_server.url, "after the gap")
    eventually(lambda: Operation.objects.count() == 2, page=page)
    assert Operation.objects.order_by("seq").last().seq == (4 if marker == "kept" else 2)  # type: ignore[union-attr]
    assert not phone.complaints


def test_a_one_time_password_is_replaced_on_the_phone_before_work_comes(
    phone: Phone, live_server: Any, cast: Any, round_now: Round
) -> None:
    guard: Person = cast.guard
    guard.must_change_password = True
    guard.set_password("abcd-efgh-jkmn-pqrs")
    guard.save()
    page = phone.start()
    page.goto(f"{live_server.url}/m/en/")
    page.fill("#identifier", guard.username)
    page.fill("#password", "abcd-efgh-jkmn-pqrs")
    page.click("footer .go")
    page.wait_for_selector("#choose")
    assert page.locator("#current").count() == 0  # it was typed a moment ago
    page.fill("#password", "short")
    page.click("footer .go")
    page.wait_for_selector("#password-help .problem")
    assert "at least 12" in page.inner_text("#password-help")
    page.fill("#password", "password1234")
    page.click("footer .go")
    page.wait_for_selector("#password-help .problem >> text=well known")

    page.goto(f"{live_server.url}/m/en/#/report")  # no way around it, nor after a new start
    page.wait_for_selector("#choose")
    page.reload()
    page.fill("#current", "abcd-efgh-jkmn-pqrs")
    page.fill("#password", "four quiet words at night")
    offline(phone)
    page.wait_for_selector("footer .side")  # without a network one may go on with what is here
    assert page.locator("footer .go[disabled]").count() == 1
    assert phone.context is not None
    phone.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector("footer .go:not([disabled])")
    page.click("footer .go")
    page.wait_for_selector(".tiles")  # where it had wanted to go
    page.goto(f"{live_server.url}/m/en/#/")
    page.wait_for_selector(".round-card")
    guard.refresh_from_db()
    assert guard.check_password("four quiet words at night")
    assert not guard.must_change_password
    assert not phone.complaints


def test_a_wrong_password_and_an_ended_session_are_told_in_words(
    phone: Phone, live_server: Any, cast: Any, round_now: Round
) -> None:
    page = phone.start()
    page.goto(f"{live_server.url}/m/en/")
    page.fill("#identifier", cast.guard.username)
    page.fill("#password", "wrong")
    page.click("footer .go")
    page.wait_for_selector(".problem")
    sign_in(page, live_server.url, cast.guard)
    assert phone.context is not None
    phone.context.clear_cookies()
    page.goto(f"{live_server.url}/m/en/#/outbox")
    page.click("footer .go")
    page.wait_for_selector(".net.t-danger")
    page.click(".net")
    page.fill("#password", PASSWORD)
    page.click("footer .go")
    page.wait_for_selector(".round-card")
    assert "Online" in page.inner_text(".net")
