"""A site with a round to walk, the product's real web processes, and the proxy between them and the phones."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from core import clock
from organization.models import Site
from patrols.models import Checkpoint, Round
from tests.browser.conftest import joined, line, playwright
from tests.browser.stack import serving
from tests.conftest import Cast
from tests.faults.faultproxy import FaultProxy
from tests.faults.phones import NodePhone, node_phone
from tests.patrols.factories import CheckpointFactory, PlanFactory, RoundFactory, RouteFactory

__all__ = ["joined", "line", "playwright"]

#: RELIABILITY=full repeats what chance decides as often as reliability.md asks; otherwise a few times.
FULL = os.environ.get("RELIABILITY") == "full"


@dataclass(frozen=True)
class Beat:
    """Points, in the order of their route, and the round over them that may be walked now."""

    points: list[Checkpoint]
    round: Round


def beat_at(site: Site, count: int = 5, letter: str = "P") -> Beat:
    """Points a step apart, so that nobody walks too fast between them."""
    points = [
        CheckpointFactory.create(site=site, code=f"{letter}{n + 1:02}", x=0.1 + 0.001 * n, y=0.5)
        for n in range(count)
    ]
    plan = PlanFactory.create(route=RouteFactory.create(site=site, over=points), name=f"Round of {site.code}")
    return Beat(
        points, RoundFactory.create(plan=plan, due_start=clock.now() - timedelta(minutes=5), status="running")
    )


@pytest.fixture
def beat(transactional_db: None, site: Site) -> Beat:
    """A round of five points at our site."""
    return beat_at(site)


@pytest.fixture(scope="session")
def port(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Four web workers, started once."""
    with serving(tmp_path_factory.mktemp("web"), several=True) as port:
        yield port


@pytest.fixture
def proxy(port: int, transactional_db: None) -> Iterator[FaultProxy]:
    """The line to them."""
    with FaultProxy(port) as made:
        yield made


@pytest.fixture
def phone(proxy: FaultProxy, cast: Cast, beat: Beat) -> Iterator[NodePhone]:
    """The guard's phone, signed in over the proxy."""
    with node_phone(proxy.url) as made:
        made.sign_in(cast.guard)
        yield made
