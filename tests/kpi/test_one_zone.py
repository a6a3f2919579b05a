"""The month, the table of evaluation and the events by type of one zone: plain counts over the records, and the way to exactly these."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from incidents.models import Case
from kpi.indicators.patrols import POINTS_DUE, POINTS_VISITED, VERDICTS
from kpi.models import ClosedMonth
from kpi.reports.month_page import month_sheets
from kpi.selectors.dimensions import dimensions_of
from kpi.selectors.evaluation import Evaluation, evaluate
from kpi.selectors.events import EventsView, events_of
from kpi.selectors.months import MonthView, month_of
from kpi.selectors.periods import Month
from kpi.services.folding import fold_changed, refold
from organization.models import Site, Zone
from patrols.models import Round, Scan
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory
from tests.kpi.conftest import NOW, World
from tests.kpi.heaps import heap
from tests.kpi.measures import proposed
from tests.kpi.test_month_page import rows_behind
from tests.organization.factories import ZoneFactory
from tests.patrols.factories import PlanFactory, RouteFactory

NOVEMBER = Month(date(2026, 11, 1))
PAGES = ("/kpi/", "/kpi/dimensions/", "/kpi/evaluation/", "/kpi/events/")


@pytest.fixture
def lived(world: World, cast: Cast) -> World:
    """Cases of all kinds in the gate, in the garage and nowhere, this month, the month before and a year ago."""
    zones = [world.gate, world.garage, None]
    heap(world.site, cast.supervisor, zones, datetime(2026, 10, 20, tzinfo=UTC), 30, 90, seed=5)
    heap(world.site, cast.supervisor, zones, datetime(2025, 11, 3, tzinfo=UTC), 25, 20, seed=6)
    list(refold(world.site, date(2026, 9, 1), NOW.date()))
    fold_changed()
    return world


def local_day(case: Case) -> date:
    """The day it was reported, on the site's clock."""
    return case.reported_at.astimezone(case.site.zone_info).date()


def asked(world: World, zone: Zone | None = None, **more: Any) -> dict[str, Any]:
    """The address of November of a zone."""
    query = {"site": world.site.pk, "month": "2026-11", **more}
    return query if zone is None else {**query, "zone": zone.pk}


def values(view: MonthView) -> dict[str, float]:
    """Every count a page of a month shows, by code."""
    return {line.measure.code: line.value for line in [*view.rounds, *view.verdicts, *view.cases]}


class TestMonth:
    """/kpi/?zone="""

    def test_figures_equal_a_count_over_the_records(self, lived: World) -> None:
        view = month_of(lived.site, NOVEMBER, zone=lived.gate)
        here = {point.pk for point in lived.points if point.zone_id == lived.gate.pk}
        ended = Counter(row.status for row in Round.objects.filter(site=lived.site) if here & set(row.points))
        judged = [row for row in Round.objects.filter(site=lived.site) if row.status != "cancelled"]
        found = values(view)
        for outcome in ("completed", "late", "partial", "missed", "cancelled"):
            assert found[f"rounds_{outcome}"] == ended[outcome] > 0
        k10 = next(line.standing for line in view.indicators if line.standing.indicator.code == "K10")
        assert k10.denominator == sum(len(here & set(row.points)) for row in judged)
        assert k10.numerator == sum(len(here & set(row.visited)) for row in judged)
        scans = Scan.objects.filter(site=lived.site, checkpoint__in=here)
        assert sum(line.value for line in view.verdicts) == scans.count() > 0
        cases = [
            case for case in Case.objects.filter(zone=lived.gate) if Month.of(local_day(case)) == NOVEMBER
        ]
        assert found["cases_void"] == sum(c.status == "void" and c.duplicate_of_id is None and c.kind != "incident" for c in cases)  # fmt: skip
        assert found["hazards_reported"] == sum(c.kind == "hazard" and c.status != "void" for c in cases) > 0

    def test_zones_and_what_has_none_add_up_to_the_site(self, lived: World) -> None:
        whole = month_of(lived.site, NOVEMBER)
        parts = [month_of(lived.site, NOVEMBER, zone=zone) for zone in (lived.gate, lived.garage)]
        nowhere = lived.points[3].pk
        judged = Round.objects.filter(site=lived.site).exclude(status="cancelled")
        due = sum(nowhere in row.points for row in judged)
        visited = sum(nowhere in row.visited for row in judged)
        assert sum(view.total[POINTS_DUE.code] for view in parts) + due == whole.total[POINTS_DUE.code]
        added = sum(view.total[POINTS_VISITED.code] for view in parts) + visited
        assert added == whole.total[POINTS_VISITED.code]
        for one in VERDICTS:
            loose = Scan.objects.filter(checkpoint=nowhere, verdict=one.code.removeprefix("scans_")).count()
            assert sum(view.total.get(one.code, 0) for view in parts) + loose == whole.total.get(one.code, 0)
        for kind in ("incidents", "hazards", "complaints"):
            code = f"{kind}_reported"
            rows = whole.counts([line.measure for line in whole.cases if line.measure.code == code])
            outside = rows[0].measure.rows(whole.scope).filter(zone=None).count()
            assert sum(values(view)[code] for view in parts) + outside == rows[0].value > 0

    def test_each_day_of_its_charts_is_a_count_of_that_day(self, lived: World) -> None:
        view = month_of(lived.site, NOVEMBER, zone=lived.garage)
        for number in range(0, 20, 4):
            scans = Scan.objects.filter(checkpoint=lived.points[2], corrected_at__date=lived.day(number))
            assert sum(view.day(lived.day(number)).get(one.code, 0) for one in VERDICTS) == scans.count()

    @pytest.mark.requirement("R056")
    def test_every_number_opens_exactly_its_rows(self, lived: World, cast: Cast, client: Client) -> None:
        client.force_login(cast.project_manager)
        page: Any = client.get("/kpi/", asked(lived, lived.gate))
        view = page.context["view"]
        text = page.content.decode().replace("&amp;", "&")
        for line in [*view.rounds, *view.verdicts, view.late_uploads, *view.cases]:
            assert f"zone={lived.gate.pk}" in line.page
            assert rows_behind(client, line.page) == line.value, line.measure.code
        for line in view.indicators:
            if line.is_told and line.standing.value is not None and line.denominator_page:
                assert f"zone={lived.gate.pk}" in line.denominator_page, line.standing.indicator.code
        wrong = list(page.context["wrong"])
        assert len(wrong) == rows_behind(client, page.context["wrong_page"]) > 0
        assert f"/kpi/indicators/K10/?site={lived.site.pk}&month=2026-11&zone={lived.gate.pk}" in text

    def test_worst_points_and_rounds_are_those_of_the_zone(self, lived: World) -> None:
        other = PlanFactory.create(route=RouteFactory.create(site=lived.site, over=[lived.points[2]]))
        Round.objects.filter(pk=lived.rounds[3].pk).update(plan=other, points=[lived.points[2].pk])
        view = month_of(lived.site, NOVEMBER, zone=lived.gate)
        assert {line.point.zone for line in view.worst} == {lived.gate.name}
        assert {line.point.checkpoint_id for line in view.worst} == {one.pk for one in lived.points[:2]}
        assert all(f"zone={lived.gate.pk}" in line.page for line in view.worst)
        garage = month_of(lived.site, NOVEMBER, zone=lived.garage)
        assert garage.gap is not None
        assert view.gap is not None
        assert garage.gap.length > view.gap.length  # nobody walks there on every fifth day

    def test_what_is_told_of_the_whole_site_stands_apart(self, lived: World) -> None:
        view = month_of(lived.site, NOVEMBER, zone=lived.gate)
        apart = {line.standing.indicator.code for group in view.groups for line in group.apart}
        assert {"K43", "K21", "K47", "K05", "K38"} <= apart
        silent = {line.standing.indicator.code for group in view.groups for line in group.silent}
        assert not apart & silent
        assert all(line.standing.value is None for line in view.indicators if not line.is_told)

    def test_the_page_names_the_zone_and_the_way_back(self, lived: World, cast: Cast, client: Client) -> None:
        client.force_login(cast.supervisor)
        whole = client.get("/kpi/", asked(lived)).content.decode().replace("&amp;", "&")
        assert f'href="/kpi/?site={lived.site.pk}&month=2026-11&zone={lived.gate.pk}"' in whole
        page = client.get("/kpi/", asked(lived, lived.gate)).content.decode()
        assert f"November 2026 · {lived.gate.name}" in page
        assert "All zones" in page
        assert "Close this month" not in page
        assert f'<input type="hidden" name="zone" value="{lived.gate.pk}">' in page, "another month keeps it"
        empty = ZoneFactory.create(site=lived.site, name="Roof")
        assert "Nothing was counted in this zone" in client.get("/kpi/", asked(lived, empty)).content.decode()

    @pytest.mark.requirement("R103")
    def test_a_closed_month_is_told_as_it_was_written_down(
        self, closed: ClosedMonth, world: World, cast: Cast, client: Client
    ) -> None:
        client.force_login(cast.supervisor)
        page: Any = client.get("/kpi/", asked(world, world.gate))
        view = page.context["view"]
        k09 = next(line.standing for line in view.indicators if line.standing.indicator.code == "K09")
        assert (k09.numerator, k09.denominator) == (4, 16)
        assert values(view)["rounds_completed"] == 4
        assert view.day(world.day(0))["rounds_completed"] == 1
        assert closed.sha256 in page.content.decode()
        line = next(
            one for one in evaluate(world.site, NOVEMBER, 1, world.gate).lines if one.indicator.code == "K09"
        )
        assert (line.standing.numerator, line.standing.denominator) == (4, 16)
        assert [int(row.value) for row in line.rows] == [4, 16]
        several = evaluate(world.site, NOVEMBER.next, 3, world.gate)
        line = next(one for one in several.lines if one.indicator.code == "K09")
        assert (line.standing.numerator, line.standing.denominator) == (4, 16)

    def test_its_files_carry_the_zone(self, lived: World, cast: Cast, client: Client) -> None:
        client.force_login(cast.supervisor)
        assert "zones" in {sheet.key for sheet in month_sheets(month_of(lived.site, NOVEMBER))}
        narrowed = month_sheets(month_of(lived.site, NOVEMBER, zone=lived.gate))
        assert "zones" not in {sheet.key for sheet in narrowed}
        file: Any = client.get("/kpi/", asked(lived, lived.gate, export="xlsx"))
        assert "-a1-month" in file.headers["Content-Disposition"]
        book = load_workbook(BytesIO(b"".join(file.streaming_content)))
        cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
        assert any("2026-11 · Gate" in cell for cell in cells)
        rows = csv_of(client, "/kpi/", asked(lived, lived.gate, export="csv", part="counts"))
        found = values(month_of(lived.site, NOVEMBER, zone=lived.gate))
        assert f"Rounds due,{int(found['rounds_due'])}," in rows
        days = csv_of(client, "/kpi/", asked(lived, lived.gate, export="csv", part="days"))
        assert days.count("2026-11-") >= 30


class TestEvaluation:
    """/kpi/evaluation/?zone="""

    def test_it_tells_what_the_month_tells_of_the_zone(self, lived: World) -> None:
        month = {
            line.standing.indicator.code: line.standing.value
            for line in month_of(lived.site, NOVEMBER, zone=lived.gate).indicators
        }
        found = evaluate(lived.site, NOVEMBER, 1, lived.gate)
        told = {line.indicator.code: line.standing.value for line in found.lines}
        assert "K10" in told
        assert told == {code: value for code, value in month.items() if value is not None}
        by_dimension = {
            line.standing.indicator.code: line.standing.value
            for group in dimensions_of(lived.site, NOVEMBER, lived.gate)[0]
            for line in group.known
        }
        assert told == by_dimension
        assert {"K43", "K47"} <= {one.code for one in found.apart}

    @pytest.mark.parametrize("months", [1, 3])
    def test_every_count_opens_exactly_its_rows(
        self, lived: World, cast: Cast, client: Client, months: int
    ) -> None:
        client.force_login(cast.project_manager)
        page: Any = client.get("/kpi/evaluation/", asked(lived, lived.garage, months=months))
        found: Evaluation = page.context["view"]
        for line in found.lines:
            if line.indicator.code in ("K09", "K14", "K02", "K08", "K27"):
                for row in line.rows:
                    assert f"zone={lived.garage.pk}" in row.page
                    assert rows_behind(client, row.page) == row.value, row.measure.code

    @pytest.mark.requirement("R012")
    def test_measures_are_those_of_the_zone_and_of_the_whole_site(
        self, lived: World, cast: Cast, client: Client
    ) -> None:
        days = {"starts_on": NOW.date(), "due_on": NOW.date() + timedelta(days=20)}
        for title, zone in (("Lamps here", lived.gate), ("Lamps there", lived.garage), ("Radios", None)):
            proposed(cast.supervisor, lived.site, cast.shift_leader, title=title, zone=zone, **days)
        client.force_login(cast.supervisor)
        page: Any = client.get("/kpi/evaluation/", asked(lived, lived.gate))
        line = next(one for one in page.context["view"].lines if one.indicator.code == "K09")
        assert {one.title for one in line.measures} == {"Lamps here", "Radios"}
        assert "Lamps there" not in page.content.decode()
        rows = csv_of(client, "/kpi/evaluation/", asked(lived, lived.gate, export="csv"))
        assert "Lamps here" in rows
        assert "(Whole site, " in rows
        assert "Lamps there" not in rows
        paper: Any = client.get("/kpi/evaluation/", asked(lived, lived.gate, export="xlsx"))
        assert "-a1-2026-11" in paper.headers["Content-Disposition"]
        book = load_workbook(BytesIO(b"".join(paper.streaming_content)))
        cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
        assert any("Gate" in cell for cell in cells)

    def test_a_measure_is_started_for_the_zone(self, lived: World, cast: Cast, client: Client) -> None:
        client.force_login(cast.supervisor)
        text = client.get("/kpi/evaluation/", asked(lived, lived.gate)).content.decode().replace("&amp;", "&")
        query = f"indicator=K10&month=2026-11&site={lived.site.pk}&zone={lived.gate.pk}"
        assert query in text
        form: Any = client.get(f"{reverse('kpi:improvement_add')}?{query}").context["form"]
        assert form.initial["zone"] == lived.gate
        k10 = next(
            line.standing
            for line in month_of(lived.site, NOVEMBER, zone=lived.gate).indicators
            if line.standing.indicator.code == "K10"
        )
        assert k10.shown in form.initial["problem"]
        assert lived.gate.name in form.initial["problem"]


class TestEvents:
    """/kpi/events/?zone="""

    @pytest.mark.requirement("R016")
    def test_each_type_is_a_count_over_the_cases_of_the_zone(self, lived: World) -> None:
        numbers: Counter[tuple[Month, str, str]] = Counter()
        real = Case.objects.filter(zone=lived.gate).exclude(status="void")
        for case in real.exclude(kind="incident", subcategory="002.05"):
            numbers[Month.of(local_day(case)), case.kind, case.category] += 1
        view = events_of(lived.site, NOVEMBER, lived.gate)
        for line in [*view.incidents, *view.others]:
            if not line.depth and line.kind == "incident":
                months = (NOVEMBER, NOVEMBER.previous, NOVEMBER.back(12))
                counted = tuple(numbers[month, line.kind, line.code] for month in months)
                assert (line.count, line.before, line.year_ago) == counted
        assert view.whole.count == sum(n for (m, k, _c), n in numbers.items() if (m, k) == (NOVEMBER, "incident")) > 0  # fmt: skip
        assert view.whole.per_thousand is None
        assert view.whole.impact.zones == 1

    @pytest.mark.requirement("R016")
    def test_zones_and_what_has_none_add_up_to_the_site(self, lived: World) -> None:
        whole = events_of(lived.site, NOVEMBER)
        parts = [events_of(lived.site, NOVEMBER, zone) for zone in (lived.gate, lived.garage)]
        nowhere = Case.objects.filter(site=lived.site, zone=None, kind="incident").exclude(status="void")
        loose = [
            case for case in nowhere.exclude(subcategory="002.05") if Month.of(local_day(case)) == NOVEMBER
        ]
        assert sum(view.whole.count for view in parts) + len(loose) == whole.whole.count
        injured = sum(case.incident.injured for case in loose)
        assert sum(view.whole.impact.injured for view in parts) + injured == whole.whole.impact.injured

    @pytest.mark.requirement("R016")
    def test_every_number_opens_its_cases(self, lived: World, cast: Cast, client: Client) -> None:
        Case.objects.filter(zone=lived.gate, kind="incident").update(place="Barrier")
        client.force_login(cast.project_manager)
        page: Any = client.get("/kpi/events/", asked(lived, lived.gate))
        view: EventsView = page.context["view"]
        for line in [*view.incidents, *view.others, view.whole]:
            assert rows_behind(client, line.page) == line.count
            assert rows_behind(client, line.before_page) == line.before
            assert rows_behind(client, line.year_ago_page) == line.year_ago
        for place in view.places:
            assert place.place.place == "Barrier"
            assert rows_behind(client, place.page) == place.place.count
        assert all(f"zone={lived.gate.pk}" in address for _code, address in view.left_out)
        text = page.content.decode()
        assert "Counted over the records as they are now" in text
        assert "Per 1,000 households" not in text

    def test_its_files_carry_the_zone(self, lived: World, cast: Cast, client: Client) -> None:
        client.force_login(cast.supervisor)
        address = asked(lived, lived.gate, export="csv", part="events")
        file: Any = client.get("/kpi/events/", address)
        assert "-a1-events" in file.headers["Content-Disposition"]
        rows = csv_of(client, "/kpi/events/", address)
        assert f"All,{events_of(lived.site, NOVEMBER, lived.gate).whole.count}," in rows
        assert "households" not in rows.splitlines()[0].replace("Households", "")


class TestApi:
    """/api/v1/figures/month/ and events/ with zone=."""

    def test_they_tell_what_the_pages_tell(self, lived: World, cast: Cast, client: Client) -> None:
        client.force_login(cast.supervisor)
        rows = client.get("/api/v1/figures/month/", asked(lived, lived.gate)).json()
        told = {row["code"]: row["value"] for row in rows}
        lines = month_of(lived.site, NOVEMBER, zone=lived.gate).indicators
        assert told == {line.standing.indicator.code: line.standing.value for line in lines if line.is_told}
        assert "K43" not in told
        events = client.get("/api/v1/figures/events/", asked(lived, lived.gate)).json()
        view = events_of(lived.site, NOVEMBER, lived.gate)
        assert [row["count"] for row in events] == [line.count for line in [*view.incidents, *view.others]]

    def test_a_zone_of_another_site_is_unknown(
        self, lived: World, cast: Cast, client: Client, sibling_site: Site
    ) -> None:
        client.force_login(cast.company_manager)
        foreign = ZoneFactory.create(site=sibling_site)
        for path in ("month", "events"):
            address = f"/api/v1/figures/{path}/"
            assert client.get(address, asked(lived, foreign)).status_code == 404
            assert client.get(address, {**asked(lived), "zone": "x"}).status_code == 400


@pytest.mark.parametrize("page", PAGES)
def test_what_is_no_zone_of_the_site_is_left_out(
    lived: World, cast: Cast, client: Client, sibling_site: Site, page: str
) -> None:
    foreign = ZoneFactory.create(site=sibling_site, name="CANARY")
    client.force_login(cast.company_manager)
    for zone in (str(foreign.pk), "x' OR 1", "99999999999999999999999", ""):
        answer: Any = client.get(page, {**asked(lived), "zone": zone})
        assert answer.status_code == 200
        assert answer.context["choice"].zone is None
        assert "CANARY" not in answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_a_zone_ask_as_often_with_more_records(
    lived: World, cast: Cast, client: Client, page: str
) -> None:
    client.force_login(cast.project_manager)
    client.get(page, asked(lived, lived.gate))
    with CaptureQueriesContext(connection) as few:
        html = client.get(page, asked(lived, lived.gate)).content.decode()
    assert "UNDEFINED" not in html
    for _number in range(4):
        CaseFactory.create(site=lived.site, zone=lived.gate, kind="incident")
    ZoneFactory.create(site=lived.site)
    with CaptureQueriesContext(connection) as many:
        client.get(page, asked(lived, lived.gate))
    assert len(many) == len(few)


def test_a_zone_that_is_not_used_any_more_still_opens_its_rows(
    lived: World, cast: Cast, client: Client
) -> None:
    Zone.objects.filter(pk=lived.garage.pk).update(is_active=False)
    client.force_login(cast.project_manager)
    whole: Any = client.get("/kpi/", asked(lived))
    assert lived.garage not in whole.context["choice"].zones
    view = client.get("/kpi/", asked(lived, lived.garage)).context["view"]
    assert view.zone == lived.garage
    for line in [*view.rounds, *view.cases]:
        assert rows_behind(client, line.page) == line.value, line.measure.code


def csv_of(client: Client, page: str, query: dict[str, Any]) -> str:
    """The text of a CSV file."""
    file: Any = client.get(page, query)
    assert file.status_code == 200
    return b"".join(file.streaming_content).decode("utf-8-sig")
