"""A tick only judges; leaders are told by the outbox: once, of news, one notice a site, whatever is killed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import faults
from core.models import Notification, OutboxItem
from core.outbox import bell, running
from organization.access import SITE_LEADERS, people_holding, people_holding_at
from organization.models import Company, Department, Membership, Role, Site
from patrols.models import Round
from patrols.services.judging import TELL, judge_due
from patrols.services.scanning import record_batch
from tests.conftest import Cast
from tests.organization.factories import PersonFactory, SiteFactory, person_with
from tests.outbox import work_off
from tests.patrols.conftest import Beat
from tests.patrols.factories import MORNING, CheckpointFactory, PlanFactory, RoundFactory, RouteFactory, scan

CLOSE = MORNING + timedelta(minutes=75)


def judge_and_tell() -> None:
    """A tick, and what a worker does then."""
    judge_due(CLOSE)
    work_off(TELL)


def rounds_at(site: Site, count: int) -> list[Round]:
    """Rounds of a site that nobody walks."""
    route = RouteFactory.create(site=site, over=[CheckpointFactory.create(site=site)])
    return [RoundFactory.create(plan=PlanFactory.create(route=route)) for _ in range(count)]


@pytest.mark.fault("F34")
def test_leaders_are_told_once_and_only_of_news(cast: Cast, beat: Beat) -> None:
    assert judge_due(CLOSE) == 1
    assert judge_due(CLOSE) == 0
    assert work_off(TELL) == 1
    told = Notification.objects.filter(kind="patrols.round_missed")
    assert {row.recipient for row in told} == {
        cast.shift_leader,
        cast.supervisor,
        cast.project_manager,
        cast.company_manager,
    }
    RoundFactory.create(plan=beat.plan, due_start=MORNING + timedelta(hours=2))
    assert judge_due(CLOSE + timedelta(days=1)) == 1
    work_off(TELL)
    assert told.count() == Notification.objects.count() == 4


def test_several_failures_of_one_tick_are_one_notice(cast: Cast, beat: Beat) -> None:
    RoundFactory.create(plan=PlanFactory.create(route=beat.plan.route), due_start=MORNING)
    judge_and_tell()
    assert set(Notification.objects.values_list("kind", flat=True)) == {"patrols.rounds_failed"}
    assert Notification.objects.filter(recipient=cast.supervisor).count() == 1


def test_each_site_has_its_own_notice_and_each_company_its_own_work(
    cast: Cast, beat: Beat, sibling_site: Site, foreign_site: Site
) -> None:
    rounds_at(sibling_site, 1)
    rounds_at(foreign_site, 2)
    judge_due(CLOSE)
    assert set(OutboxItem.objects.filter(handler=TELL).values_list("company_id", flat=True)) == {
        beat.round.company_id,
        foreign_site.company_id,
    }
    work_off(TELL)
    told = {(row.recipient, row.site_id) for row in Notification.objects.select_related("recipient")}
    here, there = beat.round.site_id, sibling_site.pk
    assert {site for person, site in told if person == cast.company_manager} == {here, there}
    assert {site for person, site in told if person == cast.supervisor} == {here}
    assert {site for person, site in told if person == cast.sibling_supervisor} == {there}
    assert {site for person, site in told if person == cast.foreign_manager} == {foreign_site.pk}


def test_a_round_that_has_come_right_before_anybody_was_told_is_no_news(cast: Cast, beat: Beat) -> None:
    judge_due(CLOSE)
    record_batch(
        [
            scan(cast.guard, point, MORNING + timedelta(minutes=n), received_at=CLOSE)
            for n, point in enumerate(beat.points)
        ]
    )
    work_off(TELL)
    assert not Notification.objects.exists()


def test_the_tick_and_the_telling_ask_as_often_for_many_sites_as_for_one(company: Company) -> None:
    counts = []
    for sites in (1, 5):
        for _ in range(sites):
            site = SiteFactory.create(company=company)
            rounds_at(site, 2)
            person_with(Role.SUPERVISOR, site=site)
        with CaptureQueriesContext(connection) as tick:
            judge_due(CLOSE)
        with CaptureQueriesContext(connection) as telling:
            work_off(TELL)
        counts.append((len(tick), len(telling)))
    assert counts[0] == counts[1]
    assert counts[0][0] <= 5


@pytest.mark.django_db(transaction=True)
def test_open_pages_hear_of_all_sites_in_one_message_to_redis(
    cast: Cast, beat: Beat, sibling_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[list[Any]] = []
    monkeypatch.setattr("core.live.publishing._send", lambda bodies: sent.append(list(bodies)))
    rounds_at(sibling_site, 25)
    judge_and_tell()
    rounds = [body for bodies in sent for body in bodies if body["kind"] == "rounds"]
    assert {body["topic"] for body in rounds} == {f"site:{beat.round.site_id}", f"site:{sibling_site.pk}"}
    assert sum(any(body["kind"] == "rounds" for body in bodies) for bodies in sent) == 1
    assert max(body["ids"].count(",") + 1 for body in rounds) == 20


@pytest.mark.fault("F30")
@pytest.mark.django_db(transaction=True)
def test_a_tick_that_dies_before_its_commit_leaves_round_and_work_to_the_next(cast: Cast, beat: Beat) -> None:
    def die() -> None:
        raise RuntimeError("killed")

    with faults.armed("round.judged", die), pytest.raises(RuntimeError):
        judge_due(CLOSE)
    assert not OutboxItem.objects.exists()
    judge_and_tell()
    assert Notification.objects.filter(recipient=cast.supervisor).count() == 1


@pytest.mark.fault("F31")
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_while_telling_tells_once_in_the_end(
    cast: Cast, beat: Beat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bell, "ring", lambda ids: 0)  # nobody hears the bell: the sweeper finds the work
    judge_due(CLOSE)

    def die() -> None:
        raise KeyboardInterrupt

    with faults.armed("outbox.worked", die), pytest.raises(KeyboardInterrupt):
        work_off(TELL)
    assert not Notification.objects.exists()
    item = OutboxItem.objects.get(handler=TELL)
    assert item.state == OutboxItem.State.WAITING
    OutboxItem.objects.update(claimed_until=None)  # the lease of the dead worker runs out
    assert work_off(TELL) == 1
    assert running.run(ids=[item.pk]) == 0
    assert Notification.objects.filter(recipient=cast.supervisor).count() == 1


def test_leaders_of_several_sites_are_those_of_each(cast: Cast, site: Site, sibling_site: Site) -> None:
    yard = Department.objects.create(company=site.company, site=site, name="Yard")
    of_yard = PersonFactory.create(company=site.company)
    Membership.objects.create(
        person=of_yard,
        company=site.company,
        department=yard,
        role=Role.SHIFT_LEADER,
        valid_from=MORNING.date(),
    )
    person_with(Role.SUPERVISOR, site=site, is_active=False)
    found = people_holding_at(SITE_LEADERS, [site, sibling_site])
    for place in (site, sibling_site):
        assert {person.pk for person in found[place.pk]} == {
            person.pk for person in people_holding(SITE_LEADERS, place)
        }
    assert of_yard in found[site.pk]
    assert of_yard not in found[sibling_site.pk]
