"""The figures of cases: three formulations agree over heaps of random cases, and every number opens as many rows."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from incidents.counted import COUNTED
from incidents.selectors.figures import RULES
from kpi.indicators import Scope, measures
from kpi.indicators.cases import MEASURES
from kpi.models import DayFigure
from kpi.selectors.counting import days_of
from kpi.services.checking import recount
from kpi.services.folding import refold
from organization.models import Site, Zone
from tests.conftest import Cast
from tests.kpi.heaps import heap
from tests.kpi.slow import slow_counts
from tests.organization.factories import ZoneFactory

BEGIN = datetime(2026, 10, 20, 16, 0, tzinfo=UTC)
DAYS, FIRST, LAST = 12, date(2026, 10, 20), date(2026, 12, 10)
NOW = datetime(2026, 11, 3, 3, 30, tzinfo=UTC)
Fill = Callable[[int], list[Zone]]


@pytest.fixture
def fill(cast: Cast, site: Site) -> Fill:
    """Fills the site with a heap; gives its zones."""

    def filled(seed: int, number: int = 60) -> list[Zone]:
        zones = [ZoneFactory.create(site=site) for _turn in range(2)]
        heap(site, cast.supervisor, [*zones, None], BEGIN, DAYS, number, seed)
        return zones

    return filled


def days_between(first: date, last: date) -> list[date]:
    """Every day."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


@pytest.mark.parametrize(
    "zone", ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]
)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_statement_the_rows_and_a_slow_reading_agree(
    site: Site, fill: Fill, zone: str, seed: int
) -> None:
    """Clocks change in Berlin on 25 October, in New York on 1 November; on Lord Howe by half an hour."""
    site.time_zone = zone
    site.save(update_fields=["time_zone"])
    zones = fill(seed)
    with time_machine.travel(NOW, tick=False):
        list(refold(site, FIRST, LAST))
        days = days_of(site, FIRST, LAST)
        seen: set[str] = set()
        for day in days_between(FIRST, days.last):
            expected = slow_counts(site, day, day, NOW)
            assert days.day(day) == expected, day
            assert recount(site, day) == expected, day
            seen |= expected.keys()
        for one in zones:
            assert days.total(one.pk) == slow_counts(site, FIRST, days.last, NOW, one.pk)
        assert days.total() == slow_counts(site, FIRST, days.last, NOW)
    assert len(seen & COUNTED.keys()) > 40


def test_every_measure_of_cases_is_counted_in_all_three_ways(site: Site, cast: Cast) -> None:
    assert RULES.keys() == COUNTED.keys() == MEASURES.keys()
    heap(site, cast.supervisor, [None], BEGIN, DAYS, 500, seed=9)
    with time_machine.travel(NOW, tick=False):
        list(refold(site, FIRST, NOW.date()))
        expected = slow_counts(site, FIRST, NOW.date(), NOW)
        total = days_of(site, FIRST, NOW.date()).total()
    assert not COUNTED.keys() - expected.keys()
    assert DayFigure.objects.filter(site=site).exists()
    assert days_of_kept(site) == expected == total


def days_of_kept(site: Site) -> dict[str, float]:
    """What is kept, added up."""
    found: dict[str, float] = {}
    for counts in DayFigure.objects.filter(site=site, zone=None).values_list("counts", flat=True):
        for code, number in counts.items():
            found[code] = found.get(code, 0) + number
    return found


@pytest.mark.parametrize("role", ["supervisor", "auditor", "company_manager"])
def test_every_number_opens_as_many_rows(
    site: Site, cast: Cast, fill: Any, client: Client, role: str
) -> None:
    zones = fill(5, 100)
    client.force_login(getattr(cast, role))
    with time_machine.travel(NOW, tick=False):
        list(refold(site, FIRST, LAST))
        days = days_of(site, FIRST, LAST)
        whole = Scope(site, FIRST, days.last)
        for scope in (whole, whole.of_day(date(2026, 10, 25)), whole.of_zone(zones[0])):
            total = (
                days.day(scope.first)
                if scope.first == scope.last
                else days.total(scope.zone.pk if scope.zone else None)
            )
            for code in COUNTED:
                assert rows_behind(client, measures()[code].page(scope)) == total.get(code, 0), code


def rows_behind(client: Client, address: str) -> int:
    """How many rows the list shows, page by page."""
    total, path = 0, address.partition("?")[0]
    while True:
        response: Any = client.get(address)
        assert response.status_code == 200, address
        table = response.context["table"]
        total += len(table.page.object_list)
        if not table.keyset.next:
            return total
        address = path + table.keyset.next
