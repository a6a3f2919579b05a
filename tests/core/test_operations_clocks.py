"""A phone's wrong clock is measured, not punished, and never makes late work early."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.offline.clocks import EARLIEST, Corrected, Trust, correct

pytestmark = pytest.mark.fault("F10")

RECEIVED = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
DAY_MS = 86_400_000

instants = st.datetimes(
    min_value=datetime(1970, 1, 1), max_value=datetime(9998, 1, 1), timezones=st.just(UTC)
)
offsets = st.none() | st.integers(-(2**70), 2**70)
ages = st.none() | st.integers(-(2**70), 2**70)


@pytest.mark.parametrize(
    "error", [timedelta(days=1), timedelta(days=-1), timedelta(days=365 * 56), timedelta(days=-365 * 30)]
)
def test_a_measured_wrong_clock_is_corrected_within_two_seconds(error: timedelta) -> None:
    really = RECEIVED - timedelta(minutes=20)
    offset_ms = -round(error.total_seconds() * 1000) + 900
    corrected = correct(really + error, offset_ms, 60_000, RECEIVED)
    assert abs(corrected.at - really) < timedelta(seconds=2)
    assert corrected.trust == Trust.OFFSET_CORRECTED
    assert corrected.flags == ("clock",)


def test_a_right_clock_measured_lately_is_exact() -> None:
    corrected = correct(RECEIVED - timedelta(hours=2), 800, 30_000, RECEIVED)
    assert corrected == Corrected(RECEIVED - timedelta(hours=2) + timedelta(milliseconds=800), Trust.EXACT)


def test_an_old_measurement_is_less_than_exact() -> None:
    assert correct(RECEIVED - timedelta(hours=9), 800, DAY_MS, RECEIVED).trust == Trust.OFFSET_CORRECTED


def test_without_a_measurement_the_device_alone_speaks() -> None:
    made_at = RECEIVED - timedelta(hours=2)
    assert correct(made_at, None, None, RECEIVED) == Corrected(made_at, Trust.DEVICE_ONLY)


@pytest.mark.parametrize(
    "made_at", [datetime(1970, 1, 1, 0, 3, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)]
)
def test_1970_and_2099_are_flagged(made_at: datetime) -> None:
    corrected = correct(made_at, None, None, RECEIVED)
    assert corrected.flags == ("clock",)
    assert corrected.trust == Trust.DEVICE_ONLY


@given(instants, offsets, ages)
def test_nothing_ever_happens_after_its_receipt_and_nothing_raises(
    made_at: datetime, offset: int | None, age: int | None
) -> None:
    corrected = correct(made_at, offset, age, RECEIVED)
    assert corrected.at <= RECEIVED
    assert corrected.at.utcoffset() == timedelta(0)
    if corrected.at < EARLIEST:
        assert corrected.flags == ("clock",)


@given(st.integers(-2 * DAY_MS, 2 * DAY_MS), st.integers(0, DAY_MS))
def test_the_device_clocks_error_cancels_out(error_ms: int, ago_ms: int) -> None:
    really = RECEIVED - timedelta(milliseconds=ago_ms)
    corrected = correct(really + timedelta(milliseconds=error_ms), -error_ms, 1_000, RECEIVED)
    assert corrected.at == really
    assert bool(corrected.flags) == (abs(error_ms) > 120_000)


@given(st.integers(5 * 60_000 + 1, DAY_MS))
def test_more_than_five_minutes_in_the_future_is_flagged_and_never_early(ahead_ms: int) -> None:
    corrected = correct(RECEIVED + timedelta(milliseconds=ahead_ms), None, None, RECEIVED)
    assert corrected == Corrected(RECEIVED, Trust.DEVICE_ONLY, ("clock",))
