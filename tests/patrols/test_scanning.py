"""What one scan does."""

from datetime import timedelta

from patrols.models import Scan
from patrols.services.scanning import record_one
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
