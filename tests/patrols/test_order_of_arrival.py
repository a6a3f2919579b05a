"""Phones deliver late, twice, in any order and at the same moment; the state is the same."""

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from core.ids import uuid7
from patrols.models import Checkpoint, Round, Scan
from patrols.services.judging import judge_due
from patrols.services.scan_rows import ScanIn
from patrols.services.scanning import record_batch, record_one
from tests.conftest import Cast
from tests.patrols.conftest import Beat
from tests.patrols.factories import MORNING, CheckpointFactory, RoundFactory, scan

END = MORNING + timedelta(days=2)
SCAN_FIELDS = (
    "id",
    "site_id",
    "checkpoint_id",
    "round_id",
    "person_id",
    "corrected_at",
    "verdict",
    "reasons",
    "distance_m",
    "speed_mps",
    "method",
    "label_serial",
)
ROUND_FIELDS = (
    "id",
    "visited",
    "visited_times",
    "visited_outside",
    "first_scan_at",
    "last_scan_at",
    "completed_at",
    "status",
)


def state() -> list[Any]:
    """All that was derived from scans."""
    scans = [tuple(map(str, row)) for row in Scan.objects.order_by("id").values_list(*SCAN_FIELDS)]
    return scans + list(Round.objects.order_by("id").values_list(*ROUND_FIELDS))


class Undone(Exception):
    """Rolls an attempt back."""


def tried(deliveries: Sequence[Sequence[ScanIn]]) -> list[Any]:
    """The state after these deliveries; the database is then as before."""
    found: list[Any] = []
    try:
        with transaction.atomic():
            for batch in deliveries:
                if len(batch) == 1:
                    record_one(batch[0])
                else:
                    record_batch(list(batch))
            judge_due(END)
            found = state()
            raise Undone
    except Undone:
        return found


def a_shift(cast: Cast, beat: Beat, chance: random.Random, count: int = 24) -> list[ScanIn]:
    """Scans of two guards over some hours, with repeats, haste, typed codes, wrong clocks and odd places."""
    far = CheckpointFactory.create(site=beat.plan.site, x=0.95, y=0.9)
    points = [*beat.points, far]
    RoundFactory.create(plan=beat.plan, due_start=MORNING + timedelta(hours=2))
    scans = []
    for _number in range(count):
        at = MORNING + timedelta(
            seconds=chance.choice([chance.randrange(0, 900), chance.randrange(0, 14_000)])
        )
        fields: dict[str, Any] = {"received_at": END}
        if chance.random() < 0.3:
            fields |= {"latitude": 31.2, "longitude": 121.4, "accuracy_m": 12.0}
        if chance.random() < 0.2:
            fields |= {"method": chance.choice(["typed", "cannot"])}
        if chance.random() < 0.15:
            fields |= {"clock_flags": ("clock",), "time_trust": chance.choice(["device", "offset"])}
        if chance.random() < 0.3:
            fields |= {"round_id": beat.round.pk}
        scans.append(scan(chance.choice([cast.guard, cast.other_guard]), chance.choice(points), at, **fields))
    return scans


@pytest.mark.fault("F6")
def test_two_hundred_orders_of_arrival_give_one_state(cast: Cast, beat: Beat) -> None:
    chance = random.Random(6)
    Checkpoint.objects.filter(pk=beat.points[0].pk).update(latitude=31.2, longitude=121.41)
    scans = a_shift(cast, beat, chance)
    in_order = tried([[row] for row in sorted(scans, key=lambda row: row.corrected_at)])
    assert len(in_order) == len(scans) + 2
    for _attempt in range(200):
        chance.shuffle(scans)
        cuts = sorted(chance.sample(range(1, len(scans)), chance.randrange(0, 6)))
        deliveries = [scans[start:end] for start, end in zip([0, *cuts], [*cuts, None], strict=True)]
        if chance.random() < 0.5:
            deliveries.append(chance.choice(deliveries))  # one batch twice
        assert tried(deliveries) == in_order


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), count=st.integers(1, 12))
def test_one_by_one_and_as_a_batch_are_the_same(cast: Cast, beat: Beat, seed: int, count: int) -> None:
    with transaction.atomic():
        scans = a_shift(cast, beat, random.Random(seed), count)
        assert tried([[row] for row in scans]) == tried([scans])
        transaction.set_rollback(True)


def at_once(work: Any, arguments: Sequence[Any]) -> list[Any]:
    """`work` on each argument, each in its own thread and connection, at the same time."""

    def run(argument: Any) -> Any:
        try:
            return work(argument)
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(len(arguments)) as pool:
        return list(pool.map(run, arguments))


@pytest.mark.fault("F3")
@pytest.mark.django_db(transaction=True)
def test_the_same_scan_twenty_times_at_once_is_one_row(cast: Cast, beat: Beat) -> None:
    for number in range(10):
        one = scan(cast.guard, beat.points[number % 4], MORNING + timedelta(minutes=number))
        results = at_once(record_one, [one] * 20)
        assert [result.state for result in results].count("stored") == 1
        assert {result.state for result in results} == {"stored", "known"}
        assert len({(result.verdict, result.reasons, result.round_id) for result in results}) == 1
    assert Scan.objects.count() == 10


@pytest.mark.fault("F3")
@pytest.mark.django_db(transaction=True)
def test_batches_that_overlap_at_once_store_each_scan_once(cast: Cast, beat: Beat) -> None:
    people = [cast.guard, cast.other_guard]
    scans = [
        scan(people[n % 2], beat.points[n % 4], MORNING + timedelta(minutes=n), received_at=END)
        for n in range(40)
    ]
    expected = None
    for _attempt in range(3):
        at_once(record_batch, [scans[:25], scans[15:], list(reversed(scans)), scans[10:30]])
        judge_due(END)
        expected = expected or state()
        assert state() == expected
        assert Scan.objects.count() == 40
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM patrols_scan")
    Round.objects.update(
        visited=[],
        visited_times=[],
        visited_outside=[],
        first_scan_at=None,
        last_scan_at=None,
        completed_at=None,
        status="scheduled",
    )
    record_batch(scans)
    judge_due(END)
    assert state() == expected


@pytest.mark.fault("F4")
def test_the_same_id_with_another_body_never_replaces_the_first(cast: Cast, beat: Beat) -> None:
    first = scan(cast.guard, beat.points[0], MORNING)
    second = replace(
        first, token=None, checkpoint_id=beat.points[1].pk, method="typed", body_sha256=b"x" * 32
    )
    assert record_one(first).state == "stored"
    assert record_one(second).state == "conflict"
    assert record_batch([second])[first.id].state == "conflict"
    assert record_batch([first])[first.id].state == "known"
    assert Scan.objects.get().checkpoint_id == beat.points[0].pk


@pytest.mark.fault("F5")
def test_the_same_id_belongs_to_one_author_in_one_company_and_is_free_in_another(
    cast: Cast, beat: Beat, foreign_site: Any
) -> None:
    key = uuid7(MORNING)
    ours = scan(cast.guard, beat.points[0], MORNING, id=key)
    assert record_one(ours).state == "stored"
    assert record_one(replace(ours, person_id=cast.other_guard.pk)).state == "conflict"
    theirs = scan(cast.foreign_guard, CheckpointFactory.create(site=foreign_site), MORNING, id=key)
    assert record_one(theirs).state == "stored"
    assert Scan.objects.filter(pk=key).count() == 2
    result = record_one(
        scan(cast.sibling_guard, CheckpointFactory.create(site=foreign_site), MORNING, id=key)
    )
    assert (result.state, result.site_id is None or result.site_id == beat.plan.site_id) == ("conflict", True)


def test_a_clock_of_1970_lands_in_the_default_partition_and_nowhere_else(cast: Cast, beat: Beat) -> None:
    long_ago = MORNING.replace(year=1971)
    result = record_one(
        scan(
            cast.guard,
            beat.points[0],
            long_ago,
            received_at=MORNING,
            clock_flags=("clock",),
            time_trust="device",
        )
    )
    assert (result.state, result.verdict, result.round_id) == ("stored", "plausible", None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM patrols_scan_default")
        assert cursor.fetchone()[0] == 1
