"""Dimensions, sites against chance, and the wall: they show what the month shows, refuse who does not oversee, ask as often with more."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kpi.indicators import Dimension, indicators
from kpi.selectors.counting import days_of
from kpi.selectors.dimensions import dimensions_of
from kpi.selectors.months import month_of
from kpi.selectors.periods import Month
from kpi.selectors.wall import MOST, wall_of
from kpi.services.folding import fold_changed
from organization.models import Company
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory
from tests.kpi.conftest import NOW, World
from tests.organization.factories import SiteFactory

PAGES = (
    "/kpi/dimensions/",
    "/kpi/wall/",
    "/kpi/wall/part/",
    "/kpi/sites/",
    "/kpi/heat/",
    "/kpi/bottlenecks/",
)


@pytest.mark.requirement("R068")
def test_every_indicator_stands_in_one_dimension_the_worst_first(world: World) -> None:
    found, _closed = dimensions_of(world.site, Month(world.day(0).replace(day=1)))
    assert [one.group for one in found] == list(Dimension)
    codes = [line.standing.indicator.code for one in found for line in one.lines]
    assert sorted([*codes, "K52"]) == sorted(indicators())
    for one in found:
        tones = [line.standing.tone for line in one.known]
        assert tones == sorted(tones, key=["danger", "warn", "ok", "idle"].index)
        assert len(one.met) + len(one.missed) + len(one.unjudged) == len(one.known)
        assert len(one.known) + len(one.silent) + len(one.awaited) == len(one.lines)


@pytest.mark.requirement("R068")
def test_dimensions_show_the_values_of_the_month(world: World, cast: Cast, client: Client) -> None:
    fold_changed()
    month = Month(world.day(0).replace(day=1))
    of_month = {
        line.standing.indicator.code: line.standing.value for line in month_of(world.site, month).indicators
    }
    found = {
        line.standing.indicator.code: line.standing.value
        for one in dimensions_of(world.site, month)[0]
        for line in one.lines
    }
    assert found == {code: value for code, value in of_month.items() if code != "K52"}
    client.force_login(cast.project_manager)
    html = client.get("/kpi/dimensions/").content.decode()
    assert "Work efficiency" in html
    assert "UNDEFINED" not in html


def test_the_wall_shows_today_and_what_misses_its_target(world: World, cast: Cast, client: Client) -> None:
    CaseFactory.create(site=world.site, due_at=NOW.replace(hour=1))
    CaseFactory.create(site=world.site)
    found = wall_of(world.site)
    assert [(one.label, one.value) for one in found.today[1:]] == [("Open cases", "2"), ("Overdue", "1")]
    codes = [line.standing.indicator.code for line in found.lines]
    assert codes[:2] == ["K09", "K10"]
    assert len(codes) <= MOST
    assert all(line.standing.value is not None for line in found.lines)
    client.force_login(cast.project_manager)
    html = client.get("/kpi/wall/").content.decode()
    assert 'data-theme="dark"' in html
    assert f'data-live-url-value="/kpi/wall/part/?site={world.site.pk}"' in html
    assert "<form" not in html.split("<main")[1]  # nothing to touch
    assert 'data-theme="light"' in client.get("/kpi/wall/", {"theme": "light"}).content.decode()


def test_sites_are_compared_with_chance(world: World, cast: Cast, client: Client, company: Company) -> None:
    fold_changed()
    client.force_login(cast.company_manager)
    html = client.get("/kpi/sites/").content.decode()
    assert "Fewer than three sites have data" in html
    response: Any = client.get("/kpi/sites/", {"indicator": "K10"})
    assert response.context["funnel"].indicator.code == "K10"
    assert {site.name for site in response.context["funnel"].without_data} == {"Sibling Tower"}
    assert client.get("/kpi/sites/", {"group": "teamwork", "indicator": "x"}).status_code == 200
    content = b"".join(client.get("/kpi/sites/", {"export": "csv", "part": "funnel"}).streaming_content)  # type: ignore[attr-defined]
    assert world.site.name in content.decode("utf-8-sig")


@pytest.mark.parametrize("page", PAGES)
def test_pages_ask_as_often_with_more_records(world: World, cast: Cast, client: Client, page: str) -> None:
    fold_changed()
    client.force_login(cast.company_manager)
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        assert client.get(page).status_code == 200
    for _number in range(3):
        CaseFactory.create(site=world.site)
    SiteFactory.create(company=world.site.company)
    with CaptureQueriesContext(connection) as many:
        client.get(page)
    assert len(many) == len(few)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("person", ["guard", "facility_engineer", "trainer"])
def test_who_does_not_oversee_is_refused(
    world: World, cast: Cast, client: Client, page: str, person: str
) -> None:
    client.force_login(getattr(cast, person))
    assert client.get(page).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_a_foreign_site_is_never_shown(world: World, cast: Cast, client: Client, page: str) -> None:
    client.force_login(cast.foreign_manager)
    assert world.site.name not in client.get(page, {"site": world.site.pk}).content.decode()


@pytest.mark.requirement("R068")
def test_dimensions_of_one_zone_tell_what_its_counts_tell(world: World, cast: Cast, client: Client) -> None:
    fold_changed()
    client.force_login(cast.supervisor)
    query = f"/kpi/dimensions/?site={world.site.pk}&month=2026-11&zone={world.gate.pk}"
    page: Any = client.get(query)
    lines = {
        line.standing.indicator.code: line for group in page.context["dimensions"] for line in group.lines
    }
    total = days_of(world.site, world.day(0), world.day(19)).total(world.gate.pk)
    assert lines["K10"].standing.denominator == total["points_due"]
    assert lines["K10"].standing.numerator == total["points_visited"]
    assert f"zone={world.gate.pk}" in lines["K10"].denominator_page
    assert lines["K43"].standing.value is None
    assert lines["K47"].standing.value is None
    text = page.content.decode()
    assert f'<input type="hidden" name="zone" value="{world.gate.pk}">' in text, (
        "another month keeps the zone"
    )
    whole: Any = client.get(f"/kpi/dimensions/?site={world.site.pk}&month=2026-11")
    at = {line.standing.indicator.code: line for group in whole.context["dimensions"] for line in group.lines}
    assert at["K10"].standing.denominator > lines["K10"].standing.denominator
    file = b"".join(client.get(f"{query}&export=csv&part=indicators").streaming_content)  # type: ignore[attr-defined]
    assert b"K10" in file
