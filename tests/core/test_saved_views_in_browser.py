"""Views are saved and opened in a real browser, with the keyboard alone, on a phone's width."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from core.models import SavedView
from tests.browser import PHONE, axe, chromium, sign_in, too_wide
from tests.organization.factories import ZoneFactory

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


def test_a_view_is_saved_and_opened_with_the_keyboard(
    browser: Browser, client: Any, cast: Any, site: Any, live_server: Any
) -> None:
    ZoneFactory.create(site=site, code="L1", name="East lobby")
    ZoneFactory.create(site=site, code="R1", name="West road")
    page = browser.new_page(viewport=PHONE, base_url=live_server.url, bypass_csp=True)
    sign_in(page, client, cast.supervisor, live_server.url)
    page.goto("/zones/")
    expect(page.get_by_role("link", name="Save view")).to_have_count(0)
    page.get_by_label("Search", exact=True).fill("east")  # which searches by itself
    save = page.get_by_role("link", name="Save view")  # came with the part that the search replaced
    expect(save).to_be_visible()
    assert too_wide(page) == []
    save.press("Enter")
    page.get_by_label("Name").fill("East of the lake, with a rather long name")
    page.get_by_label("Open the list with it").press("Space")
    assert (too_wide(page), axe(page)) == ([], [])
    page.get_by_label("Name").press("Enter")
    views = page.get_by_role("navigation", name="Saved views")
    expect(views.locator("[aria-current]")).to_contain_text("East of the lake")
    assert (too_wide(page), axe(page)) == ([], [])
    views.get_by_role("link", name="All", exact=True).press("Enter")
    expect(page.get_by_text("West road")).to_be_visible()
    expect(views.locator("[aria-current]")).to_have_text("All")
    page.get_by_label("Search", exact=True).fill("east")  # which searches by itself
    expect(views.locator("[aria-current]")).to_contain_text("East of the lake")
    page.goto("/zones/")
    expect(page.get_by_text("West road")).to_have_count(0)
    views.get_by_role("link", name="Change views").press("Enter")
    expect(page.get_by_role("heading", name="Saved views")).to_be_visible()
    assert (too_wide(page), axe(page)) == ([], [])
    page.get_by_role("link", name="Change East of the lake").press("Enter")
    page.get_by_role("button", name="Delete this view…").press("Enter")
    page.get_by_role("button", name="Delete", exact=True).press("Enter")
    expect(page.get_by_text("No saved views yet")).to_be_visible()
    assert not SavedView.objects.exists()
