"""Incidents by type: how often, against the month before and a year ago, with what impact; every number opens its rows."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from incidents.models import Case, CaseStatus
from kpi.reports import monthly_report
from kpi.selectors.events import EventsView, events_of
from kpi.selectors.periods import Month
from organization.models import Site
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory
from tests.kpi.heaps import heap
from tests.kpi.test_cases_are_counted_exactly import rows_behind
from tests.organization.factories import ZoneFactory

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
MONTH = Month(date(2026, 11, 1))
PAGE = "/kpi/events/"


@pytest.fixture
def lived(cast: Cast, site: Site) -> Any:
    """Random cases of this month and the one before, some of a year ago; 800 households."""
    site.households = 800
    site.save(update_fields=["households"])
    zones = [ZoneFactory.create(site=site), ZoneFactory.create(site=site), None]
    heap(site, cast.supervisor, zones, datetime(2026, 10, 20, tzinfo=UTC), 30, 120, seed=3)
    heap(site, cast.supervisor, zones, datetime(2025, 11, 1, tzinfo=UTC), 28, 30, seed=4)
    Case.objects.filter(kind="incident", pk__in=Case.objects.order_by("?")[:80]).update(place="Garage B2")
    with time_machine.travel(NOW, tick=False):
        yield site


def slow(site: Site, month: Month) -> Counter[tuple[str, ...]]:
    """The number of each type in a month, one case at a time."""
    found: Counter[tuple[str, ...]] = Counter()
    for case in Case.objects.filter(site=site).exclude(status=CaseStatus.VOID).exclude(kind="incident", subcategory="002.05"):  # fmt: skip
        if Month.of(case.reported_at.astimezone(site.zone_info).date()) == month:
            found[case.kind,] += 1
            found[case.kind, case.category] += 1
            if case.subcategory:
                found[case.kind, case.category, case.subcategory] += 1
    return found


@pytest.mark.requirement("R016")
def test_each_type_is_counted_in_three_months(lived: Site) -> None:
    view = events_of(lived, MONTH)
    now, before, year_ago = (slow(lived, month) for month in (MONTH, MONTH.previous, MONTH.back(12)))
    assert view.whole.count == now["incident",] > 10
    assert (view.whole.before, view.whole.year_ago) == (before["incident",], year_ago["incident",])
    category = ""
    for line in view.incidents:
        category = category if line.depth else line.code
        key = ("incident", category, line.code) if line.depth else ("incident", line.code)
        assert (line.count, line.before, line.year_ago) == (now[key], before[key], year_ago[key]), key
        assert line.per_thousand == pytest.approx(now[key] / 800 * 1000)
    assert sum(line.count for line in view.incidents if not line.depth) == view.whole.count
    others = sum(number for key, number in now.items() if len(key) == 1 and key[0] != "incident")
    assert sum(line.count for line in view.others if not line.depth) == others
    assert view.by_month["002"][-1] == now["incident", "002"]
    assert view.by_month["002"][-2] == before["incident", "002"]


@pytest.mark.requirement("R016")
def test_the_impact_is_added_up(lived: Site) -> None:
    cases = [
        case
        for case in Case.objects.filter(site=lived, kind="incident").exclude(status="void")
        if case.subcategory != "002.05"
        and Month.of(case.reported_at.astimezone(lived.zone_info).date()) == MONTH
    ]
    impact = events_of(lived, MONTH).whole.impact
    assert impact.dead == sum(case.incident.dead for case in cases)
    assert impact.injured == sum(case.incident.injured for case in cases)
    assert impact.seriously_injured == sum(case.incident.seriously_injured for case in cases)
    assert impact.loss == sum(case.incident.loss_amount or 0 for case in cases)
    assert impact.zones == len({case.zone_id for case in cases} - {None})
    assert impact.level == min((case.incident.level for case in cases if case.incident.level), default=None)
    spans = sorted(
        over - case.reported_at
        for case in cases
        if (over := case.controlled_at or case.resolved_at) is not None
    )
    middle = (spans[(len(spans) - 1) // 2] + spans[len(spans) // 2]) / 2
    assert impact.lasted is not None
    assert abs(impact.lasted - middle) < timedelta(milliseconds=1)


@pytest.mark.requirement("R016")
def test_every_number_opens_its_cases(lived: Site, cast: Cast, client: Client) -> None:
    client.force_login(cast.project_manager)
    view: EventsView = client.get(f"{PAGE}?site={lived.pk}&month=2026-11").context["view"]
    for line in [*view.incidents, *view.others, view.whole]:
        assert rows_behind(client, line.page) == line.count
        assert rows_behind(client, line.before_page) == line.before
        assert rows_behind(client, line.year_ago_page) == line.year_ago
    total = 0
    for row in client.get(view.whole.dead_page).context["table"].page.object_list:
        total += row.record.incident.dead
    assert total == view.whole.impact.dead > 0
    assert rows_behind(client, view.whole.level_page) > 0
    assert view.places
    for place in view.places:
        assert rows_behind(client, place.page) == place.place.count
    assert view.places[0].place.count > 1


def test_the_page_has_a_fixed_number_of_queries_and_all_its_words(
    lived: Site, cast: Cast, client: Client
) -> None:
    client.force_login(cast.project_manager)
    address = f"{PAGE}?site={lived.pk}"
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        html = client.get(address).content.decode()
    assert "UNDEFINED" not in html
    assert "Garage B2" in html
    heap(lived, cast.supervisor, [None], datetime(2026, 11, 5, tzinfo=UTC), 9, 40, seed=8)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_a_month_without_events_says_so(site: Site, cast: Cast, client: Client) -> None:
    client.force_login(cast.project_manager)
    assert "Nothing was reported" in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("person", "status"), [("auditor", 200), ("supervisor", 200), ("guard", 403), ("trainer", 403)]
)
def test_those_who_oversee_see_it(site: Site, cast: Cast, client: Client, person: str, status: int) -> None:
    client.force_login(getattr(cast, person))
    assert client.get(PAGE).status_code == status


@pytest.mark.requirement("R016")
def test_the_report_has_them_in_the_language_of_the_site(lived: Site) -> None:
    lived.language = "zh-hans"
    lived.save(update_fields=["language"])
    report = monthly_report(lived, MONTH)
    sheet = next(sheet for sheet in report.sheets if sheet.key == "events")
    view = events_of(lived, MONTH)
    assert [row.count for row in sheet] == [line.count for line in view.incidents]
    total: Any = sheet.totals
    assert total.count == view.whole.count


class TestApi:
    """/api/v1/figures/events/ and month/."""

    def test_events(self, lived: Site, cast: Cast, client: Client) -> None:
        client.force_login(cast.supervisor)
        rows = client.get(f"/api/v1/figures/events/?site={lived.pk}&month=2026-11").json()
        fire = next(row for row in rows if row["code"] == "002")
        assert fire["count"] == slow(lived, MONTH)["incident", "002"]
        assert {row["kind"] for row in rows} == {
            "incident",
            "violation",
            "hazard",
            "service_request",
            "complaint",
        }

    def test_month(self, lived: Site, cast: Cast, client: Client) -> None:
        client.force_login(cast.supervisor)
        rows = client.get(f"/api/v1/figures/month/?site={lived.pk}&month=2026-11").json()
        k43 = next(row for row in rows if row["code"] == "K43")
        assert k43["unit"] == "permille"
        assert k43["is_met"] is (k43["value"] <= 0.002)

    @pytest.mark.parametrize("month", ["2026-12", "2026-13", "x", ""])
    def test_a_month_that_cannot_be(self, lived: Site, cast: Cast, client: Client, month: str) -> None:
        client.force_login(cast.supervisor)
        answer = client.get(f"/api/v1/figures/events/?site={lived.pk}&month={month}")
        assert answer.status_code == 400

    def test_guards_are_refused_and_foreigners_see_no_site(
        self, lived: Site, cast: Cast, client: Client
    ) -> None:
        for person, status in ((cast.guard, 403), (cast.foreign_manager, 404)):
            client.force_login(person)
            answer = client.get(f"/api/v1/figures/events/?site={lived.pk}&month=2026-11")
            assert answer.status_code == status


def test_the_chip_says_what_is_listed(site: Site, cast: Cast, client: Client) -> None:
    CaseFactory.create(site=site, kind="hazard", reported_at=NOW, occurred_at=NOW)
    client.force_login(cast.supervisor)
    address = f"{reverse('incidents:cases')}?site={site.pk}&first=2026-11-01&last=2026-11-30&counted=hazards_unverified&kind=hazard"
    response: Any = client.get(address)
    assert "Hazards not verified yet" in response.content.decode()
    assert response.context["figure"].without == f"?site={site.pk}&kind=hazard"
    assert rows_behind(client, f"{address}&zone=999999") >= 0  # an unknown zone breaks nothing
    assert client.get(f"{reverse('incidents:cases')}?counted=nonsense&first=x").status_code == 200
