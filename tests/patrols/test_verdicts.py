"""How each scan is judged, and why."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation
from msgspec.structs import replace

from organization.models import Membership, Site
from patrols.models import Checkpoint, CheckpointLabel, Scan
from patrols.services.scan_rows import ScanIn
from patrols.services.scanning import record_batch, record_one
from patrols.wording import explain
from tests.conftest import Cast
from tests.patrols.conftest import Beat
from tests.patrols.factories import MORNING, CheckpointFactory, scan

AT = MORNING + timedelta(minutes=10)
#: about 111 m of latitude
NORTH = 0.001


def stored(scan_in: ScanIn) -> Scan:
    """The scan after it went through the write path."""
    assert record_one(scan_in).state == "stored"
    return Scan.objects.get(pk=scan_in.id)


@pytest.fixture
def point(beat: Beat) -> Checkpoint:
    """A point whose coordinates are known, radius 40 m."""
    Checkpoint.objects.filter(pk=beat.points[0].pk).update(latitude=31.2, longitude=121.4)
    return Checkpoint.objects.get(pk=beat.points[0].pk)


@pytest.mark.parametrize(
    ("fields", "verdict", "reasons"),
    [
        ({}, "verified", ["no_location"]),
        ({"latitude": 31.2, "longitude": 121.4, "accuracy_m": 10}, "verified", []),
        ({"latitude": 31.2 + NORTH, "longitude": 121.4, "accuracy_m": 80}, "verified", []),
        ({"latitude": 31.2 + NORTH, "longitude": 121.4, "accuracy_m": 60}, "doubtful", ["distance"]),
        ({"latitude": 31.2, "longitude": 121.4, "accuracy_m": 0}, "doubtful", ["accuracy"]),
        ({"latitude": 31.2, "longitude": 121.4, "accuracy_m": None}, "verified", []),
        ({"method": "typed"}, "plausible", ["typed", "no_location"]),
        ({"method": "typed", "why": "damaged"}, "plausible", ["typed", "why_damaged", "no_location"]),
        ({"method": "cannot", "why": "locked"}, "plausible", ["cannot", "why_locked", "no_location"]),
        ({"clock_flags": ("clock",), "time_trust": "offset"}, "plausible", ["clock", "no_location"]),
        (
            {"clock_flags": ("clock", "future"), "time_trust": "device"},
            "doubtful",
            ["clock", "future", "no_location"],
        ),
    ],
)
def test_a_single_scan(
    cast: Cast, point: Checkpoint, fields: dict[str, Any], verdict: str, reasons: list[str]
) -> None:
    found = stored(scan(cast.guard, point, AT, **fields))
    assert (found.verdict, found.reasons) == (verdict, reasons)


def test_a_voided_label_is_doubtful_only_after_it_was_voided(cast: Cast, point: Checkpoint) -> None:
    CheckpointLabel.objects.filter(checkpoint=point).update(voided_at=AT)
    before = stored(scan(cast.guard, point, AT - timedelta(minutes=5)))
    after = stored(scan(cast.guard, point, AT + timedelta(minutes=5)))
    assert (before.verdict, after.verdict) == ("verified", "doubtful")
    assert "label_void" in after.reasons


def test_walking_is_measured_on_the_plan(cast: Cast, site: Site, beat: Beat) -> None:
    far = CheckpointFactory.create(site=site, x=0.95, y=0.5)  # 180 m from the first point
    stored(scan(cast.guard, beat.points[0], AT))
    walked = stored(scan(cast.guard, far, AT + timedelta(seconds=120)))
    assert walked.speed_mps == pytest.approx(1.5, abs=0.01)
    assert walked.verdict == "verified"
    back = stored(scan(cast.guard, beat.points[0], AT + timedelta(seconds=150)))
    assert back.speed_mps == pytest.approx(6.0, abs=0.01)
    assert back.reasons == ["no_location", "speed"]
    assert back.verdict == "doubtful"


def test_two_labels_beside_each_other_may_be_scanned_quickly(cast: Cast, beat: Beat) -> None:
    stored(scan(cast.guard, beat.points[0], AT))
    assert stored(scan(cast.guard, beat.points[1], AT + timedelta(seconds=2))).verdict == "verified"


def test_walking_is_measured_by_coordinates_without_a_plan(cast: Cast, site: Site, point: Checkpoint) -> None:
    Checkpoint.objects.filter(pk=point.pk).update(x=None, y=None)
    far = CheckpointFactory.create(site=site, latitude=31.2 + 10 * NORTH, longitude=121.4)
    stored(scan(cast.guard, point, AT))
    assert "speed" in stored(scan(cast.guard, far, AT + timedelta(seconds=60))).reasons


def test_the_other_guard_is_another_walk(cast: Cast, site: Site, beat: Beat) -> None:
    far = CheckpointFactory.create(site=site, x=0.95, y=0.5)
    stored(scan(cast.guard, beat.points[0], AT))
    other = stored(scan(cast.other_guard, far, AT + timedelta(seconds=10)))
    assert (other.verdict, other.speed_mps) == ("verified", None)


@pytest.mark.parametrize(("seconds", "duplicate"), [(5, True), (60, True), (61, False)])
def test_the_same_point_within_a_minute_is_a_duplicate(
    cast: Cast, beat: Beat, seconds: int, duplicate: bool
) -> None:
    stored(scan(cast.guard, beat.points[0], AT))
    again = stored(scan(cast.guard, beat.points[0], AT + timedelta(seconds=seconds)))
    assert ("duplicate" in again.reasons) is duplicate


def test_exactly_the_same_coordinates_at_distant_points_are_doubtful(
    cast: Cast, site: Site, beat: Beat
) -> None:
    far = CheckpointFactory.create(site=site, x=0.95, y=0.5)
    place = {"latitude": 31.1234567, "longitude": 121.7654321, "accuracy_m": 20}
    stored(scan(cast.guard, beat.points[0], AT, **place))
    copied = stored(scan(cast.guard, far, AT + timedelta(seconds=300), **place))
    assert copied.reasons == ["same_position"]
    moved = stored(
        scan(cast.guard, beat.points[0], AT + timedelta(seconds=600), **place | {"longitude": 121.7654320})
    )
    assert moved.verdict == "verified"


@pytest.mark.fault("F25")
def test_a_role_is_looked_up_as_of_the_scan(cast: Cast, point: Checkpoint) -> None:
    Membership.objects.filter(person=cast.guard).update(valid_from=AT.date() + timedelta(days=2))
    early = scan(cast.guard, point, AT)
    assert record_one(early).state == "unknown"  # neither then nor now
    late = stored(replace(early, received_at=AT + timedelta(days=3)))
    assert (late.verdict, "role" in late.reasons) == ("doubtful", True)
    Membership.objects.filter(person=cast.guard).update(
        valid_from=AT.date() - timedelta(days=9), valid_to=AT.date()
    )
    after = stored(scan(cast.guard, point, AT + timedelta(minutes=1), received_at=AT + timedelta(days=3)))
    assert "role" not in after.reasons


@pytest.mark.fault("F26")
def test_points_of_others_are_as_unknown_as_points_that_are_not_there(
    cast: Cast, beat: Beat, sibling_site: Site, foreign_site: Site
) -> None:
    for site in (sibling_site, foreign_site):
        theirs = CheckpointFactory.create(site=site)
        assert record_one(scan(cast.guard, theirs, AT)).state == "unknown"
        assert record_one(scan(cast.guard, theirs, AT, method="typed", token=None)).state == "unknown"
    missing = record_one(scan(cast.guard, None, AT, token="x.1.y"))
    assert missing == record_one(scan(cast.guard, None, AT, checkpoint_id=10**15))
    assert not Scan.objects.exists()


@pytest.mark.fault("F26")
def test_a_retired_or_moved_point_is_judged_as_it_was(cast: Cast, point: Checkpoint) -> None:
    Checkpoint.objects.filter(pk=point.pk).update(
        is_active=False, retired_at=AT, latitude=32.0, positioned_at=AT
    )
    near = {"latitude": 31.2, "longitude": 121.4, "accuracy_m": 10}
    before = stored(scan(cast.guard, point, AT - timedelta(minutes=2), **near))
    assert (before.verdict, before.reasons, before.distance_m) == ("verified", [], None)
    after = stored(scan(cast.guard, point, AT + timedelta(minutes=2), **near))
    assert set(after.reasons) == {"retired", "distance"}


def test_the_auditor_cannot_scan(cast: Cast, point: Checkpoint) -> None:
    assert record_one(scan(cast.auditor, point, AT)).state == "unknown"
    assert record_one(scan(cast.company_manager, point, AT)).state == "stored"


def test_every_verdict_can_be_explained(cast: Cast, beat: Beat, point: Checkpoint) -> None:
    record_batch(
        [
            scan(cast.guard, point, AT, latitude=31.21, longitude=121.4, accuracy_m=5),
            scan(cast.guard, point, AT + timedelta(seconds=20), method="typed", why="camera"),
            scan(
                cast.guard,
                beat.points[3],
                AT + timedelta(seconds=21),
                method="cannot",
                why="locked",
                explanation="A truck",
            ),
            scan(
                cast.guard,
                beat.points[2],
                AT + timedelta(hours=1),
                clock_flags=("clock",),
                time_trust="offset",
                offset_ms=300_000,
            ),
        ]
    )
    with translation.override("en"):
        texts = [[line.text for line in explain(row)] for row in Scan.objects.order_by("corrected_at")]
    assert texts[0] == ["Label 1 is valid.", "1,112 m from the point; the location is accurate to 5 m."]
    assert "The code was typed, not scanned." in texts[1]
    assert "Camera does not work" in texts[1]
    assert "The same person scanned this point less than a minute before." in texts[1]
    assert "Door locked" in texts[2]
    assert "The phone's clock was wrong by 5 min; the time was corrected." in texts[3]
