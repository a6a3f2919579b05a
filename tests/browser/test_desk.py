"""At the desk with a keyboard: a call becomes a case in under twenty seconds; a colleague is named in a note."""

import re
import time

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from incidents.models import Case, Mention
from incidents.services.prepared import install_templates
from organization.models import Site
from tests.browser import DESK, Complaints, sign_in
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory
from tests.organization.factories import ZoneFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(240),
]

CASE = re.compile(r"/cases/\d+/$")
#: A practised person: letters a second, and the pause between two acts.
LETTERS_A_SECOND = 5
PAUSE = 0.6
MOST_ACTS = 12
MOST_SECONDS = 20


class Hands:
    """Types and presses at a human pace; counts acts and the seconds a person would have needed."""

    def __init__(self, page: Page) -> None:
        self.page, self.acts, self.seconds = page, 0, 0.0

    def press(self, key: str) -> None:
        """One key."""
        self.acts += 1
        self.seconds += PAUSE
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """A text, letter by letter."""
        self.acts += 1
        self.seconds += PAUSE + len(text) / LETTERS_A_SECOND
        self.page.keyboard.type(text)


@pytest.fixture
def page(desk: Browser, joined: int, cast: Cast) -> Page:
    """The supervisor's browser."""
    made = desk.new_page(viewport=DESK, base_url=f"http://localhost:{joined}")
    sign_in(made, Client(), cast.supervisor, f"http://localhost:{joined}")
    return made


def test_a_call_is_a_case_in_under_twenty_seconds_without_the_mouse(
    page: Page, cast: Cast, site: Site
) -> None:
    complaints = Complaints()
    complaints.watch(page)
    ZoneFactory.create(site=site, code="Z1", name="3栋")
    known = CaseFactory.create(site=site, kind="incident", title="3栋电梯困人", place="3栋2单元")
    page.goto("/cases/add/")
    expect(page.locator("[name=kind]").first).to_be_focused()
    hands = Hands(page)
    hands.press("1")
    expect(page.locator("#id_title")).to_be_focused()
    hands.type("电梯困人两名")
    expect(page.locator("[name=priority][value=P1]")).to_be_checked()
    assert page.locator("#id_what").input_value() == "incident/001.06"
    hands.press("Tab")
    hands.type("3栋2单元")
    hands.press("Tab")
    hands.press("ArrowDown")
    expect(page.locator("#like")).to_contain_text(known.number)
    hands.press("Control+Enter")
    page.wait_for_url(CASE)
    case = Case.objects.latest("pk")
    assert (case.kind, case.priority, case.category, case.subcategory) == ("incident", "P1", "001", "001.06")
    assert (case.title, case.place, case.zone.code if case.zone else "") == ("电梯困人两名", "3栋2单元", "Z1")
    assert hands.acts <= MOST_ACTS
    assert hands.seconds < MOST_SECONDS
    assert complaints.found == []


def test_a_template_fills_the_form_in_one_click_and_a_draft_is_kept(
    page: Page, cast: Cast, site: Site
) -> None:
    install_templates(site.company)
    page.goto("/cases/add/")
    page.get_by_role("button", name="Burst pipe").click()
    assert page.locator("#id_title").input_value() == "Burst pipe"
    assert page.locator("#id_what").input_value() == "incident/003.03"
    expect(page.get_by_label("Shut the valve")).to_be_visible()
    page.locator("#id_place").fill("Garage B2")
    time.sleep(0.6)
    page.reload()
    expect(page.locator("#id_place")).to_have_value("Garage B2")
    page.get_by_label("Shut the valve").check()
    page.get_by_role("button", name="Open the case").click()
    page.wait_for_url(CASE)
    case = Case.objects.get()
    assert case.priority == "P2"
    assert case.entries.get(kind="note").text.startswith("☑ Shut the valve\n☐")


def test_a_colleague_is_named_with_the_keyboard(page: Page, cast: Cast, site: Site) -> None:
    case = CaseFactory.create(site=site)
    page.goto(f"/cases/{case.pk}/note/")
    page.locator("#id_text").focus()
    page.keyboard.type("Please look, @Shift")
    option = page.get_by_role("option", name="Shift Leader")
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator("#id_text")).to_have_value("Please look, @Shift Leader ")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"**/cases/{case.pk}/")
    assert Mention.objects.get().person == cast.shift_leader


def test_several_cases_are_chosen_and_noted(page: Page, cast: Cast, site: Site) -> None:
    cases = CaseFactory.create_batch(3, site=site)
    page.goto("/cases/")
    expect(page.get_by_role("button", name="Add a note")).to_be_disabled()
    page.get_by_label("All on this page").check()
    page.get_by_role("button", name="Add a note").click()
    page.locator("#id_text").fill("Checked on the evening round")
    page.get_by_role("button", name="Add a note").click()
    expect(page.get_by_role("heading", name="3 of 3 done")).to_be_visible()
    assert all(case.entries.filter(kind="note").exists() for case in cases)
