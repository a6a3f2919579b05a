"""Points, routes and plans as people make and change them."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from core.clock import now
from organization.models import Site
from patrols.models import CheckpointLabel, Round, RoundStatus
from patrols.services.checkpoints import (
    change_checkpoint,
    create_checkpoint,
    restore_checkpoint,
    retire_checkpoint,
)
from patrols.services.planning import (
    adopt_proposal,
    cancel_round,
    change_plan,
    change_route,
    create_plan,
    create_route,
    end_plan,
    restart_plan,
)
from patrols.services.proposals import proposals_for
from tests.conftest import Cast
from tests.organization.factories import SiteFactory, ZoneFactory
from tests.patrols.conftest import Beat
from tests.patrols.factories import MORNING, CheckpointFactory

DAILY = {"frequency": "daily", "times": ["08:00", "20:00"]}


def codes(site: Site) -> list[str]:
    """Codes of the plans proposed to a site."""
    return [proposal.code for proposal in proposals_for(site)]


def test_a_new_point_has_its_first_label(cast: Cast, site: Site) -> None:
    point = create_checkpoint(user=cast.supervisor, site=site, code=" b2-07 ", name="Pump room", x=0.5, y=0.5)
    assert point.code == "B2-07"
    assert CheckpointLabel.objects.get(checkpoint=point).serial == 1


def test_parts_of_other_sites_are_refused(cast: Cast, site: Site, sibling_site: Site) -> None:
    elsewhere = ZoneFactory.create(site=sibling_site)
    with pytest.raises(ValidationError):
        create_checkpoint(user=cast.supervisor, site=site, code="A", name="A", zone=elsewhere)
    with pytest.raises(ValidationError):
        create_route(
            user=cast.supervisor,
            site=site,
            name="R",
            checkpoint_ids=[CheckpointFactory.create(site=sibling_site).pk],
        )
    with pytest.raises(ValidationError):
        create_route(user=cast.supervisor, site=site, name="R", checkpoint_ids=[])


def test_a_moved_point_remembers_since_when(cast: Cast, site: Site) -> None:
    point = create_checkpoint(user=cast.supervisor, site=site, code="A", name="A")
    assert change_checkpoint(user=cast.supervisor, checkpoint=point, x=0.5, y=0.5).positioned_at is None
    assert change_checkpoint(user=cast.supervisor, checkpoint=point, name="B").positioned_at is None
    assert change_checkpoint(user=cast.supervisor, checkpoint=point, x=0.6).positioned_at is not None


@pytest.mark.requirement("R006")
def test_a_plan_has_its_rounds_at_once_and_loses_them_when_it_ends(cast: Cast, site: Site) -> None:
    user = cast.supervisor
    points = [CheckpointFactory.create(site=site) for _ in range(3)]
    with time_machine.travel(MORNING + timedelta(hours=2), tick=False):
        route = create_route(
            user=user, site=site, name="R", order="fixed", checkpoint_ids=[points[2].pk, points[0].pk]
        )
        plan = create_plan(user=user, site=site, route=route, name="P", rule=DAILY, discipline="fire")
        assert Round.objects.count() == 4
        first = Round.objects.earliest("due_start")
        assert (first.points, first.discipline, first.order) == (
            [points[2].pk, points[0].pk],
            "fire",
            "fixed",
        )
        change_plan(user=user, plan=plan, rule={"frequency": "daily", "times": ["12:00"]})
        assert {row.due_start.hour for row in Round.objects.all()} == {4}
        change_route(user=user, route=route, name="R", checkpoint_ids=[points[1].pk])
        assert Round.objects.earliest("due_start").points == [points[1].pk]
        end_plan(user=user, plan=plan)
        assert not Round.objects.exists()
        restart_plan(user=user, plan=plan)
        assert Round.objects.exists()


@pytest.mark.fault("F26")
def test_a_retired_point_leaves_the_rounds_to_come(cast: Cast, beat: Beat) -> None:
    with time_machine.travel(MORNING, tick=False):
        restart_plan(user=cast.supervisor, plan=end_plan(user=cast.supervisor, plan=beat.plan))
        retire_checkpoint(user=cast.supervisor, checkpoint=beat.points[0], reason="Wall removed")
        coming = Round.objects.filter(opens_at__gt=now())
        assert coming.exists()
        assert all(beat.points[0].pk not in row.points for row in coming)
        restore_checkpoint(user=cast.supervisor, checkpoint=beat.points[0])
        assert all(beat.points[0].pk in row.points for row in Round.objects.filter(opens_at__gt=now()))


def test_a_round_is_cancelled_with_a_reason(cast: Cast, beat: Beat) -> None:
    with pytest.raises(ValidationError):
        cancel_round(user=cast.supervisor, round_=beat.round, reason=" ")
    done = cancel_round(user=cast.supervisor, round_=beat.round, reason="Typhoon")
    assert (done.status, done.cancel_reason) == (RoundStatus.CANCELLED, "Typhoon")
    with pytest.raises(ValidationError):
        cancel_round(user=cast.supervisor, round_=beat.round, reason="again")


def test_others_may_not_plan(cast: Cast, beat: Beat) -> None:
    acts: list[Any] = [
        lambda user: create_checkpoint(user=user, site=beat.plan.site, code="A", name="A"),
        lambda user: change_checkpoint(user=user, checkpoint=beat.points[0], name="x"),
        lambda user: retire_checkpoint(user=user, checkpoint=beat.points[0]),
        lambda user: create_route(
            user=user, site=beat.plan.site, name="x", checkpoint_ids=[beat.points[0].pk]
        ),
        lambda user: create_plan(user=user, site=beat.plan.site, route=beat.plan.route, name="x", rule=DAILY),
        lambda user: change_plan(user=user, plan=beat.plan, name="x"),
        lambda user: cancel_round(user=user, round_=beat.round, reason="x"),
    ]
    for act in acts:
        for person in (cast.guard, cast.auditor, cast.sibling_supervisor, cast.foreign_manager):
            with pytest.raises(PermissionDenied):
                act(person)


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ({}, ["FP-OTH", "PT-B", "FAC-W", "SAN-D"]),
        ({"height_class": "high_residential"}, ["FP-HR", "PT-B", "FAC-W", "SAN-D"]),
        ({"is_fire_key_unit": True, "height_class": "super_high"}, ["FP-KEY", "PT-B", "FAC-W", "SAN-D"]),
        (
            {"site_type": "mall", "is_public_gathering": True, "is_assembly_occupancy": True},
            ["FP-PUB", "FP-CLOSE", "FP-ASM", "FP-HOUSE", "PT-A", "FAC-W", "SAN-D"],
        ),
        (
            {"site_type": "hotel", "is_public_gathering": True},
            ["FP-PUB", "FP-CLOSE", "FP-NIGHT", "FP-OTH", "FP-HOUSE", "PT-B", "FAC-W", "SAN-D"],
        ),
    ],
)
def test_the_profile_decides_what_is_proposed(
    company: Any, profile: dict[str, Any], expected: list[str]
) -> None:
    assert codes(SiteFactory.create(company=company, **profile)) == expected


def test_a_proposal_becomes_a_plan(cast: Cast, beat: Beat) -> None:
    plan = adopt_proposal(
        user=cast.supervisor, site=beat.plan.site, proposal_code="PT-B", route=beat.plan.route
    )
    assert (plan.name, plan.discipline, plan.basis[:2]) == ("日常防盗巡逻(昼夜每2小时)", "security", "秩序")
    assert plan.rounds.count() >= 24
    with pytest.raises(LookupError):
        adopt_proposal(
            user=cast.supervisor, site=beat.plan.site, proposal_code="FP-PUB", route=beat.plan.route
        )
