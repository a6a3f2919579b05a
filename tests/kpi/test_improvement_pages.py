"""Pages of improvement measures: forms lose nothing, the four views show the same rows, the figures open their rows."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from collaboration.services.adding import add_action
from core.ids import uuid7
from kpi.models import Improvement, Stage
from organization.models import Person, Site
from patrols.models import Plan
from patrols.services import partitions
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory
from tests.kpi.measures import BEGUN, CHECKED, DONE, Led, proposed, rounds
from tests.patrols.factories import PlanFactory, RouteFactory


@pytest.fixture
def clock() -> Iterator[Any]:
    """It is the day the measure begins."""
    with time_machine.travel(BEGUN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def plan(site: Site, clock: Any) -> Plan:
    """A plan whose rounds are counted."""
    partitions.ensure(BEGUN - timedelta(days=200), CHECKED)
    return PlanFactory.create(route=RouteFactory.create(site=site))


def signed_in(person: Person) -> Client:
    """A browser of a person, in English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def typed(owner: Person, **more: Any) -> dict[str, Any]:
    """A whole form."""
    return {
        "title": "Fewer missed rounds", "problem": "One in four is missed.", "severity": 2, "extent": "site", "origin": "other",
        "measure": "Two more radios", "owner": owner.pk, "starts_on": "2026-07-01", "due_on": "2026-07-25", "impact": 4,
        "effort": 2, "indicator": "K09", "target": "98", **more,
    }  # fmt: skip


@pytest.mark.requirement("R100")
def test_a_target_is_typed_as_it_is_shown(cast: Cast, site: Site, clock: Any) -> None:
    answer = signed_in(cast.supervisor).post(reverse("kpi:improvement_add"), typed(cast.guard))
    row = Improvement.objects.get()
    assert answer.status_code == 302
    assert row.target == pytest.approx(0.98)
    page = signed_in(cast.project_manager).get(reverse("kpi:improvement", args=[row.pk])).content.decode()
    assert "≥ 98" in page
    change = signed_in(cast.supervisor).get(reverse("kpi:improvement_change", args=[row.pk])).content.decode()
    assert 'value="98"' in change


def test_a_form_with_errors_keeps_what_was_typed(cast: Cast, site: Site, clock: Any) -> None:
    given = typed(cast.guard, origin="suggestion", due_on="2026-06-01", starts_on="2026-06-05")
    answer = signed_in(cast.supervisor).post(reverse("kpi:improvement_add"), given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Two more radios" in page
    assert "Say who suggested what." in page
    assert "It cannot be done before it begins." in page
    assert not Improvement.objects.exists()


@pytest.mark.requirement("R012")
def test_an_indicator_off_its_target_fills_the_form(cast: Cast, site: Site, plan: Plan, clock: Any) -> None:
    rounds(site, plan, date(2026, 6, 1), date(2026, 6, 30), missed_every=4)
    query: dict[str, Any] = {"indicator": "K09", "month": "2026-06", "site": site.pk}
    page = signed_in(cast.supervisor).get(reverse("kpi:improvement_add"), query).content.decode()
    assert "Improve K09" in page
    assert "stood at 75.0% in June 2026" in page


@pytest.mark.requirement("R100")
def test_the_page_of_a_case_starts_a_measure_and_shows_it(cast: Cast, site: Site, clock: Any) -> None:
    case = CaseFactory.create(site=site, company=site.company, title="Door forced")
    client = signed_in(cast.supervisor)
    link = f"{reverse('kpi:improvement_add')}?source=incidents.case%3A{case.pk}"
    case_page = reverse("incidents:case", args=[case.pk])
    assert link in client.get(case_page).content.decode()
    client.post(link, typed(cast.guard, origin="case", title="A stronger door"))
    assert "A stronger door" in client.get(case_page).content.decode()
    seen_by_guard = signed_in(cast.guard).get(case_page).content.decode()
    assert link not in seen_by_guard
    assert "A stronger door" in seen_by_guard  # it is theirs
    assert "A stronger door" not in signed_in(cast.other_guard).get(case_page).content.decode()


@pytest.mark.requirement("R077")
def test_before_and_after_open_exactly_their_rows(cast: Cast, site: Site, plan: Plan, clock: Any) -> None:
    led = Led(proposed(cast.supervisor, site, cast.shift_leader))
    led.begin(cast.project_manager)
    clock.move_to(DONE)
    led.done(cast.shift_leader)
    clock.move_to(CHECKED)
    rounds(site, plan, date(2026, 6, 1), date(2026, 7, 21), missed_every=4)
    rounds(site, plan, date(2026, 7, 22), date(2026, 8, 20), missed_every=50)
    client = signed_in(cast.supervisor)
    answer = client.get(reverse("kpi:improvement", args=[led.row.pk]))
    figures = answer.context["figures"]
    for line in figures.lines:
        for one in line.rows:
            listed = client.get(one.page + "&export=csv")
            rows = b"".join(listed.streaming_content).decode("utf-8-sig").strip().splitlines()  # type: ignore[attr-defined]  # a streamed answer
            assert len(rows) - 1 == one.value
    page = answer.content.decode()
    assert "75.0%" in page
    assert "percentage points" in page
    assert "no proof of the cause" in page
    checked = client.post(
        reverse("kpi:improvement_check", args=[led.row.pk]),
        {"version": led.row.version, "conclusion": "A new shift leader came too."},
    )
    assert checked.status_code == 302
    assert Improvement.objects.get().stage == Stage.ACT


def test_a_form_of_an_older_version_is_told_so(cast: Cast, site: Site, clock: Any) -> None:
    led = Led(proposed(cast.supervisor, site, cast.guard))
    led.begin(cast.project_manager)
    answer = signed_in(cast.guard).post(
        reverse("kpi:improvement_done", args=[led.row.pk]),
        {"version": 1, "done_on": "2026-07-01", "what_was_done": "All of it"},
    )
    assert answer.status_code == 422
    assert "Somebody changed this meanwhile" in answer.content.decode()
    assert "All of it" in answer.content.decode()


@pytest.mark.requirement("R077")
def test_four_views_show_the_same_rows_and_the_schedule_goes_to_excel(
    cast: Cast, site: Site, clock: Any
) -> None:
    led = Led(proposed(cast.supervisor, site, cast.guard, title="More radios"))
    proposed(
        cast.supervisor,
        site,
        cast.shift_leader,
        title="Shorter route",
        impact=2,
        effort=5,
        indicator="",
        target=None,
    )
    led.begin(cast.project_manager)
    add_action(
        user=cast.supervisor, operation_id=uuid7(), site=site, title="Buy radios", owner=cast.facility_engineer,
        due_at=BEGUN + timedelta(days=9), kind="improvement", source=led.row,
    )  # fmt: skip
    client = signed_in(cast.project_manager)
    for name in ("improvements", "improvement_board", "improvement_matrix", "improvement_gantt"):
        page = client.get(reverse(f"kpi:{name}")).content.decode()
        assert "More radios" in page, name
        assert "Shorter route" in page, name
        narrowed = client.get(reverse(f"kpi:{name}"), {"stage": "do"}).content.decode()
        assert "More radios" in narrowed, name
        assert "Shorter route" not in narrowed, name
    listed = client.get(reverse("kpi:improvements")).content.decode()
    assert listed.index("More radios") < listed.index("Shorter route")  # 16 of 25 before 2 of 25
    file = client.get(reverse("kpi:improvement_gantt"), {"export": "xlsx"})
    book = load_workbook(BytesIO(b"".join(file.streaming_content)))  # type: ignore[attr-defined]  # a streamed answer
    values = [
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell
    ]
    assert {"More radios", "Shorter route", "Buy radios"} <= set(values)


def test_a_filter_by_indicator_and_owner_finds_them(cast: Cast, site: Site, clock: Any) -> None:
    proposed(cast.supervisor, site, cast.guard, title="More radios")
    proposed(cast.supervisor, site, cast.shift_leader, title="Shorter route", indicator="K10", target=None)
    client = signed_in(cast.auditor)
    asked: dict[str, Any] = {"indicator": "K10", "owner": cast.shift_leader.pk}
    page = client.get(reverse("kpi:improvements"), asked)
    assert "Shorter route" in page.content.decode()
    assert "More radios" not in page.content.decode()


def test_strangers_find_nothing(cast: Cast, site: Site, clock: Any) -> None:
    row = proposed(cast.supervisor, site, cast.shift_leader, title="More radios")
    for stranger in (cast.other_guard, cast.sibling_supervisor, cast.foreign_manager):
        client = signed_in(stranger)
        assert client.get(reverse("kpi:improvement", args=[row.pk])).status_code == 404
        assert "More radios" not in client.get(reverse("kpi:improvements")).content.decode()


@pytest.mark.requirement("R077")
def test_a_measure_goes_onto_paper(cast: Cast, site: Site, clock: Any) -> None:
    led = Led(proposed(cast.supervisor, site, cast.guard))
    led.begin(cast.project_manager)
    address = reverse("kpi:improvement_paper", args=[led.row.pk])
    answer = signed_in(cast.auditor).get(address)
    assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]  # a streamed answer
    assert signed_in(cast.guard).get(address).status_code == 403
    assert signed_in(cast.other_guard).get(address).status_code == 404
