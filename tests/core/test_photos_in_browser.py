"""Photos and the API's page in a real browser: previews, the large picture, and a policy nobody breaks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, expect

from core.models import Attachment
from organization.models import Site
from tests.browser import DESK, Complaints, axe, chromium, sign_in
from tests.conftest import Cast
from tests.core import pictures

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.core.photos_page"),
    pytest.mark.timeout(180),
]


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def test_photos_are_previewed_sent_and_opened_large(
    browser: Browser, live_server: Any, cast: Cast, site: Site, tmp_path: Path
) -> None:
    names = []
    for number, size in enumerate([(900, 600), (300, 800)]):
        names.append(tmp_path / f"photo{number}.jpg")
        names[-1].write_bytes(pictures.jpeg(size))
    complaints = Complaints()
    page = browser.new_page(viewport=DESK, base_url=live_server.url)
    complaints.watch(page)
    sign_in(page, Client(), cast.supervisor, live_server.url)
    page.goto(f"/photos-page/{site.pk}/")
    page.set_input_files("input[type=file]", [str(name) for name in names])
    expect(page.locator(".photos-input img")).to_have_count(2)
    page.fill("input[name=remark]", "North gate")
    page.locator("main form button[type=submit]").dblclick()
    expect(page.locator(".gallery a img")).to_have_count(2)
    assert Attachment.objects.count() == 2
    page.locator(".gallery a").first.click()
    dialog = page.locator("dialog.lightbox")
    expect(dialog).to_be_visible()
    first = dialog.locator("img").get_attribute("src")
    page.keyboard.press("ArrowRight")
    assert dialog.locator("img").get_attribute("src") != first

    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    assert complaints.found == []
    lenient = browser.new_page(viewport=DESK, base_url=live_server.url, bypass_csp=True)
    sign_in(lenient, Client(), cast.supervisor, live_server.url)
    lenient.goto(f"/photos-page/{site.pk}/")
    assert axe(lenient) == []


def test_the_api_page_shows_and_tries_every_endpoint_under_the_policy(
    browser: Browser, live_server: Any, cast: Cast
) -> None:
    complaints = Complaints()
    page = browser.new_page(viewport=DESK, base_url=live_server.url)
    complaints.watch(page)
    sign_in(page, Client(), cast.supervisor, live_server.url)
    page.goto("/api/v1/docs/")
    expect(page.locator(".info .title")).to_contain_text("Orderly")
    page.locator("h3[data-tag=phone]").click()
    page.locator("#operations-phone-session_retrieve button.opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table tbody .response-col_status").first).to_contain_text("200")
    assert complaints.found == []
    lenient = browser.new_page(viewport=DESK, base_url=live_server.url, bypass_csp=True)
    sign_in(lenient, Client(), cast.supervisor, live_server.url)
    lenient.goto("/api/v1/docs/")
    expect(lenient.locator("h3[aria-level='2']").first).to_be_visible()
    assert axe(lenient) == []
