"""What one scan does."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction

from patrols.models import Scan
from patrols.services.scanning import record_batch, record_one
from tests.conftest import Cast
from tests.patrols.conftest import Beat
from tests.patrols.factories import MORNING, scan


def test_a_scan_is_stored_once_and_counted(cast: Cast, beat: Beat) -> None:
    handed_in = scan(cast.guard, beat.points[0], MORNING + timedelta(minutes=5))
    result = record_one(handed_in)
    assert (result.state, result.verdict, result.reasons) == ("stored", "verified", ("no_location",))
    assert result.round_id == beat.round.pk
    assert result.round_status == "running"
    assert record_one(handed_in).state == "known"
    assert Scan.objects.count() == 1
    beat.round.refresh_from_db()
    assert beat.round.visited == [beat.points[0].pk]
    assert beat.round.first_scan_at == handed_in.corrected_at


def test_one_by_one_and_in_a_batch_the_same_is_stored(cast: Cast, beat: Beat) -> None:
    odd = "a\tb\nc\rd\\e\\n {f,g} 'h' \"i\" 巡" + "x" * 300
    stored = []
    for record in (record_one, lambda scan: record_batch([scan])):
        handed_in = scan(
            cast.guard, beat.points[0], MORNING + timedelta(minutes=5),
            method="typed", token=None, checkpoint_id=beat.points[0].pk, why="dark", explanation=odd,
            device_id=uuid4(), seq=7, offset_ms=-90_000, latitude=31.2, longitude=-0.1, accuracy_m=0.0,
            clock_flags=("clock",),
        )  # fmt: skip
        record(handed_in)
        row = Scan.objects.get(pk=handed_in.id)
        assert (row.device_id, bytes(row.body_sha256)) == (handed_in.device_id, handed_in.body_sha256)
        own = {"id", "device_id", "body_sha256"}
        stored.append({f.attname: getattr(row, f.attname) for f in Scan._meta.fields if f.attname not in own})
        Scan.objects.all().delete()
    assert stored[0] == stored[1]
    assert stored[0]["explanation"] == odd[:300]


@pytest.mark.django_db(transaction=True)
def test_a_batch_is_stored_after_the_table_of_the_one_before_was_rolled_back(cast: Cast, beat: Beat) -> None:
    connection.close()  # neither table nor plan are there yet
    first, second = (scan(cast.guard, point, MORNING + timedelta(minutes=5)) for point in beat.points[:2])
    with pytest.raises(RuntimeError), transaction.atomic():
        record_batch([first])
        raise RuntimeError
    assert record_batch([first, second])[second.id].state == "stored"
    assert record_batch([first])[first.id].state == "known"
