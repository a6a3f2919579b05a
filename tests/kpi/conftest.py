"""A site with three weeks of November behind it: rounds of every outcome, scans of every verdict."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from core import changed_days
from kpi.models import ClosedMonth
from kpi.selectors.periods import Month
from kpi.services.closing import close_month
from kpi.services.folding import fold_changed, refold
from kpi.services.turning import turn_days
from organization.models import Person, Site, Zone
from patrols.models import Checkpoint, Plan, Round, RoundStatus
from patrols.services import partitions
from patrols.services.judging import judge_due
from patrols.services.scanning import record_batch
from tests.conftest import Cast
from tests.organization.factories import ZoneFactory
from tests.patrols.factories import CheckpointFactory, PlanFactory, RoundFactory, RouteFactory, scan

#: Eight in the morning in Shanghai, on the first of November 2026.
BEGIN = datetime(2026, 11, 1, 0, 0, tzinfo=UTC)
#: A Saturday noon.
NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
DAYS = 20
#: In December: November can be closed.
LATER = datetime(2026, 12, 2, 4, 0, tzinfo=UTC)


@dataclass
class World:
    """What the tests look at."""

    site: Site
    guard: Person
    points: list[Checkpoint]
    gate: Zone
    garage: Zone
    plan: Plan
    rounds: list[Round] = field(default_factory=list)

    def day(self, number: int) -> date:
        """The site-local day of the `number`th round, from 0."""
        return (BEGIN + timedelta(days=number)).date()

    def walk(
        self, round_: Round, points: list[Checkpoint], minutes: int = 5, delay: int = 1, **more: object
    ) -> None:
        """Scan points of a round, three minutes apart, from `minutes` after it is due; received `delay` s later."""
        times = [round_.due_start + timedelta(minutes=minutes + 3 * number) for number in range(len(points))]
        record_batch(
            [
                scan(self.guard, point, at, received_at=at + timedelta(seconds=delay), **more)
                for point, at in zip(points, times, strict=True)
            ]
        )


@pytest.fixture
def at_noon() -> Iterator[None]:
    """It is noon on the 21st of November at the site."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def empty_world(cast: Cast, site: Site, at_noon: None) -> World:
    """Two zones, four points (one in no zone), one plan, one round a day at eight; nobody has walked."""
    partitions.ensure(BEGIN, NOW)
    gate, garage = (
        ZoneFactory.create(site=site, code="A1", name="Gate"),
        ZoneFactory.create(site=site, code="B1", name="Garage"),
    )
    zones = [gate, gate, garage, None]
    points = [
        CheckpointFactory.create(site=site, zone=zone, x=0.02 * number, y=0.5)
        for number, zone in enumerate(zones)
    ]
    plan = PlanFactory.create(route=RouteFactory.create(site=site, over=points))
    return World(site, cast.guard, points, gate, garage, plan)


@pytest.fixture
def world(empty_world: World) -> World:
    """Day by day: completed, late, partial (the gate only), missed, cancelled, and again; judged, not folded."""
    world = empty_world
    for number in range(DAYS):
        due = BEGIN + timedelta(days=number)
        row = RoundFactory.create(plan=world.plan, due_start=due)
        world.rounds.append(row)
        match number % 5:
            case 0:
                world.walk(row, world.points)
            case 1:
                world.walk(row, world.points, minutes=55)
            case 2:
                world.walk(row, world.points[:2], method="typed")
            case 4:
                Round.objects.filter(pk=row.pk).update(status=RoundStatus.CANCELLED)
                changed_days.mark([(world.site.pk, world.day(number))])
    judge_due(NOW)
    return world


@pytest.fixture
def closed(world: World, cast: Cast) -> Iterator[ClosedMonth]:
    """November, closed with 1,000 households; then a completed round turns out to have been missed. It stays the day of closing."""
    site, november = world.site, Month(date(2026, 11, 1))
    Site.objects.filter(pk=site.pk).update(households=1000, population=2500, language="en")
    site.refresh_from_db()
    with time_machine.travel(LATER, tick=False):
        list(refold(site, november.first, date(2026, 12, 2)))
        turn_days()
        fold_changed()
        found = close_month(user=cast.project_manager, site=site, month=november)
        Round.objects.filter(pk=world.rounds[0].pk).update(status="missed", visited=[])
        changed_days.mark([(site.pk, world.day(0))])
        fold_changed()
        yield found
