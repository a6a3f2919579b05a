"""How rounds are judged."""

import json
from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from core.models import ChangedDay, WebhookDelivery
from core.webhooks.managing import add_webhook
from patrols.models import Round, RoundStatus
from patrols.services.judging import TELL, judge_due, refold
from patrols.services.reviewing import overrule
from patrols.services.scanning import record_batch, record_one
from tests.conftest import Cast
from tests.outbox import work_off
from tests.patrols.conftest import Beat
from tests.patrols.factories import MORNING, CheckpointFactory, PlanFactory, RoundFactory, RouteFactory, scan

CLOSE = MORNING + timedelta(minutes=75)


@pytest.mark.parametrize(
    ("minutes", "before", "after"),
    [
        ([], "scheduled", "missed"),
        ([1], "running", "partial"),
        ([1, 2, 3, 4], "completed", "completed"),
        ([-9, 2, 3, 60], "completed", "completed"),
        ([1, 2, 3, 61], "late", "late"),
        ([1, 2, 3, 74], "late", "late"),
        ([1, 2, 3, 75], "running", "partial"),
        ([-11, 2, 3, 4], "running", "partial"),
        ([-20, -15, 80], "running", "missed"),
    ],
)
def test_a_round_by_when_its_points_were_visited(
    cast: Cast, beat: Beat, minutes: Sequence[int], before: str, after: str
) -> None:
    scans = [
        scan(
            cast.guard,
            point,
            MORNING + timedelta(minutes=minute),
            round_id=beat.round.pk,
            received_at=MORNING,
        )
        for point, minute in zip(beat.points, minutes, strict=False)
    ]
    record_batch(scans)
    beat.round.refresh_from_db()
    assert beat.round.status == before
    judge_due(CLOSE)
    beat.round.refresh_from_db()
    assert beat.round.status == after


def test_95_percent_of_the_points_are_enough(cast: Cast, beat: Beat) -> None:
    points = [CheckpointFactory.create(site=beat.plan.site) for _ in range(20)]
    plan = PlanFactory.create(route=RouteFactory.create(site=beat.plan.site, over=points))
    round_ = RoundFactory.create(plan=plan)
    record_batch(
        [
            scan(cast.guard, row, MORNING + timedelta(minutes=n), round_id=round_.pk)
            for n, row in enumerate(points[:18])
        ]
    )
    round_.refresh_from_db()
    assert round_.status == RoundStatus.RUNNING
    record_one(scan(cast.guard, points[18], MORNING + timedelta(minutes=30), round_id=round_.pk))
    round_.refresh_from_db()
    assert (round_.status, round_.completed_at) == (RoundStatus.COMPLETED, MORNING + timedelta(minutes=30))


def test_a_second_visit_changes_nothing(cast: Cast, beat: Beat) -> None:
    record_batch(
        [scan(cast.guard, point, MORNING + timedelta(minutes=n)) for n, point in enumerate(beat.points)]
    )
    record_one(scan(cast.guard, beat.points[0], MORNING + timedelta(minutes=70)))
    beat.round.refresh_from_db()
    assert beat.round.status == RoundStatus.COMPLETED
    assert beat.round.completed_at == MORNING + timedelta(minutes=3)
    assert beat.round.last_scan_at == MORNING + timedelta(minutes=70)


def test_a_point_that_could_not_be_scanned_is_explained_but_not_visited(cast: Cast, beat: Beat) -> None:
    record_one(
        scan(cast.guard, beat.points[0], MORNING + timedelta(minutes=1), method="cannot", why="locked")
    )
    judge_due(CLOSE)
    beat.round.refresh_from_db()
    assert (beat.round.visited, beat.round.status) == ([], RoundStatus.MISSED)
    assert beat.round.first_scan_at == MORNING + timedelta(minutes=1)


@pytest.mark.fault("F10")
def test_a_scan_from_the_future_never_counts_as_on_time(cast: Cast, beat: Beat) -> None:
    record_one(
        scan(
            cast.guard,
            beat.points[0],
            MORNING + timedelta(minutes=5),
            clock_flags=("clock", "future"),
            time_trust="device",
        )
    )
    beat.round.refresh_from_db()
    assert (beat.round.visited, beat.round.visited_outside) == ([], [beat.points[0].pk])


def test_a_late_upload_is_never_a_late_patrol(cast: Cast, beat: Beat) -> None:
    judge_due(CLOSE)
    beat.round.refresh_from_db()
    assert beat.round.status == RoundStatus.MISSED
    ChangedDay.objects.all().delete()
    evening = MORNING + timedelta(hours=30)
    record_batch(
        [
            scan(cast.guard, point, MORNING + timedelta(minutes=n), received_at=evening)
            for n, point in enumerate(beat.points)
        ]
    )
    beat.round.refresh_from_db()
    assert beat.round.status == RoundStatus.COMPLETED
    assert list(ChangedDay.objects.values_list("site_id", "day")) == [(beat.plan.site_id, date(2026, 11, 17))]


def test_a_scan_finds_its_round_by_time_and_point(cast: Cast, beat: Beat) -> None:
    noon = RoundFactory.create(plan=beat.plan, due_start=MORNING + timedelta(hours=4))
    elsewhere = CheckpointFactory.create(site=beat.plan.site)
    rounds = {
        "morning": scan(cast.guard, beat.points[0], MORNING + timedelta(minutes=5)),
        "noon": scan(cast.guard, beat.points[0], MORNING + timedelta(hours=4, minutes=5)),
        "between": scan(cast.guard, beat.points[1], MORNING + timedelta(hours=2)),
        "elsewhere": scan(cast.guard, elsewhere, MORNING + timedelta(minutes=9)),
    }
    found = {name: record_one(row).round_id for name, row in rounds.items()}
    assert found == {"morning": beat.round.pk, "noon": noon.pk, "between": None, "elsewhere": None}


def test_a_round_of_another_site_or_without_the_point_is_not_believed(cast: Cast, beat: Beat) -> None:
    other = RoundFactory.create(
        plan=PlanFactory.create(route=RouteFactory.create(over=[CheckpointFactory.create()]))
    )
    empty = RoundFactory.create(
        plan=PlanFactory.create(route=RouteFactory.create(site=beat.plan.site, over=beat.points[1:]))
    )
    for claimed in (other, empty):
        result = record_one(
            scan(cast.guard, beat.points[0], MORNING + timedelta(minutes=5), round_id=claimed.pk)
        )
        assert result.round_id == beat.round.pk


def test_an_overruled_scan_no_longer_counts(cast: Cast, beat: Beat) -> None:
    scans = [scan(cast.guard, point, MORNING + timedelta(minutes=n)) for n, point in enumerate(beat.points)]
    record_batch(scans)
    overrule(
        user=cast.supervisor,
        scan_id=scans[2].id,
        verdict="doubtful",
        counts=False,
        note="Seen at the gate then.",
    )
    judge_due(CLOSE)
    refold([beat.round.pk])
    beat.round.refresh_from_db()
    assert beat.points[2].pk not in beat.round.visited
    assert (beat.round.status, beat.round.completed_at) == (RoundStatus.PARTIAL, None)
    overrule(user=cast.supervisor, scan_id=scans[2].id, verdict="verified", counts=True, note="My mistake.")
    beat.round.refresh_from_db()
    assert beat.round.completed_at == MORNING + timedelta(minutes=3)


def test_folding_anew_gives_what_was_folded_step_by_step(cast: Cast, beat: Beat) -> None:
    record_batch(
        [
            *(
                scan(cast.guard, point, MORNING + timedelta(minutes=n))
                for n, point in enumerate(beat.points[:3])
            ),
            scan(cast.guard, beat.points[3], MORNING + timedelta(minutes=90), round_id=beat.round.pk),
            scan(
                cast.other_guard,
                beat.points[3],
                MORNING + timedelta(minutes=8),
                method="cannot",
                why="unsafe",
            ),
        ]
    )
    fields = ("visited", "visited_times", "visited_outside", "first_scan_at", "last_scan_at", "completed_at")
    before = Round.objects.values(*fields).get(pk=beat.round.pk)
    refold([beat.round.pk])
    assert Round.objects.values(*fields).get(pk=beat.round.pk) == before


def test_other_programs_hear_how_a_round_was_judged(cast: Cast, beat: Beat) -> None:
    add_webhook(
        user=cast.company_manager, site=None, name="ERP", address="https://erp.example.org/", events=["round.judged"]
    )  # fmt: skip
    record_one(scan(cast.guard, beat.points[0], MORNING + timedelta(minutes=1), round_id=beat.round.pk))
    judge_due(CLOSE)
    work_off(TELL)
    [delivery] = WebhookDelivery.objects.all()
    told = json.loads(delivery.body)
    assert (told["event"], told["object"]["id"]) == ("round.judged", beat.round.pk)
    assert told["object"]["url"].endswith(f"/api/v1/rounds/{beat.round.pk}/")
    assert (told["data"]["status"], told["data"]["visited"], told["data"]["points"]) == ("partial", 1, 4)
