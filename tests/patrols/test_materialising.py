"""Rounds come into being by themselves, each once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from organization.models import Holiday, Site
from patrols.models import Plan, PlanProgress, Round, RoundStatus
from patrols.services.materialising import materialise, replan
from tests.organization.factories import SiteFactory
from tests.patrols.conftest import Beat
from tests.patrols.factories import CheckpointFactory, PlanFactory, RouteFactory

MIDNIGHT = datetime(2026, 11, 16, 16, 0, tzinfo=UTC)  # 00:00 on Tuesday 17 November in Shanghai


def make_plan(site: Site, **fields: object) -> Plan:
    """A plan made a moment before MIDNIGHT over one point."""
    with time_machine.travel(MIDNIGHT - timedelta(minutes=1), tick=False):
        route = RouteFactory.create(site=site, over=[CheckpointFactory.create(site=site)])
        return PlanFactory.create(route=route, **fields)


def dues(plan: Plan, zone: str = "Asia/Shanghai") -> list[str]:
    """Wall times at which the plan's rounds are due."""
    rows = Round.objects.filter(plan=plan).order_by("due_start").select_related("site")
    return [row.due_start.astimezone(row.site.zone_info).strftime("%d %H:%M") for row in rows]


@pytest.mark.requirement("R006")
def test_two_days_are_made_ahead_and_nothing_twice(site: Site) -> None:
    plan = make_plan(site, rule={"frequency": "daily", "times": ["08:00", "20:00"]})
    assert materialise(MIDNIGHT) == 4
    assert dues(plan) == ["17 08:00", "17 20:00", "18 08:00", "18 20:00"]
    assert materialise(MIDNIGHT) == 0
    assert materialise(MIDNIGHT + timedelta(minutes=10)) == 0
    PlanProgress.objects.all().delete()
    assert materialise(MIDNIGHT) == 0
    assert materialise(MIDNIGHT + timedelta(hours=9)) == 1


@pytest.mark.fault("F34")
def test_after_an_outage_the_missing_slots_are_made_but_not_those_long_past(site: Site) -> None:
    plan = make_plan(site, rule={"frequency": "daily", "times": ["08:00"]})
    materialise(MIDNIGHT)
    assert materialise(MIDNIGHT + timedelta(days=6)) == 3
    assert dues(plan)[2:] == ["22 08:00", "23 08:00", "24 08:00"]


@pytest.mark.fault("F33")
@pytest.mark.django_db(transaction=True)
def test_two_workers_make_each_round_once(transactional_db: None) -> None:
    site = SiteFactory.create()
    for _number in range(5):
        make_plan(site)

    def work(_number: int) -> int:
        try:
            return materialise(MIDNIGHT)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = sum(pool.map(work, range(4)))
    assert made == Round.objects.count() == 5 * 14


def test_a_round_has_the_times_and_points_of_its_plan(beat: Beat) -> None:
    Round.objects.all().delete()
    Plan.objects.update(window_minutes=45, grace_minutes=20, early_minutes=5, created_at=MIDNIGHT)
    materialise(MIDNIGHT)
    first = Round.objects.earliest("due_start")
    assert first.points == [point.pk for point in beat.points]
    assert first.due_start - first.opens_at == timedelta(minutes=5)
    assert first.due_end - first.due_start == timedelta(minutes=45)
    assert first.closes_at - first.due_end == timedelta(minutes=20)
    assert first.status == RoundStatus.SCHEDULED


def test_hours_and_holidays_of_the_site_are_kept(site: Site) -> None:
    site.business_hours = {"tue": [["10:00", "14:00"]], "wed": [["10:00", "12:00"]], "holidays": []}
    site.save()
    Holiday.objects.create(company=site.company, day=date(2026, 11, 18), name="Founders' day")
    hourly = {
        "frequency": "daily",
        "every": {"minutes": 60, "start": "00:00", "end": "00:00"},
        "business_hours_only": True,
    }
    plan = make_plan(site, rule=hourly)
    materialise(MIDNIGHT)
    assert dues(plan) == ["17 10:00", "17 11:00", "17 12:00", "17 13:00"]


def test_on_the_day_the_clocks_go_back_every_slot_is_one_round(company: object) -> None:
    site = SiteFactory.create(company=company, time_zone="Europe/London")
    start = datetime(2026, 10, 24, 23, 0, tzinfo=UTC)  # 00:00 on Sunday 25 October, clocks go back at 02:00
    with time_machine.travel(start - timedelta(minutes=1), tick=False):
        route = RouteFactory.create(site=site, over=[CheckpointFactory.create(site=site)])
        plan = PlanFactory.create(
            route=route,
            rule={"frequency": "daily", "every": {"minutes": 30, "start": "00:30", "end": "03:00"}},
        )
    materialise(start)
    sunday = [due for due in dues(plan) if due.startswith("25")]
    assert sunday == ["25 00:30", "25 01:00", "25 01:30", "25 02:00", "25 02:30", "25 03:00"]


@pytest.mark.fault("F27")
def test_a_changed_route_leaves_a_round_that_may_have_begun(beat: Beat) -> None:
    Round.objects.all().delete()
    Plan.objects.update(created_at=MIDNIGHT)
    materialise(MIDNIGHT)
    morning = Round.objects.earliest("due_start")
    beat.plan.route.points.filter(checkpoint=beat.points[3]).delete()
    replan([beat.plan.pk], morning.opens_at + timedelta(minutes=1))
    morning.refresh_from_db()
    assert morning.points == [point.pk for point in beat.points]
    later = Round.objects.exclude(pk=morning.pk)
    assert later.count() == 13
    assert all(row.points == [point.pk for point in beat.points[:3]] for row in later)


def test_points_out_of_use_and_plans_out_of_use_make_nothing(site: Site) -> None:
    make_plan(site, is_active=False)
    retired = make_plan(site)
    retired.route.checkpoints.update(is_active=False)
    assert materialise(MIDNIGHT) == 0
