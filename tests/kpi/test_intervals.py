"""Intervals give the worked examples of domain 3.1 and agree with SciPy; lengths of time kept by steps have the right percentiles."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from core.intervals import GARWOOD, Interval, effective, net_score, poisson, sampled_share, wilson
from kpi.indicators.lengths import lengths_of


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


@pytest.mark.parametrize(
    ("events", "low", "high"),
    [(0, 0.00, 3.69), (1, 0.03, 5.57), (4, 1.09, 10.24), (10, 4.80, 18.39)],
)
def test_poisson_intervals_are_those_of_the_tables(events: int, low: float, high: float) -> None:
    found = poisson(events)
    assert (round(found.low, 2), round(found.high, 2)) == (low, high)


@pytest.mark.parametrize(("events", "low", "high"), [(11, 5.49, 19.68), (100, 81.36, 121.63)])
def test_many_events_have_all_but_the_exact_interval(events: int, low: float, high: float) -> None:
    found = poisson(events)
    assert found.low == pytest.approx(low, abs=0.02)
    assert found.high == pytest.approx(high, abs=0.02)
    assert poisson(10).low < poisson(11).low < poisson(12).low


def test_no_number_of_events_is_negative() -> None:
    with pytest.raises(ValueError, match="no number"):
        poisson(-1)


@pytest.mark.parametrize("events", range(len(GARWOOD)))
def test_the_exact_poisson_limits_are_those_of_scipy(events: int) -> None:
    found = poisson(events)
    low = stats.chi2.ppf(0.025, 2 * events) / 2 if events else 0.0
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(stats.chi2.ppf(0.975, 2 * events + 2) / 2, abs=5e-5)


@given(st.integers(11, 5000))
def test_the_interval_of_many_events_is_never_far_from_the_exact_one(events: int) -> None:
    found = poisson(events)
    assert found.low == pytest.approx(stats.chi2.ppf(0.025, 2 * events) / 2, abs=0.02)
    assert found.high == pytest.approx(stats.chi2.ppf(0.975, 2 * events + 2) / 2, abs=0.02)


@given(st.integers(1, 3000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_wilson_is_that_of_scipy(pair: tuple[int, int]) -> None:
    found, expected = wilson(*pair), stats.binomtest(*pair).proportion_ci(0.95, method="wilson")
    assert found is not None
    assert found.low == pytest.approx(expected.low, abs=1e-4)  # z is 1.96, not 1.95996
    assert found.high == pytest.approx(expected.high, abs=1e-4)


@pytest.mark.parametrize(
    ("sample", "population", "worth"),
    [
        (100, 400, 100 * 399 / 300),
        (20, 400, 20),  # five percent of them: not corrected
        (21, 400, 21 * 399 / 379),
        (100, 0, 100),  # nobody knows how many there are
        (100, 90, 100),
        (0, 0, 0),
        (0, 90, 0),
        (90, 90, None),
    ],
)
def test_a_sample_of_few_people_is_worth_more(sample: float, population: float, worth: float | None) -> None:
    assert effective(sample, population) == (None if worth is None else pytest.approx(worth))


def test_a_corrected_interval_is_wilson_of_the_worth_and_none_when_all_answered() -> None:
    assert sampled_share(90, 100, 400) == wilson(0.9 * 133, 133)
    assert sampled_share(90, 100, 0) == wilson(90, 100)
    assert sampled_share(100, 100, 100) is None
    assert sampled_share(0, 0, 400) is None
    with pytest.raises(ValueError, match="no proportion"):
        sampled_share(101, 100, 400)


@given(st.integers(2, 400), st.data())
def test_a_net_score_is_the_mean_of_its_scores(answers: int, data: st.DataObject) -> None:
    promoters = data.draw(st.integers(0, answers))
    detractors = data.draw(st.integers(0, answers - promoters))
    scores = [1] * promoters + [-1] * detractors + [0] * (answers - promoters - detractors)
    found, error = net_score(promoters, detractors, answers), stats.sem(scores, ddof=0)
    mean = sum(scores) / answers
    assert found is not None
    assert found.low == pytest.approx(max(mean - 1.96 * error, -1) * 100, abs=1e-6)
    assert found.high == pytest.approx(min(mean + 1.96 * error, 1) * 100, abs=1e-6)


def test_a_net_score_of_everybody_or_nobody_has_no_interval() -> None:
    assert net_score(50, 10, 100, 100) is None
    assert net_score(0, 0, 0) is None
    with pytest.raises(ValueError, match="no net score"):
        net_score(60, 50, 100)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60))
def test_lengths_kept_by_steps_have_the_percentiles_of_the_lengths(steps: list[int]) -> None:
    found = lengths_of(Counter(steps), 6)
    ordered = sorted(step * 6 for step in steps)
    assert found is not None
    assert found.count == len(steps)
    assert found.mean == pytest.approx(sum(ordered) / len(ordered))
    for share, value in ((0.5, found.median), (0.9, found.p90)):
        place = share * (len(ordered) - 1)
        below, above = ordered[int(place)], ordered[min(int(place) + 1, len(ordered) - 1)]
        assert value == pytest.approx(below + (above - below) * (place % 1))
    assert found.longest == ordered[-1]


def test_nothing_measured_has_no_lengths() -> None:
    assert lengths_of({}, 1) is None
    assert lengths_of({5: 0}, 1) is None
