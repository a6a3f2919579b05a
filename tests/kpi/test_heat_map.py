"""Where and when cases gather: both tables on the site's clock, and every cell opens exactly its cases (R076)."""

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import AuditEntry
from incidents.models import Case, CaseStatus
from kpi.selectors.heat import Heat, Wanted, heat_of
from kpi.selectors.spans import LONGEST, Span
from organization.models import Site
from tests.conftest import Cast
from tests.kpi.heaps import heap
from tests.kpi.test_cases_are_counted_exactly import rows_behind
from tests.organization.factories import ZoneFactory

#: Clocks in New York were set back on the first of November.
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
SPAN = Span(date(2026, 10, 25), date(2026, 11, 15))
PAGE = "/kpi/heat/"


@pytest.fixture
def lived(cast: Cast, site: Site) -> Any:
    """Random cases around a change of clocks, in two zones and in none."""
    site.time_zone = "America/New_York"
    site.save(update_fields=["time_zone"])
    zones = [ZoneFactory.create(site=site), ZoneFactory.create(site=site), None]
    heap(site, cast.supervisor, zones, datetime(2026, 10, 24, tzinfo=UTC), 24, 200, seed=7)
    with time_machine.travel(NOW, tick=False):
        yield site


def slow(site: Site, span: Span, kind: str = "", category: str = "") -> list[tuple[int | None, int, int]]:
    """Zone, weekday and hour of each case that counts, one at a time."""
    found = []
    for case in Case.objects.filter(site=site).exclude(status=CaseStatus.VOID).exclude(kind="incident", subcategory="002.05"):  # fmt: skip
        local = case.reported_at.astimezone(ZoneInfo("America/New_York"))
        if (
            span.first <= local.date() <= span.last
            and kind in ("", case.kind)
            and category in ("", case.category)
        ):
            found.append((case.zone_id, local.isoweekday(), local.hour))
    return found


def numbers(view: Heat) -> tuple[list[list[int]], list[list[int]]]:
    """The numbers of both tables."""
    zones, weekdays = view.zones, view.weekdays
    return [[cell.count for cell in line.cells] for line in zones.lines], [
        [cell.count for cell in line.cells] for line in weekdays.lines
    ]


@pytest.mark.requirement("R076")
@pytest.mark.parametrize(("kind", "category"), [("", ""), ("complaint", ""), ("incident", "001")])
def test_each_cell_is_the_count_of_its_cases(lived: Site, kind: str, category: str) -> None:
    view = heat_of(Wanted.parse(lived, SPAN, kind, category))
    cases = slow(lived, SPAN, kind, category)
    assert view.total == len(cases) > 0
    by_weekday = Counter((weekday, hour) for _zone, weekday, hour in cases)
    by_zone = Counter((zone, hour) for zone, _weekday, hour in cases)
    zones, weekdays = numbers(view)
    assert weekdays == [[by_weekday[day, hour] for hour in range(24)] for day in range(1, 8)]
    assert sorted(number for line in zones for number in line if number) == sorted(by_zone.values())
    assert [cell.count for cell in view.by_hour] == [
        sum(line[hour] for line in weekdays) for hour in range(24)
    ]


@pytest.mark.requirement("R076")
def test_every_cell_opens_exactly_its_cases(lived: Site, cast: Cast, client: Client) -> None:
    client.force_login(cast.project_manager)
    view = heat_of(Wanted.parse(lived, SPAN, "", ""))
    for table in (view.zones, view.weekdays):
        for line in table.lines:
            assert rows_behind(client, line.page) == line.total, line.name
            for cell in [cell for cell in line.cells if cell.count][:4]:
                assert rows_behind(client, cell.page) == cell.count, (line.name, cell.hour)


def test_the_fullest_cell_is_the_darkest_and_none_has_no_colour(lived: Site) -> None:
    view = heat_of(Wanted.parse(lived, SPAN, "", ""))
    cells = [cell for line in view.weekdays.lines for cell in line.cells]
    most = max(cell.count for cell in cells)
    assert {cell.heat for cell in cells if cell.count == most} == {5}
    assert {cell.heat for cell in cells if not cell.count} == {0}
    assert all(0 < cell.heat <= 5 for cell in cells if cell.count)


def test_a_kind_or_category_that_is_none_is_all(lived: Site) -> None:
    assert Wanted.parse(lived, SPAN, "nonsense", "001") == Wanted(lived, SPAN)
    assert Wanted.parse(lived, SPAN, "hazard", "no-such") == Wanted(lived, SPAN, "hazard")


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-10-25", "2026-11-15", SPAN),
        ("2026-11-15", "2026-10-25", Span(date(2026, 10, 25), date(2026, 10, 25))),
        ("2026-11-01", "2027-05-01", Span(date(2026, 11, 1), date(2026, 11, 19))),
        ("nonsense", "2026-02-31", Span(date(2026, 8, 22), date(2026, 11, 19))),
        ("1990-01-01", "2026-11-15", Span(date(2026, 8, 18), date(2026, 11, 15))),
    ],
)
def test_days_asked_for_are_put_right(lived: Site, first: str, last: str, expected: Span) -> None:
    assert Span.parse(first, last, lived) == expected


def test_no_span_is_longer_than_two_years(lived: Site) -> None:
    assert Span.parse("2021-01-01", "2026-11-15", lived).length == LONGEST


def test_the_page_shows_numbers_and_takes_two_queries(lived: Site, cast: Cast, client: Client) -> None:
    client.force_login(cast.project_manager)
    asked = {"first": "2026-10-25", "last": "2026-11-15"}
    response: Any = client.get(PAGE, asked)
    html = response.content.decode()
    assert 'class="heat-5"' in html
    assert "UNDEFINED" not in html
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE, asked)
    heap(lived, cast.supervisor, [None], datetime(2026, 11, 1, tzinfo=UTC), 10, 60, seed=8)
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE, asked)
    assert len(many) == len(few)


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_it_is_taken_away_as_a_file_and_recorded(lived: Site, cast: Cast, client: Client, form: str) -> None:
    client.force_login(cast.project_manager)
    response: Any = client.get(PAGE, {"export": form, "part": "weekdays"})
    content = b"".join(response.streaming_content)
    assert (
        content[:2] == b"PK"
        if form == "xlsx"
        else content.decode("utf-8-sig").splitlines()[1].startswith("Monday")
    )
    entry = AuditEntry.objects.get(action="kpi.figures_exported")
    assert (entry.actor, entry.details["form"]) == (cast.project_manager, form)


def test_nothing_in_the_time_says_so(lived: Site, cast: Cast, client: Client) -> None:
    client.force_login(cast.project_manager)
    html = client.get(PAGE, {"first": "2025-01-01", "last": "2025-01-31"}).content.decode()
    assert "No case in this time" in html
