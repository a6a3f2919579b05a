"""The live page of a site: what its parts show, read once and in few queries, together and each alone."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from organization.models import Site
from patrols.models import Round, RoundStatus
from patrols.services import partitions
from patrols.services.scanning import record_one
from portal.selectors import live
from portal.views.home import PARTS
from rosters.models import Post, Shift
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory
from tests.organization.factories import ZoneFactory
from tests.patrols.factories import MORNING, CheckpointFactory, PlanFactory, RoundFactory, RouteFactory, scan

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R056")]

#: Ten in the morning at the site.
NOW = MORNING + timedelta(hours=2)
#: performance.md, goal 8: session, person with roles, sites and unread notices included.
MOST_QUERIES = 10


@pytest.fixture
def plan_rounds(cast: Cast, site: Site) -> list[Round]:
    """Two points that are walked every two hours: missed, being walked, still to come, and one of yesterday."""
    partitions.ensure(MORNING, MORNING)
    points = [CheckpointFactory.create(site=site, x=x, y=0.5) for x in (0.1, 0.2)]
    plan = PlanFactory.create(route=RouteFactory.create(site=site, over=points), name="Grounds")
    rounds = [
        RoundFactory.create(plan=plan, due_start=MORNING + timedelta(hours=hours), status=status)
        for hours, status in (
            (-20, RoundStatus.COMPLETED),
            (0, RoundStatus.MISSED),
            (2, RoundStatus.RUNNING),
            (4, RoundStatus.SCHEDULED),
            (3, RoundStatus.CANCELLED),
        )
    ]
    record_one(scan(cast.guard, points[0], NOW - timedelta(minutes=1)))
    return rounds


@pytest.fixture
def post(site: Site) -> Post:
    """A gate that is to be staffed around the clock."""
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    return Post.objects.create(
        site=site, code="G1", name="Main gate", coverage={day: [["00:00", "24:00"]] for day in days}
    )


def figures_of(cast: Cast, site: Site) -> dict[str, tuple[Any, str]]:
    """Value and note of each figure."""
    return {
        line.label: (line.value, line.note) for line in live.figures(live.Present(cast.supervisor, site, NOW))
    }


def test_the_page_asks_ten_times_at_most(
    client: Client, cast: Cast, site: Site, plan_rounds: list[Round], post: Post
) -> None:
    Shift.objects.create(
        site=site, post=post, person=cast.guard, starts_at=MORNING, ends_at=MORNING + timedelta(hours=8)
    )
    CaseFactory.create(site=site, due_at=NOW, assigned_to=cast.guard, reported_by=cast.guard)
    ZoneFactory.create(site=site, polygon=[[0, 0], [1, 0], [1, 1]])
    client.force_login(cast.supervisor)
    with time_machine.travel(NOW, tick=False), CaptureQueriesContext(connection) as queries:
        response = client.get("/live/")
    assert response.status_code == 200
    assert len(queries) <= MOST_QUERIES, "\n".join(query["sql"][:150] for query in queries)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_alone_is_the_same_as_in_the_page_and_costs_less(
    client: Client, cast: Cast, site: Site, plan_rounds: list[Round], post: Post, part: str
) -> None:
    CaseFactory.create(site=site, due_at=NOW, assigned_to=cast.guard, reported_by=cast.guard)
    client.force_login(cast.supervisor)
    with time_machine.travel(NOW, tick=False):
        page = client.get("/live/").content.decode()
        with CaptureQueriesContext(connection) as queries:
            alone = client.get(f"/live/{site.pk}/{part}/").content.decode()
    assert alone.strip()
    assert alone.strip() in page
    assert len(queries) <= 6


def test_rounds_of_the_day_are_counted_and_those_of_these_hours_are_drawn(
    cast: Cast, site: Site, plan_rounds: list[Round]
) -> None:
    assert figures_of(cast, site)["Rounds today"] == (0, "1 missed · 0 late or partial")
    present = live.Present(cast.supervisor, site, NOW)
    assert [one.pk for one in present.rounds_today] == [one.pk for one in plan_rounds[1:4]]
    (row,) = live.lanes(present).rows
    assert [bar.tone for bar in row.bars] == ["danger", "info", "idle"]
    assert (row.name, row.note, row.bars[1].label) == ("Grounds", "2 points", "1/2")


def test_all_open_cases_are_counted_and_the_most_pressing_listed(cast: Cast, site: Site) -> None:
    for minutes in (-30, 20, 40, *range(90, 170, 10)):
        CaseFactory.create(site=site, due_at=NOW + timedelta(minutes=minutes))
    assert figures_of(cast, site)["Open cases"] == (11, "1 overdue · 2 due soon")
    listed = live.Present(cast.supervisor, site, NOW).cases.first
    assert [case.due_at for case in listed[:2]] == [NOW - timedelta(minutes=30), NOW + timedelta(minutes=20)]
    assert len(listed) == 8


def test_without_open_cases_the_figure_is_nought(cast: Cast, site: Site) -> None:
    assert figures_of(cast, site)["Open cases"] == (0, "0 overdue · 0 due soon")


def test_the_feed_is_scans_and_cases_by_time(cast: Cast, site: Site, plan_rounds: list[Round]) -> None:
    case = CaseFactory.create(site=site, occurred_at=NOW, reporter_name="Mr Lin")
    CaseFactory.create(site=site, occurred_at=NOW - timedelta(hours=1), reported_by=cast.guard)
    with time_machine.travel(NOW, tick=False):
        acts = live.feed(cast.supervisor, site)
    assert [act.who for act in acts] == ["Mr Lin", "Guard", "Guard"]
    assert [act.at for act in acts] == [NOW, NOW - timedelta(minutes=1), NOW - timedelta(hours=1)]
    assert acts[0].text == f"{case.number} {case.title}"
    assert (acts[1].badge, acts[1].url) == ("Verified", f"/patrols/rounds/{plan_rounds[2].pk}/")


def test_nothing_of_another_site_is_shown(
    client: Client, cast: Cast, site: Site, plan_rounds: list[Round], post: Post
) -> None:
    client.force_login(cast.sibling_supervisor)
    for part in PARTS:
        assert client.get(f"/live/{site.pk}/{part}/").status_code == 404
    present = live.Present(cast.sibling_supervisor, site, NOW)
    assert present.rounds == []
    assert live.feed(cast.sibling_supervisor, site) == []
