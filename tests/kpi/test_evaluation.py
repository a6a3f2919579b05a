"""The table of evaluation shows what the records say, asks for a measure where one lacks, and goes on paper and into Excel."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from kpi.selectors.evaluation import HANDBOOK, efficiency_of, evaluate
from kpi.selectors.periods import Month
from organization.models import Person, Site
from patrols.services import partitions
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory
from tests.kpi.measures import proposed, rounds
from tests.patrols.factories import PlanFactory, RouteFactory

NOW = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
JUNE = Month(date(2026, 6, 1))


@pytest.fixture
def clock(site: Site) -> Iterator[Any]:
    """The first of July; in May every tenth round was missed, in June every fourth."""
    with time_machine.travel(NOW, tick=False) as traveller:
        partitions.ensure(NOW - timedelta(days=100), NOW)
        plan = PlanFactory.create(route=RouteFactory.create(site=site))
        rounds(site, plan, date(2026, 5, 1), date(2026, 5, 31), missed_every=10)
        rounds(site, plan, date(2026, 6, 1), date(2026, 6, 30), missed_every=4)
        yield traveller


def signed_in(person: Person) -> Client:
    """A browser of a person, in English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


@pytest.mark.requirement("R012")
def test_actual_values_are_reckoned_from_the_records(cast: Cast, site: Site, clock: Any) -> None:
    found = {line.indicator.code: line for line in evaluate(site, JUNE).lines}
    assert found["K09"].standing.value == pytest.approx(225 / 300)
    assert found["K09"].is_off
    assert found["K09"].lacks_a_measure
    two = {line.indicator.code: line for line in evaluate(site, JUNE, 3).lines}
    assert two["K09"].standing.value == pytest.approx((225 + 279) / 610)


@pytest.mark.requirement("R012")
def test_the_handbooks_indicators_come_first(cast: Cast, site: Site, clock: Any) -> None:
    CaseFactory.create(
        site=site, company=site.company, kind="incident", category="006", occurred_at=NOW - timedelta(days=3)
    )
    found = evaluate(site, JUNE)
    order = [line.indicator.code for line in found.lines] + [at.indicator.code for at in found.silent]
    places = [order.index(code) for code in HANDBOOK if code in order]
    first = [code for code in [line.indicator.code for line in found.lines] if code in HANDBOOK]
    assert [line.indicator.code for line in found.lines][: len(first)] == first
    assert len(places) >= 2


@pytest.mark.requirement("R012")
def test_numbers_of_several_months_are_told_by_the_month(cast: Cast, site: Site, clock: Any) -> None:
    for line in evaluate(site, JUNE, 3).lines:
        if line.is_by_month and line.standing.value is not None:
            whole = line.indicator.measures[0].number({one.measure.code: one.value for one in line.rows})
            per = line.indicator.value({one.measure.code: one.value for one in line.rows}, site)
            assert line.standing.value == pytest.approx((per or 0) / 3)
            assert whole >= 0


@pytest.mark.requirement("R012")
def test_a_row_off_its_target_starts_a_measure_and_shows_it(cast: Cast, site: Site, clock: Any) -> None:
    client = signed_in(cast.supervisor)
    address = f"{reverse('kpi:evaluation')}?month=2026-06"
    link = f"{reverse('kpi:improvement_add')}?indicator=K09&amp;month=2026-06"
    assert link in client.get(address).content.decode()
    proposed(cast.supervisor, site, cast.shift_leader, title="Fewer missed rounds")
    page = client.get(address).content.decode()
    assert link not in page
    assert "Fewer missed rounds" in page
    assert "Start a measure" not in signed_in(cast.auditor).get(address).content.decode()


@pytest.mark.requirement("R012")
def test_the_table_goes_into_a_workbook_and_onto_paper(cast: Cast, site: Site, clock: Any) -> None:
    proposed(cast.supervisor, site, cast.shift_leader, title="Fewer missed rounds")
    client = signed_in(cast.supervisor)
    address = f"{reverse('kpi:evaluation')}?month=2026-06&export="
    file = client.get(f"{address}xlsx")
    book = load_workbook(BytesIO(b"".join(file.streaming_content)))  # type: ignore[attr-defined]  # a streamed answer
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert "K09" in cells
    assert any("Fewer missed rounds" in cell for cell in cells)
    paper = b"".join(client.get(f"{address}pdf").streaming_content)  # type: ignore[attr-defined]  # as above
    assert paper.startswith(b"%PDF")
    assert client.get(f"{address}docx").status_code == 404
    assert signed_in(cast.guard).get(address).status_code == 403


@pytest.mark.requirement("R058")
def test_efficiency_has_its_three_inputs_side_by_side(cast: Cast, site: Site, clock: Any) -> None:
    CaseFactory.create(
        site=site,
        company=site.company,
        kind="hazard",
        title="Blocked stairs",
        reported_at=NOW - timedelta(days=5),
    )
    view = efficiency_of(evaluate(site, JUNE))
    assert [line.indicator.code for line in view.patrols] == ["K09", "K10"]
    assert view.patrols[0].standing.value == pytest.approx(0.75)
    assert {"K47", "K50"} <= {line.indicator.code for line in view.work}
    page = signed_in(cast.supervisor).get(f"{reverse('kpi:efficiency')}?month=2026-06").content.decode()
    assert "75.0%" in page
    assert "No survey was closed in this month." in page
    assert "Repetitive work" in page
