"""Where work waits: each figure by hand, and each opens exactly its rows (R054, R058)."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.models import Case, CaseEntry, CaseKind, CaseStatus
from kpi.selectors.bottlenecks import bottlenecks_of
from kpi.selectors.overdue import overdue_by_department
from organization.models import Department, Role, Site
from patrols.models import Round
from rosters.models import Post
from tests.collaboration.conftest import (  # noqa: F401 - fixtures
    MORNING,
    Make,
    add,
    ask,
    clock,
    engineering,
    fitter,
    security,
)
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory
from tests.kpi.conftest import NOW, World
from tests.kpi.test_month_page import rows_behind
from tests.organization.factories import MembershipFactory

PAGE = "/kpi/bottlenecks/"


def late_case(site: Site, person: Any = None) -> Case:
    """An open case that was due yesterday."""
    case: Case = CaseFactory.create(site=site, assigned_to=person, due_at=MORNING - timedelta(days=1))
    return case


@pytest.fixture
def late(cast: Cast, site: Site, add: Make, ask: Make, engineering: Department, clock: Any) -> Site:  # noqa: F811
    """Two cases with an engineer, one with a guard without a department, one with nobody; an action item and a request."""
    MembershipFactory.create(
        person=cast.facility_engineer, role=Role.FACILITY_ENGINEER, department=engineering
    )
    for person in (cast.facility_engineer, cast.facility_engineer, cast.guard, None):
        late_case(site, person)
    CaseFactory.create(site=site, due_at=MORNING + timedelta(days=2))
    add(department=engineering, due_at=MORNING + timedelta(hours=2))
    add(due_at=MORNING + timedelta(hours=1))
    ask(to_department=engineering, due_at=MORNING + timedelta(hours=3))
    clock.move_to(MORNING + timedelta(days=1))
    return site


@pytest.mark.requirement("R054")
def test_what_is_overdue_lies_with_a_department_and_opens_its_rows(
    late: Site,
    cast: Cast,
    client: Client,
    engineering: Department,  # noqa: F811
) -> None:
    lines = {line.name: line for line in overdue_by_department(late)}
    client.force_login(cast.project_manager)
    counted = {name: tuple(owed.count for owed in line.all) for name, line in lines.items()}
    # The second action item has no department, and the guard is in none.
    assert counted == {engineering.name: (2, 1, 1), "no department": (1, 1, 0), "given to nobody": (1, 0, 0)}
    for line in lines.values():
        for owed in line.all:
            if owed.count:
                assert rows_behind(client, owed.page) == owed.count, (line.name, owed.page)


@pytest.mark.requirement("R054")
def test_action_items_by_owner_with_the_oldest(late: Site, cast: Cast, client: Client) -> None:
    (line,) = bottlenecks_of(late, 30).owners
    assert (line.name, line.overdue.count) == (cast.facility_engineer.name, 2)
    assert line.oldest == MORNING + timedelta(hours=1)
    client.force_login(cast.project_manager)
    assert rows_behind(client, line.overdue.page) == 2


@pytest.mark.requirement("R054")
def test_steps_are_ranked_by_the_time_spent_at_them(site: Site, cast: Cast, clock: Any) -> None:  # noqa: F811
    def stay(kind: str, state: str, following: str, hours: int) -> None:
        case = CaseFactory.create(
            site=site, kind=kind, state=following, status=CaseStatus.CLOSED, closed_at=MORNING
        )
        begin = MORNING - timedelta(hours=hours)
        CaseEntry.objects.create(case=case, kind="opened", at=begin, to_state=state)
        CaseEntry.objects.create(
            case=case, kind="step", at=MORNING - timedelta(seconds=1), to_state=following
        )

    stay("hazard", "found", "closed", 9)
    stay("complaint", "received", "closed", 2)
    stay("complaint", "received", "closed", 4)
    steps = bottlenecks_of(site, 30).steps
    assert [(line.figures.kind, line.figures.state.code, line.figures.left) for line in steps] == [
        ("hazard", "found", 1),
        ("complaint", "received", 2),
    ]
    assert [round(line.share, 2) for line in steps] == [0.6, 0.4]


@pytest.mark.requirement("R058")
def test_repeated_work_is_ranked_by_the_time_it_took(
    site: Site,
    cast: Cast,
    client: Client,
    clock: Any,  # noqa: F811
) -> None:
    def done(category: str, hours: int, paused: int = 0) -> None:
        CaseFactory.create(
            site=site,
            category=category,
            occurred_at=MORNING - timedelta(hours=hours),
            first_resolved_at=MORNING,
            paused_seconds=paused * 3600,
        )

    done("gas", 5)
    done("gas", 3)
    done("other", 20, paused=13)
    CaseFactory.create(site=site, category="gas")
    tasks = bottlenecks_of(site, 7).tasks
    assert [(line.count, line.total, line.mean) for line in tasks] == [
        (2, timedelta(hours=8), timedelta(hours=4)),
        (1, timedelta(hours=7), timedelta(hours=7)),
    ]
    client.force_login(cast.project_manager)
    assert [rows_behind(client, line.page) for line in tasks] == [2, 1]


@pytest.mark.requirement("R054")
def test_missed_rounds_by_post_and_hour(world: World, cast: Cast, client: Client) -> None:
    post = Post.objects.create(site=world.site, code="P1", name="East gate")
    missed = list(Round.objects.filter(site=world.site, status="missed").order_by("due_start"))
    Round.objects.filter(pk__in=[row.pk for row in missed[:3]]).update(post=post)
    view = bottlenecks_of(world.site, 30)
    hours = Counter(row.due_start.astimezone(world.site.zone_info).hour for row in missed[:3])
    client.force_login(cast.project_manager)
    lines = {line.name: line for line in view.missed.lines}
    assert set(lines) == {"East gate", "no post"}
    assert {cell.hour: cell.count for cell in lines["East gate"].cells if cell.count} == hours
    for line in view.missed.lines:
        assert rows_behind(client, line.page) == line.total
        for cell in line.cells:
            if cell.count:
                assert rows_behind(client, cell.page) == cell.count


def test_it_is_narrowed_to_one_kind_of_case_and_one_discipline(
    world: World, cast: Cast, client: Client
) -> None:
    """Both stay in the address, and the numbers open rows of them only."""
    Round.objects.filter(pk=world.rounds[3].pk).update(discipline="fire")
    reported = NOW - timedelta(days=2)
    for kind in ("hazard", "complaint"):
        CaseFactory.create(site=world.site, kind=kind, reported_at=reported, first_resolved_at=reported + timedelta(hours=3))  # fmt: skip
    client.force_login(cast.supervisor)
    page: Any = client.get(f"{PAGE}?site={world.site.pk}&days=30&discipline=fire&kind=hazard")
    view = page.context["view"]
    assert sum(line.total for line in view.missed.lines) == 1
    assert rows_behind(client, view.missed.lines[0].page) == 1
    every: Any = client.get(f"{PAGE}?site={world.site.pk}&days=30").context["view"]
    assert sum(line.total for line in every.missed.lines) > 1
    assert {line.kind for line in view.tasks} == {str(CaseKind.HAZARD.label)}
    assert len(every.tasks) == 2
    assert "discipline=fire" in page.content.decode().replace("&amp;", "&")
    wrong: Any = client.get(f"{PAGE}?site={world.site.pk}&discipline=x&kind=y")
    assert (wrong.context["kind"], wrong.context["discipline"]) == ("", "")


def test_the_page_asks_as_often_with_more_rows(late: Site, cast: Cast, client: Client) -> None:
    client.force_login(cast.project_manager)
    assert "UNDEFINED" not in client.get(PAGE).content.decode()
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for person in (cast.guard, cast.supervisor, cast.shift_leader):
        late_case(late, person)
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)
    assert len(many) == len(few)


@pytest.mark.parametrize("person", ["guard", "facility_engineer", "trainer"])
def test_who_does_not_oversee_is_refused(late: Site, cast: Cast, client: Client, person: str) -> None:
    client.force_login(getattr(cast, person))
    assert client.get(PAGE).status_code == 403
    assert client.get(PAGE, {"export": "xlsx"}).status_code == 403
