"""Following only the set-up page: an installation nobody has used, up to a scanned point of a new site."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from organization.models import Person, Site
from patrols.models import Checkpoint, Plan, Scan
from patrols.services.labels import label_url
from tests.browser import DESK, PHONE, Complaints
from tests.portal.phone_world import eventually

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(240),
]
OWN_WORDS = "a sentence nobody guesses"


def send(page: Page, **fields: str) -> None:
    """Fill the page's form and send it; it must lead on."""
    before = page.url
    for name, value in fields.items():
        field = page.locator(f"main [name={name}]")
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.locator("main form.form .form-buttons button[type=submit]").first.click()
    page.wait_for_url(lambda url: url != before, timeout=10_000)


def next_step(page: Page, origin: str) -> None:
    """Take the step the set-up page marks as next."""
    page.goto(f"{origin}/organization/setup/")
    page.locator("main li .btn-primary").click()
    page.wait_for_load_state()


@pytest.mark.requirement("R023", "R028")
def test_an_empty_installation_reaches_its_first_scan(desk: Browser, joined: int) -> None:
    """Company, site, plan, zone, point with label, person, route, plan; then a guard scans."""
    origin = f"http://localhost:{joined}"
    context = desk.new_context(viewport=DESK, locale="en-GB")
    page = context.new_page()
    complaints = Complaints()
    complaints.watch(page)
    page.goto(f"{origin}/")
    expect(page).to_have_url(re.compile("/organization/found/$"))
    send(
        page, name="First Property", code="fp", person_name="Ada", staff_number="1001", email="ada@example.org",
        password=OWN_WORDS,
    )  # fmt: skip
    expect(page).to_have_url(re.compile("/organization/setup/$"))
    page.get_by_role("link", name="New site").click()
    send(page, code="lake", name="Lakeside")
    next_step(page, origin)
    send(page, plan_width_m="200", plan_height_m="120")
    next_step(page, origin)
    send(page, code="Z1", name="Gate zone", length_m="40", width_m="20")
    next_step(page, origin)
    for target, percent in (("percentX", "25"), ("percentY", "40")):
        page.locator(f"[data-plan-target={target}]").fill(percent)
        page.locator(f"[data-plan-target={target}]").blur()
    send(page, code="P1", name="Main gate")
    next_step(page, origin)
    send(page, staff_number="2001", name="Grace", role="guard", site=str(Site.objects.get().pk))
    password = page.locator("main code").inner_text()
    next_step(page, origin)
    send(page, name="Gate round", points="P1")
    next_step(page, origin)
    page.get_by_role("button", name="Use").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Patrol plan")
    assert complaints.found == []
    context.close()

    assert Site.objects.get().zones.get().area_m2 == 800
    assert Plan.objects.get().rounds.exists()
    assert (Checkpoint.objects.get().x, Checkpoint.objects.get().y) == (0.25, 0.4)
    scan_as_guard(desk, origin, password)
    assert Scan.objects.get().checkpoint == Checkpoint.objects.get()


def scan_as_guard(desk: Browser, origin: str, password: str) -> None:
    """Sign in on the phone page with the one-time password, choose an own one, open the printed address, confirm."""
    label = Checkpoint.objects.get().labels.get()
    context = desk.new_context(viewport=PHONE, locale="en-GB", is_mobile=True, has_touch=True)
    page = context.new_page()
    page.goto(f"{origin}/m/")
    page.locator("input[autocomplete=username]").fill(Person.objects.get(name="Grace").username)
    page.locator("input[type=password]").fill(password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Choose your own password")).to_be_visible()
    page.get_by_label("New password").fill(OWN_WORDS)
    page.get_by_role("button", name="Save password").click()
    expect(page.get_by_role("heading", name="My rounds today")).to_be_visible()
    page.goto(label_url(label).replace(label_url(label).split("/c/")[0], origin))
    page.get_by_role("button", name="I am here").click()
    eventually(Scan.objects.exists)
    context.close()
