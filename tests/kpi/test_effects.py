"""Differences, ratios and medians before and after agree with published examples and with SciPy."""

from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from core.intervals import Interval
from kpi.effects import EXACT, median_interval, median_ranks, rate_ratio, share_difference


@pytest.mark.parametrize(
    ("before", "after", "low", "high"),
    [  # Newcombe 1998, Statistics in Medicine 17, table II, method 10
        ((48, 80), (56, 70), 0.0524, 0.3339),
        ((3, 10), (9, 10), 0.1705, 0.8090),
        ((2, 7), (6, 7), 0.0582, 0.8062),
        ((0, 29), (5, 56), -0.0381, 0.1926),
        ((0, 20), (0, 10), -0.1611, 0.2775),
        ((0, 10), (10, 10), 0.6075, 1.0),
    ],
)
@pytest.mark.requirement("R077")
def test_differences_of_shares_are_those_newcombe_published(
    before: tuple[int, int], after: tuple[int, int], low: float, high: float
) -> None:
    found = share_difference(before, after)
    assert found is not None
    difference, interval = found
    assert difference == pytest.approx(after[0] / after[1] - before[0] / before[1])
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=0.0001)


def test_a_share_of_nothing_has_no_difference() -> None:
    assert share_difference((0, 0), (3, 4)) is None
    assert share_difference((3, 4), (0, 0)) is None


@given(
    st.tuples(st.integers(0, 60), st.integers(1, 60)).filter(lambda pair: pair[0] <= pair[1]),
    st.tuples(st.integers(0, 60), st.integers(1, 60)).filter(lambda pair: pair[0] <= pair[1]),
)
@settings(deadline=None)
def test_turning_before_and_after_round_turns_the_sign(
    before: tuple[int, int], after: tuple[int, int]
) -> None:
    there, back = share_difference(before, after), share_difference(after, before)
    assert there is not None
    assert back is not None
    assert there[0] == pytest.approx(-back[0])
    assert (there[1].low, there[1].high) == pytest.approx((-back[1].high, -back[1].low))
    assert -1 <= there[1].low <= there[0] <= there[1].high <= 1 + 1e-9


@given(st.integers(1, 200), st.integers(0, 200), st.sampled_from([1.0, 0.5, 2.0]))
@settings(deadline=None)
def test_the_ratio_of_rates_has_the_interval_scipy_finds_for_its_share(
    before: int, after: int, exposure: float
) -> None:
    found = rate_ratio(before, after, exposure=exposure)
    assert found is not None
    ratio, interval = found
    share = binomtest(after, before + after).proportion_ci(confidence_level=0.95, method="wilson")
    assert ratio == pytest.approx(after / before / exposure)
    assert interval.low == pytest.approx(max(share.low, 0) / (1 - share.low) / exposure, rel=1e-3, abs=1e-9)
    assert interval.high == pytest.approx(share.high / (1 - share.high) / exposure, rel=1e-3)
    assert interval.high < inf


def test_what_did_not_happen_before_has_no_ratio() -> None:
    assert rate_ratio(0, 3) is None
    assert rate_ratio(0, 0) is None
    with pytest.raises(ValueError, match="no numbers of events"):
        rate_ratio(-1, 3)


@pytest.mark.parametrize(
    ("number", "ranks"), [(0, None), (5, None), (6, (1, 6)), (10, (2, 9)), (20, (6, 15)), (100, (40, 61))]
)
def test_ranks_of_the_median_are_those_of_the_tables(number: int, ranks: tuple[int, int] | None) -> None:
    assert median_ranks(number) == ranks


@given(st.integers(6, EXACT + 300))
@settings(deadline=None)
def test_the_ranks_hold_the_median_with_at_least_95_percent(number: int) -> None:
    ranks = median_ranks(number)
    assert ranks is not None
    low, high = ranks
    assert low + high == number + 1
    held = binom.cdf(high - 1, number, 0.5) - binom.cdf(low - 1, number, 0.5)
    assert held >= (0.95 if number <= EXACT else 0.949)
    tighter = binom.cdf(high - 2, number, 0.5) - binom.cdf(low, number, 0.5)
    assert tighter < 0.957


def test_the_interval_of_a_median_lies_between_its_lengths() -> None:
    steps = {1: 3.0, 2: 4.0, 5: 2.0, 40: 1.0}  # 1 1 1 2 2 2 2 5 5 40; ranks 2 and 9
    assert median_interval(steps, 6) == Interval(6, 30)
    assert median_interval({3: 5.0}, 1) is None
    assert median_interval({}, 1) is None
