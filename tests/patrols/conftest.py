"""A site with points, a route, a plan and a round that is due."""

from dataclasses import dataclass

import pytest

from organization.models import Site
from patrols.models import Checkpoint, Plan, Round
from patrols.services import partitions
from tests.patrols.factories import MORNING, CheckpointFactory, PlanFactory, RoundFactory, RouteFactory


@dataclass(frozen=True)
class Beat:
    """One route with its plan and one round."""

    points: list[Checkpoint]
    plan: Plan
    round: Round


@pytest.fixture(autouse=True)
def _months(request: pytest.FixtureRequest) -> None:
    """The partition of the month in which these tests happen."""
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        request.getfixturevalue("transactional_db" if "transactional_db" in request.fixturenames else "db")
        partitions.ensure(MORNING, MORNING)


@pytest.fixture
def beat(site: Site) -> Beat:
    """Four points, ten metres apart, due from 08:00 to 09:00, judged at 09:15."""
    points = [CheckpointFactory.create(site=site, x=0.05 * (n + 1), y=0.5) for n in range(4)]
    plan = PlanFactory.create(route=RouteFactory.create(site=site, over=points))
    return Beat(points, plan, RoundFactory.create(plan=plan, due_start=MORNING))
