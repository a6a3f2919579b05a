"""The whole house once through: a guard walks a round without a network and is cut off by a kill; the supervisor's open
page shows it the moment it arrives; the month's workbook has the figures of the rows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from checklists.models import Check, Checklist, ChecklistItem, ChecklistVersion, ItemKind, VersionState
from core import clock
from core.models import Attachment, Blob, BlobState
from incidents.models import Case
from kpi.selectors.periods import Month
from organization.models import Person, Site
from patrols.models import Checkpoint, Round, RoundStatus, Scan
from patrols.services.judging import judge_due
from tests.browser import DESK, Complaints, sign_in
from tests.browser.film import film, printed
from tests.conftest import Cast
from tests.faults.faultproxy import FaultProxy
from tests.kpi.raw import raw_counts
from tests.kpi.test_monthly_report import CODES, table
from tests.organization.factories import PASSWORD, ZoneFactory
from tests.patrols.factories import CheckpointFactory, PlanFactory, RoundFactory, RouteFactory
from tests.portal.phone_world import Phone, eventually, picture, wait_for_worker

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300),
]

ABNORMAL, NORMAL = "B03", "B07"
TAKE_SHEET = """() => {
  const sheet = document.querySelector(".sheet");
  const primary = sheet?.querySelector(".primary");
  if (!primary) return null;
  const read = { title: sheet.querySelector("h2").textContent, saved: Boolean(sheet.querySelector(".c-ok")), href: primary.getAttribute("href") ?? "" };
  primary.click();
  return read;
}"""
IN_OUTBOX = """async () => {
  const { openDB } = await import("idb");
  const db = await openDB("orderly-phone");
  const kinds = (await db.getAll("outbox")).map((item) => item.kind);
  db.close();
  return kinds.sort();
}"""


@dataclass(frozen=True)
class Walk:
    """What is to be walked."""

    site: Site
    points: list[Checkpoint]
    round: Round


@pytest.fixture
def walk(line: FaultProxy, cast: Cast, site: Site) -> Walk:
    """Ten points in a basement, two with a checklist; a round due now and one that nobody walked this month."""
    site.language = "en"
    site.save(update_fields=["language"])
    checklist = Checklist.objects.create(company=site.company, code="pump", name={"en": "Pump room"})
    version = ChecklistVersion.objects.create(
        checklist=checklist, number=1, state=VersionState.PUBLISHED, published_at=clock.now()
    )
    ChecklistItem.objects.create(version=version, position=1, kind=ItemKind.NORMAL, label={"en": "Pump"})
    zone = ZoneFactory.create(site=site, code="B", name="Basement")
    points = [
        CheckpointFactory.create(
            site=site, zone=zone, code=f"B{n:02}", name=f"Basement door {n}", x=0.1 + 0.002 * n, y=0.4,
            checklist=checklist if f"B{n:02}" in (ABNORMAL, NORMAL) else None,
        )
        for n in range(1, 11)
    ]  # fmt: skip
    plan = PlanFactory.create(route=RouteFactory.create(site=site, over=points), name="Basement round")
    RoundFactory.create(plan=plan, due_start=clock.now() - timedelta(hours=4))
    judge_due(clock.now())
    due = RoundFactory.create(plan=plan, due_start=clock.now() - timedelta(minutes=10))
    return Walk(site, points, due)


@contextmanager
def open_page(desk: Browser, person: Person, base: str) -> Iterator[Page]:
    """A page at the desk; afterwards nothing may have been complained of."""
    complaints = Complaints()
    page = desk.new_page(viewport=DESK, base_url=base, accept_downloads=True)
    complaints.watch(page)
    sign_in(page, Client(), person, base)
    yield page
    assert complaints.found == []
    page.context.close()


def scan_all(page: Page, walk: Walk, folder: Path) -> list[str]:
    """Scan what the camera sees until the round is complete; the codes in the order they were saved."""
    codes: list[str] = []
    while len(codes) < len(walk.points):
        page.wait_for_selector(".sheet .primary", timeout=60_000)
        sheet = page.evaluate(TAKE_SHEET)
        if sheet is None or not sheet["saved"] or (code := sheet["title"].split(" ")[0]) in codes:
            continue  # seen before, or not yet away
        codes.append(code)
        if "/check/" in sheet["href"]:
            fill_check(page, codes[-1] == ABNORMAL, folder)
            if len(codes) < len(walk.points):
                page.click("footer .go")
    return codes


def fill_check(page: Page, abnormal: bool, folder: Path) -> None:
    """Answer the checklist; what is abnormal with words and two photos."""
    page.click(f".item .option >> nth={1 if abnormal else 0}")
    if abnormal:
        page.fill("textarea", "The pump leaks")
        for number in (1, 2):
            page.set_input_files("input[type=file]", picture(folder / f"leak{number}.jpg"))
            page.wait_for_selector(f".thumb:nth-of-type({number})")
    page.click("footer .go")
    page.wait_for_selector("section.next")


@pytest.mark.requirement("R006")
@pytest.mark.requirement("R010")
@pytest.mark.requirement("R049")
@pytest.mark.requirement("R056")
@pytest.mark.fault("F13")
def test_a_round_without_network_through_kills_reaches_the_supervisor_and_the_month(
    line: FaultProxy, device: Phone, desk: Browser, cast: Cast, walk: Walk, tmp_path: Path
) -> None:
    device.film = film(printed(walk.points, cast.supervisor), tmp_path / "camera.y4m")
    page = device.start()
    page.goto(f"{line.url}/m/en/")
    page.fill("#identifier", cast.guard.username)
    page.fill("#password", PASSWORD)
    page.click("footer .go")
    page.wait_for_selector(".round-card")
    wait_for_worker(page)
    device.close()  # Chromium writes its cookies on the way out, and now and then

    line.set("down")
    page = device.start()  # cold, with the server out of reach
    page.goto(f"{line.url}/m/en/")
    page.click(".round-card a")
    page.click("footer .go")
    codes = scan_all(page, walk, tmp_path)
    assert sorted(codes) == [point.code for point in walk.points]
    page.goto(f"{line.url}/m/en/#/report")
    page.click(".tiles .option >> nth=0")
    page.fill("#text", "A fire door stands open")
    page.click("footer .go")
    page.wait_for_selector(".state-card")
    device.kill()

    page = device.start()
    page.goto(f"{line.url}/m/en/#/outbox")
    page.wait_for_selector(".state-card")
    assert page.evaluate(IN_OUTBOX) == ["checklists.check"] * 2 + ["incidents.report"] + ["patrols.scan"] * 10
    assert not Scan.objects.exists()

    base = f"http://localhost:{line.upstream}"
    with open_page(desk, cast.supervisor, base) as live:
        live.goto("/live/")
        expect(live.locator(".live-state[data-state=open]")).to_have_text("live")
        live.evaluate("window.sameDocument = true")
        before = live.inner_html("#live-rounds")
        line.set()
        page.click("footer .go")
        eventually(lambda: Case.objects.count() == 2 and Scan.objects.count() == 10, page=page, step=50)
        live.wait_for_function(
            """before => window.sameDocument && document.querySelector("#live-rounds").innerHTML !== before
              && ["The pump leaks", "A fire door stands open"].every((text) => document.querySelector("#live-cases").textContent.includes(text))
              && document.querySelectorAll("#live-feed li").length >= 10""",
            arg=before,
            timeout=3_000,
        )
        eventually(lambda: Blob.objects.filter(state=BlobState.STORED).count() == 2, page=page)
        check_rows(cast, walk)
        book = month_report(live, tmp_path)
    check_figures(book, walk)


def check_rows(cast: Cast, walk: Walk) -> None:
    """Everything stands in the tables exactly once."""
    scans = list(Scan.objects.all())
    assert sorted(scan.checkpoint_id or 0 for scan in scans) == sorted(point.pk for point in walk.points)
    assert {(scan.person_id, scan.round_id, scan.method) for scan in scans} == {
        (cast.guard.pk, walk.round.pk, "qr")
    }
    walk.round.refresh_from_db()
    assert walk.round.status == RoundStatus.COMPLETED
    assert sorted(walk.round.visited) == sorted(point.pk for point in walk.points)
    assert Check.objects.count() == 2
    found, reported = Case.objects.get(answer__isnull=False), Case.objects.get(answer=None)
    assert found.answer is not None
    assert (found.title, found.answer.text) == ("The pump leaks", "The pump leaks")
    assert (reported.title, reported.reported_by_id) == ("A fire door stands open", cast.guard.pk)
    assert Attachment.objects.filter(object_id=str(found.pk), content_type__model="case").count() == 2
    assert Attachment.objects.filter(object_id=str(reported.pk), content_type__model="case").count() == 0


def month_report(page: Page, folder: Path) -> Any:
    """Ask for the workbook on the page of the month, wait for the job, open the file."""
    page.goto("/kpi/")
    page.locator("a.btn-primary[href*='/kpi/reports/']").first.click()
    page.locator("form:has(input[name=form][value=xlsx]) button").first.click()
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("link", name="Download").click(timeout=60_000)
    path = folder / "month.xlsx"
    download.value.save_as(path)
    return openpyxl.load_workbook(path)


def check_figures(book: Any, walk: Walk) -> None:
    """The same figures as plain SQL over the rows."""
    month = Month.current(walk.site)
    expected = raw_counts(walk.site, month.first, month.last)
    counted = {CODES[row["What"]]: row["Number"] for row in table(book, "Rounds and scans")}
    assert {code: number for code, number in counted.items() if number} == expected
    assert (expected["rounds_completed"], expected["rounds_missed"], expected["points_visited"]) == (1, 1, 10)
    assert len(table(book, "All rounds")) == expected["rounds_due"] == 2
