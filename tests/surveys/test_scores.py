"""Shares, means and net scores of answers, with their intervals, against SciPy and closed forms."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from surveys.scores import NetTally, ScaleTally, Weighted, points, weighted_share

scale = st.dictionaries(st.integers(1, 5), st.integers(0, 200), min_size=1)


def test_top_two_of_five_are_satisfied() -> None:
    tally = ScaleTally({1: 2, 2: 3, 3: 5, 4: 30, 5: 60})
    assert (tally.answers, tally.satisfied, tally.dissatisfied) == (100, 90, 5)
    assert tally.share == 0.9
    assert tally.legacy == 0.95  # neutral counts as satisfied there
    assert tally.mean == pytest.approx(points((2 + 6 + 15 + 120 + 300) / 100))
    assert points(1) == 0
    assert points(5) == 100


@given(scale)
def test_interval_of_a_share_is_that_of_scipy(counts: dict[int, int]) -> None:
    tally = ScaleTally(counts)
    if not tally.answers:
        assert (tally.interval, tally.share, tally.mean) == (None, None, None)
        return
    expected = stats.binomtest(tally.satisfied, tally.answers).proportion_ci(0.95, method="wilson")
    assert tally.interval is not None
    assert tally.interval.low == pytest.approx(expected.low, abs=2e-5)
    assert tally.interval.high == pytest.approx(expected.high, abs=2e-5)


@given(scale, st.integers(1, 3000))
def test_finite_populations_narrow_the_interval(counts: dict[int, int], more: int) -> None:
    endless, finite = ScaleTally(counts), ScaleTally(counts, sum(counts.values()) + more)
    if endless.interval is None:
        assert finite.interval is None
        return
    assert finite.interval is not None
    assert finite.interval.high - finite.interval.low <= endless.interval.high - endless.interval.low + 1e-12
    n, people = finite.answers, finite.population
    if n > 0.05 * people:
        worth = n * (people - 1) / (people - n)
        share, z = finite.satisfied / n, stats.norm.ppf(0.975)
        centre = (share + z * z / 2 / worth) / (1 + z * z / worth)
        half = z * sqrt(share * (1 - share) / worth + z * z / 4 / worth**2) / (1 + z * z / worth)
        assert finite.interval.low == pytest.approx(max(centre - half, 0), abs=2e-5)
        assert finite.interval.high == pytest.approx(min(centre + half, 1), abs=2e-5)


def test_when_everybody_answered_nothing_is_left_to_chance() -> None:
    everybody = ScaleTally({5: 9, 3: 1}, population=10)
    assert everybody.interval is None
    assert everybody.mean_interval is None


@given(scale)
def test_interval_of_a_mean_is_that_of_scipy(counts: dict[int, int]) -> None:
    tally = ScaleTally(counts)
    scores = [score for score, number in counts.items() for _turn in range(number)]
    if len(scores) < 2 or len(set(scores)) == 1:
        return
    assert tally.mean_interval is not None
    low, high = stats.norm.interval(0.95, loc=sum(scores) / len(scores), scale=stats.sem(scores))
    assert tally.mean_interval.low == pytest.approx(points(max(low, 1)), abs=2e-3)
    assert tally.mean_interval.high == pytest.approx(points(min(high, 5)), abs=2e-3)


def test_net_score_is_promoters_less_detractors() -> None:
    tally = NetTally({10: 40, 9: 20, 8: 10, 7: 10, 6: 10, 0: 10})
    assert (tally.promoters, tally.detractors, tally.score) == (60, 20, 40)
    assert tally.is_enough
    spread = sqrt(0.8 - 0.4**2) / sqrt(100) * stats.norm.ppf(0.975)
    assert tally.interval is not None
    assert tally.interval.low == pytest.approx((0.4 - spread) * 100, abs=0.01)
    assert tally.interval.high == pytest.approx((0.4 + spread) * 100, abs=0.01)
    assert not NetTally({10: 99}).is_enough


def test_weights_restore_the_parts_sizes() -> None:
    large, small = ScaleTally({5: 10, 1: 10}), ScaleTally({5: 20})
    found = weighted_share([(300, large), (100, small)])
    assert isinstance(found, Weighted)
    assert found.share == pytest.approx(0.75 * 0.5 + 0.25 * 1.0)
    assert found.heaviest == pytest.approx(1.5)
    assert found.worth == pytest.approx(40**2 / (20 * 1.5**2 + 20 * 0.5**2))
    assert found.interval.low < found.share < found.interval.high


def test_equal_weights_change_nothing() -> None:
    one, two = ScaleTally({5: 8, 1: 2}), ScaleTally({5: 5, 1: 5})
    found = weighted_share([(100, one), (100, two)])
    assert found is not None
    assert found.share == pytest.approx(0.65)
    assert found.worth == pytest.approx(20)


def test_a_part_nobody_answered_cannot_be_weighted() -> None:
    assert weighted_share([(10, ScaleTally({5: 8})), (10, ScaleTally({}))]) is None
    assert weighted_share([(10, ScaleTally({5: 8}))]) is None
