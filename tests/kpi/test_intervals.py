"""The Wilson interval gives the worked examples of domain 3.1."""

import pytest

from kpi.intervals import Interval, wilson


@pytest.mark.parametrize(
    ("successes", "total", "low", "high"),
    [(27, 30, 74.4, 96.5), (90, 100, 82.6, 94.5), (270, 300, 86.1, 92.9)],
)
def test_it_agrees_with_the_worked_examples(successes: int, total: int, low: float, high: float) -> None:
    interval = wilson(successes, total)
    assert interval is not None
    assert (round(interval.low * 100, 1), round(interval.high * 100, 1)) == (low, high)


def test_thirty_five_of_thirty_five_demonstrate_ninety_percent() -> None:
    enough, too_few = wilson(35, 35), wilson(34, 34)
    assert enough is not None
    assert too_few is not None
    assert enough.low >= 0.90 > too_few.low


def test_nothing_counted_has_no_interval() -> None:
    assert wilson(0, 0) is None


def test_it_stays_between_nought_and_one() -> None:
    assert wilson(0, 1) == Interval(0.0, pytest.approx(0.793, abs=0.001))  # type: ignore[arg-type]
    full = wilson(1, 1)
    assert full is not None
    assert full.high <= 1.0


def test_more_successes_than_trials_is_refused() -> None:
    with pytest.raises(ValueError, match="no proportion"):
        wilson(3, 2)
