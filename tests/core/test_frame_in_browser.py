"""The desk's frame in a real browser: every component, accessible, narrow and wide, light and dark; nothing typed is lost."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import DESK, PHONE, Complaints, axe, chromium, sign_in, too_wide
from tests.organization.factories import PASSWORD, ZoneFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.core.urls_frame"),
    pytest.mark.timeout(180),
]


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Chromium."""
    with chromium() as started:
        yield started


@pytest.fixture
def page(browser: Browser, live_server: Any) -> Page:
    """A page of the desk's size."""
    return browser.new_page(viewport=DESK, base_url=live_server.url)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_every_component_is_accessible_fits_and_obeys_the_policy(
    browser: Browser, live_server: Any, size: Any, scheme: Any
) -> None:
    complaints = Complaints()
    strict = browser.new_page(viewport=size, color_scheme=scheme, base_url=live_server.url)
    complaints.watch(strict)
    strict.goto("/styleguide/")
    expect(strict.locator("canvas").first).to_be_visible()
    expect(strict.locator(".plan-editor .leaflet-pane").first).to_be_attached()
    strict.wait_for_timeout(500)
    assert complaints.found == []
    assert too_wide(strict) == []

    lenient = browser.new_page(viewport=size, color_scheme=scheme, base_url=live_server.url, bypass_csp=True)
    lenient.goto("/styleguide/")
    expect(lenient.locator(".plan-editor .leaflet-pane").first).to_be_attached()
    lenient.wait_for_timeout(500)
    assert axe(lenient) == []


def test_the_keyboard_reaches_the_content_and_closes_menus(
    page: Page, client: Any, cast: Any, live_server: Any
) -> None:
    sign_in(page, client, cast.supervisor, live_server.url)
    page.goto("/note/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.goto("/styleguide/")
    expect(page.locator(".error-summary")).to_be_focused()
    summary = page.locator(".switcher > summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".switcher .menu-panel")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".switcher .menu-panel a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".switcher .menu-panel")).to_be_hidden()
    expect(summary).to_be_focused()


def test_the_menu_of_a_phone_opens_and_closes(browser: Browser, live_server: Any) -> None:
    page = browser.new_page(viewport=PHONE, base_url=live_server.url)
    page.goto("/styleguide/")
    expect(page.locator("#main-nav")).to_be_hidden()
    page.locator(".nav-button").click()
    expect(page.locator("#main-nav").get_by_role("link", name="Patrols")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#main-nav")).to_be_hidden()


def test_a_destructive_act_asks_once_by_name(page: Page) -> None:
    page.goto("/styleguide/")
    page.get_by_role("button", name="Archive", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Outer perimeter")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_the_chosen_theme_is_painted_by_the_server_next_time(page: Page) -> None:
    page.goto("/styleguide/")
    page.locator(".menu summary[aria-label^='Account']").click()
    page.get_by_role("button", name="Dark").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.request.get("/styleguide/").text().count('data-theme="dark"') == 1


def test_what_was_typed_survives_an_ended_session(
    page: Page, client: Any, cast: Any, live_server: Any
) -> None:
    sign_in(page, client, cast.supervisor, live_server.url)
    page.goto("/note/")
    page.get_by_label("Title").fill("Lift 3")
    page.get_by_label("Text").fill("Door does not close.\nSecond line.")
    page.get_by_label("Secret").fill("never kept")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Save").click()
    page.get_by_label("Staff number, phone or e-mail").fill(cast.supervisor.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{live_server.url}/note/")
    expect(page.get_by_label("Title")).to_have_value("Lift 3")
    expect(page.get_by_label("Text")).to_have_value("Door does not close.\nSecond line.")
    expect(page.get_by_label("Secret")).to_have_value("")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(f"{live_server.url}/zones/")
    page.goto("/note/")
    expect(page.get_by_label("Title")).to_have_value("")


def test_another_person_never_sees_a_draft(page: Page, client: Any, cast: Any, live_server: Any) -> None:
    sign_in(page, client, cast.supervisor, live_server.url)
    page.goto("/note/")
    page.get_by_label("Title").fill("Only mine")
    page.wait_for_timeout(500)
    sign_in(page, client, cast.guard, live_server.url)
    page.goto("/note/")
    expect(page.get_by_label("Title")).to_have_value("")
    assert "Only mine" not in page.evaluate("JSON.stringify({...sessionStorage})")


def test_a_live_part_follows_what_is_published_and_leaves_a_typing_person_alone(
    page: Page, client: Any, cast: Any, live_server: Any
) -> None:
    sign_in(page, client, cast.supervisor, live_server.url)
    page.goto("/live/")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url) if "/part/" in request.url else None)

    def publish(topic: str, kind: str) -> None:
        message = {"type": "event", "id": "9-0", "data": {"topic": topic, "kind": kind, "ids": {}}}
        page.evaluate(
            "([name, message]) => new BroadcastChannel(name).postMessage(message)",
            [f"orderly-live:{cast.supervisor.pk}", message],
        )

    publish("site:2", "rounds")
    publish("site:1", "cases")
    page.wait_for_timeout(1500)
    assert requests == []
    for _ in range(8):
        publish("site:1", "rounds")
    expect(page.locator("#part")).to_contain_text("new")
    page.wait_for_timeout(1500)
    assert len(requests) <= 2
    page.locator("#link").focus()
    publish("site:1", "rounds")
    page.wait_for_timeout(1800)
    expect(page.locator("#link")).to_be_focused()
    page.locator("#say").fill("half a word")
    publish("site:1", "rounds")
    page.wait_for_timeout(2500)
    expect(page.locator("#say")).to_have_value("half a word")


def test_a_list_filters_itself_while_one_types(
    page: Page, client: Any, cast: Any, site: Any, live_server: Any
) -> None:
    ZoneFactory(site=site, code="A1", name="East gate")
    ZoneFactory(site=site, code="B2", name="Car park")
    sign_in(page, client, cast.supervisor, live_server.url)
    page.goto("/zones/")
    page.get_by_label("Search").press_sequentially("gate")
    expect(page.locator("#list")).not_to_contain_text("Car park")
    expect(page.locator("#list")).to_contain_text("East gate")
    expect(page.get_by_label("Search")).to_be_focused()
    expect(page).to_have_url(f"{live_server.url}/zones/?q=gate")
    page.get_by_role("link", name="Clear").click()
    expect(page.locator("#list")).to_contain_text("Car park")
