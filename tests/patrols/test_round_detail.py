"""One round with everything on it, and how long ago points were seen."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from patrols.models import Checkpoint, Round
from patrols.selectors.freshness import point_freshness
from patrols.selectors.rounds import round_detail
from patrols.services.reviewing import overrule
from patrols.services.scanning import record_batch, record_one
from tests.conftest import Cast
from tests.patrols.conftest import Beat
from tests.patrols.factories import MORNING, scan


def test_each_point_says_how_it_stands(cast: Cast, beat: Beat) -> None:
    record_batch(
        [
            scan(cast.guard, beat.points[0], MORNING + timedelta(minutes=1)),
            scan(cast.guard, beat.points[1], MORNING + timedelta(minutes=90), round_id=beat.round.pk),
            scan(cast.guard, beat.points[2], MORNING + timedelta(minutes=3), method="cannot", why="locked"),
        ]
    )
    detail = round_detail(cast.guard, beat.round.pk)
    assert [line.state for line in detail.points] == ["visited", "outside", "explained", "missed"]
    assert [len(line.scans) for line in detail.points] == [1, 1, 1, 0]
    assert not detail.order_broken


def test_a_broken_fixed_order_is_noted(cast: Cast, beat: Beat) -> None:
    Round.objects.update(order="fixed")
    record_batch(
        [
            scan(cast.guard, beat.points[n], MORNING + timedelta(minutes=5 * m))
            for m, n in enumerate((0, 2, 1))
        ]
    )
    assert round_detail(cast.guard, beat.round.pk).order_broken
    Round.objects.update(order="any")
    assert not round_detail(cast.guard, beat.round.pk).order_broken


def test_a_review_stands_beside_the_verdict(cast: Cast, beat: Beat) -> None:
    one = scan(cast.guard, beat.points[0], MORNING)
    record_one(one)
    overrule(user=cast.supervisor, scan_id=one.id, verdict="doubtful", note="Seen elsewhere")
    line = round_detail(cast.guard, beat.round.pk).points[0].scans[0]
    assert (line.verdict, line.scan.verdict, line.tone) == ("doubtful", "verified", "warn")
    assert line.review is not None
    assert line.review.note == "Seen elsewhere"


def test_it_costs_the_same_for_many_scans(cast: Cast, beat: Beat) -> None:
    record_one(scan(cast.guard, beat.points[0], MORNING))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            round_detail(cast.guard, beat.round.pk)
        return len(captured)

    queries()
    before = queries()
    record_batch(
        [scan(cast.other_guard, beat.points[n % 4], MORNING + timedelta(minutes=n)) for n in range(50)]
    )
    assert queries() == before


def test_it_does_not_exist_for_others(cast: Cast, beat: Beat) -> None:
    for person in (cast.sibling_supervisor, cast.foreign_manager):
        with pytest.raises(Http404):
            round_detail(person, beat.round.pk)


def test_points_are_coloured_by_freshness(cast: Cast, beat: Beat) -> None:
    Checkpoint.objects.update(freshness_hours=2)
    for number, hours in enumerate((1, 3, 5)):
        record_one(scan(cast.guard, beat.points[number], MORNING - timedelta(hours=hours)))
    record_one(scan(cast.guard, beat.points[3], MORNING, method="cannot", why="locked"))
    with time_machine.travel(MORNING, tick=False):
        found = point_freshness(beat.plan.site)
    assert [(line.tone, line.hours) for line in found] == [
        ("ok", 1),
        ("warn", 3),
        ("danger", 5),
        ("idle", None),
    ]
