"""Every page of the permission table in Chromium: light and dark, wide and narrow, for everyone, under the strict policy."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, Response, ViewportSize

from organization.models import Person, Site
from tests.browser import DESK, PHONE, Complaints, axe, sign_in, too_wide
from tests.conftest import Cast
from tests.project.matrix import ENTRIES, GROUPS, keywords
from tests.project.routes import Route, routes
from tests.project.world import World, build

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(400),
]

#: Who looks: the first of these who may open the page.
LOOKERS = ["supervisor", "company_manager", "administrator", "auditor"]
PARTS = 4
ARRIVE = (
    "document.getAnimations().filter((one) => one instanceof CSSTransition).forEach((one) => one.finish())"
)
#: axe looks at the last two, which between them have both sizes and both lights.
LOOKS: list[tuple[ViewportSize, str]] = [(PHONE, "light"), (DESK, "dark"), (DESK, "light"), (PHONE, "dark")]


@pytest.fixture
def world(transactional_db: None, cast: Cast, site: Site) -> World:
    """One of everything at our site."""
    return build(site)


def pages() -> list[tuple[Route, str]]:
    """Routes of pages a person may ask for, each with the role that looks at it."""
    found = []
    for route in routes():
        entry = ENTRIES.get(route.name, {"who": "skip"})  # the matrix misses it, too, and says so
        group = GROUPS.get(entry["who"], [])
        looker = next((role for role in LOOKERS if role in group), None)
        if looker and entry.get("method", "get") == "get" and not route.name.startswith("api:"):
            found.append((route, looker))
    return found


def addresses(cast: Cast, world: World, part: int) -> Iterator[tuple[str, Person, str]]:
    """Name, looker and address of every fourth route whose answer is a page of HTML."""
    for route, role in pages()[part::PARTS]:
        person: Person = getattr(cast, role)
        client = Client()
        client.force_login(person)
        url = reverse(route.name, kwargs=keywords(route, ENTRIES[route.name], world))
        answer = client.get(url)
        if answer.status_code == 200 and not answer.streaming and b"<html" in answer.content:
            yield route.name, person, url
        answer.close()


def show(page: Page, size: ViewportSize, scheme: str) -> None:
    """At this size, in this light; colours that are still on their way have arrived."""
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its words
    page.wait_for_timeout(100)
    page.evaluate(ARRIVE)


def look(page: Page, complaints: Complaints) -> list[str]:
    """What is wrong with a page: it complains, is too wide, or is not accessible."""
    faults = []
    for size, scheme in LOOKS:
        show(page, size, scheme)
        faults += [
            f"{scheme} {size['width']}, wider than the window: {element}" for element in too_wide(page)
        ]
    faults += complaints.found
    for size, scheme in LOOKS[-2:]:
        show(page, size, scheme)
        faults += [f"{scheme} {size['width']}, {fault}" for fault in axe(page)]
    page.wait_for_timeout(100)  # what is complained of arrives a moment later
    complaints.found.clear()  # axe itself adds a style, which the policy rightly refuses
    return faults


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_accessible_fits_a_phone_and_obeys_the_policy(
    desk: Browser, joined: int, cast: Cast, world: World, part: int
) -> None:
    base = f"http://localhost:{joined}"
    faults: list[str] = []
    seen: dict[int, Page] = {}
    complaints = Complaints()
    visited = 0
    for name, person, url in addresses(cast, world, part):
        if person.pk not in seen:
            page = desk.new_page(viewport=DESK, base_url=base)
            complaints.watch(page)
            sign_in(page, Client(), person, base)
            seen[person.pk] = page
        page = seen[person.pk]
        page.set_viewport_size(DESK)
        answer: Response | None = page.goto(url)
        if answer is None or answer.status != 200:
            faults.append(f"{name}: {answer and answer.status}")
            continue
        page.wait_for_timeout(250)
        faults += [f"{name}: {fault}" for fault in look(page, complaints)]
        visited += 1
    assert faults == [], "\n" + "\n".join(faults)
    assert visited > 15


def test_no_page_is_left_out() -> None:
    """The table names the pages; this only makes sure that the list is not empty by mistake."""
    names = {route.name for route, _role in pages()}
    assert {"portal:live", "patrols:round", "kpi:month", "organization:zone_change", "audit:list"} <= names
