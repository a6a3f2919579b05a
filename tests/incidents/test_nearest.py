"""Whom the desk is offered: people on shift, idle and suitable first, by the way they have to go."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.clock import now
from core.ids import uuid7
from incidents.models import Case
from incidents.selectors.nearest import nearest
from incidents.services.dispatching import send
from organization.models import Person, Site
from patrols.models import CaseOrigin, Checkpoint, Scan
from rosters.models import PostKind
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory
from tests.patrols.factories import CheckpointFactory
from tests.rosters.factories import PostFactory, ShiftFactory


@pytest.fixture
def points(site: Site) -> list[Checkpoint]:
    """Points 100 m apart along a plan 1,000 m wide."""
    site.plan_width_m, site.plan_height_m = 1000, 500
    site.save(update_fields=["plan_width_m", "plan_height_m"])
    return [CheckpointFactory.create(site=site, code=f"P{n}", x=n / 10, y=0.5) for n in range(10)]


@pytest.fixture
def case(site: Site, points: list[Checkpoint]) -> Case:
    """A violation at P0."""
    case = CaseFactory.create(site=site, kind="violation", zone=None)
    CaseOrigin.objects.create(case=case, checkpoint=points[0])
    return case


def on_shift(site: Site, person: Person, kind: str = PostKind.PATROL) -> None:
    """On a post since two hours ago, for six more."""
    post = PostFactory.create(site=site, kind=kind)
    ShiftFactory.create(
        post=post, person=person, starts_at=now() - timedelta(hours=2), ends_at=now() + timedelta(hours=6)
    )


def scanned(point: Checkpoint, person: Person, ago: timedelta, **fields: Any) -> None:
    """A scan so long ago."""
    moment = now() - ago
    values = {"verdict": "verified", "method": "qr", "time_trust": "exact", "body_sha256": b"0" * 32}
    Scan.objects.create(
        id=uuid7(moment), company_id=point.site.company_id, site=point.site, checkpoint=point, person=person,
        device_time=moment, corrected_at=moment, received_at=moment, **(values | fields),
    )  # fmt: skip


MINUTE = timedelta(minutes=1)


@pytest.mark.requirement("R014")
def test_the_nearest_idle_one_comes_first_with_the_reason(
    cast: Cast, site: Site, case: Case, points: list[Checkpoint]
) -> None:
    for person in (cast.guard, cast.other_guard, cast.shift_leader):
        on_shift(site, person)
    scanned(points[2], cast.guard, 4 * MINUTE)
    scanned(points[1], cast.other_guard, 6 * MINUTE)
    scanned(points[5], cast.shift_leader, MINUTE)
    found = nearest(case)
    assert [(one.person.name, one.distance_m) for one in found] == [
        ("Other Guard", 100), ("Guard", 200), ("Shift Leader", 500),
    ]  # fmt: skip
    assert found[1].reason == "200 m · scanned P2 4 min ago · free"

    elsewhere = CaseFactory.create(site=site, kind="violation")
    send(user=cast.supervisor, case_id=elsewhere.pk, person=cast.other_guard)
    found = nearest(case)
    assert [one.person.name for one in found] == ["Guard", "Shift Leader", "Other Guard"]
    assert found[2].busy_with == (elsewhere.number,)


def test_an_old_fix_counts_less_than_a_fresh_one(
    cast: Cast, site: Site, case: Case, points: list[Checkpoint]
) -> None:
    on_shift(site, cast.guard)
    on_shift(site, cast.other_guard)
    scanned(points[1], cast.guard, 40 * MINUTE)
    scanned(points[3], cast.other_guard, MINUTE)
    assert [one.person.name for one in nearest(case)] == ["Other Guard", "Guard"]


def test_only_fixes_made_in_this_shift_count_and_doubtful_ones_do_not(
    cast: Cast, site: Site, case: Case, points: list[Checkpoint]
) -> None:
    on_shift(site, cast.guard)
    scanned(points[1], cast.guard, timedelta(hours=3))
    scanned(points[1], cast.guard, MINUTE, verdict="doubtful")
    [found] = nearest(case)
    assert (found.seen, found.distance_m) == (None, None)
    assert found.reason == "not seen yet this shift · free"


def test_the_control_room_stays_staffed_and_complaints_go_to_leaders(
    cast: Cast, site: Site, case: Case, points: list[Checkpoint]
) -> None:
    on_shift(site, cast.guard, PostKind.CONTROL_ROOM)
    on_shift(site, cast.shift_leader)
    scanned(points[0], cast.guard, MINUTE)
    scanned(points[9], cast.shift_leader, MINUTE)
    found = nearest(case)
    assert [one.person.name for one in found] == ["Shift Leader", "Guard"]
    assert "keeps the control room" in found[1].reason
    complaint = CaseFactory.create(site=site, kind="complaint")
    suited = {one.person.name: one.is_suited for one in nearest(complaint)}
    assert suited == {"Shift Leader": True, "Guard": False}


def test_nobody_off_shift_nobody_of_another_site(
    cast: Cast, site: Site, sibling_site: Site, case: Case
) -> None:
    on_shift(sibling_site, cast.sibling_guard)
    post = PostFactory.create(site=site)
    ShiftFactory.create(
        post=post, person=cast.guard, starts_at=now() - timedelta(hours=9), ends_at=now() - timedelta(hours=1)
    )
    assert nearest(case) == []


def test_the_number_of_queries_does_not_grow(
    cast: Cast, site: Site, case: Case, points: list[Checkpoint]
) -> None:
    on_shift(site, cast.guard)
    scanned(points[1], cast.guard, MINUTE)
    with CaptureQueriesContext(
        connection,
    ) as few:
        nearest(case)
    for person in (cast.other_guard, cast.shift_leader, cast.supervisor, cast.facility_engineer):
        on_shift(site, person)
        scanned(points[2], person, MINUTE)
    with CaptureQueriesContext(connection) as many:
        assert len(nearest(case)) == 5
    assert len(many) == len(few) <= 5


def test_the_distance_is_kept_with_the_dispatch(
    cast: Cast, site: Site, case: Case, points: list[Checkpoint]
) -> None:
    on_shift(site, cast.guard)
    scanned(points[3], cast.guard, MINUTE)
    assert send(user=cast.supervisor, case_id=case.pk, person=cast.guard).distance_m == 300


def test_without_a_plan_the_globe_measures(cast: Cast, site: Site) -> None:
    point = CheckpointFactory.create(site=site, latitude=31.0, longitude=121.0)
    case = CaseFactory.create(site=site, latitude=31.001, longitude=121.0)
    on_shift(site, cast.guard)
    scanned(point, cast.guard, MINUTE)
    assert nearest(case)[0].distance_m == pytest.approx(111, abs=1)
