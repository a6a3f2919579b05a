"""Control limits by hand and against an exact reckoning in fractions; where a site lies, in words."""

from fractions import Fraction
from math import comb, exp, factorial
from typing import Any

import pytest

from kpi.indicators import Indicator, indicators
from kpi.limits import EXACT_UP_TO, binomial, poisson
from kpi.selectors.funnel import FEWEST, Place, funnel_of
from kpi.selectors.standing import standing
from organization.models import Site


def one(code: str) -> Indicator:
    """The indicator of that code."""
    return indicators()[code]


@pytest.mark.parametrize("total", [1, 5, 30, 120])
@pytest.mark.parametrize("share", [Fraction(1, 50), Fraction(1, 2), Fraction(19, 20)])
def test_binomial_limits_are_exact(total: int, share: Fraction) -> None:
    chances = [comb(total, k) * share**k * (1 - share) ** (total - k) for k in range(total + 1)]
    found = binomial(total, float(share))
    for tail, low, high in (
        (Fraction(1, 40), found.low, found.high),
        (Fraction(1, 1000), found.far_low, found.far_high),
    ):
        below = {k: sum(chances[: k + 1]) for k in range(-1, total + 1)}
        inside = [k for k in range(total + 1) if below[k] > tail and 1 - below[k - 1] > tail]
        assert (low, high) == (inside[0], inside[-1])


@pytest.mark.parametrize("expected", [0.3, 2.0, 11.5])
def test_poisson_limits_are_exact(expected: float) -> None:
    chances = [exp(-expected) * expected**k / factorial(k) for k in range(100)]
    found = poisson(expected)
    for tail, low, high in ((0.025, found.low, found.high), (0.001, found.far_low, found.far_high)):
        inside = [k for k in range(100) if sum(chances[: k + 1]) > tail and sum(chances[k:]) > tail]
        assert (low, high) == (inside[0], inside[-1])


def test_where_much_was_counted_the_approximation_takes_over_without_a_jump() -> None:
    exact, close = binomial(EXACT_UP_TO, 0.9), binomial(EXACT_UP_TO + 1, 0.9)
    assert abs(exact.low - close.low) < 2
    assert abs(exact.far_high - close.far_high) < 3
    assert abs(poisson(EXACT_UP_TO).high - poisson(EXACT_UP_TO + 1).high) < 3


def test_nothing_and_everything_leave_chance_no_room() -> None:
    assert binomial(7, 0) == binomial(0, 0.5) == poisson(0)
    assert (binomial(7, 1).low, binomial(7, 1).far_high) == (7, 7)


@pytest.mark.parametrize("wrong", [(-1, 0.5), (5, 1.2), (5, -0.1)])
def test_what_is_no_share_is_refused(wrong: tuple[int, float]) -> None:
    with pytest.raises(ValueError, match="no share"):
        binomial(*wrong)
    with pytest.raises(ValueError, match="no number"):
        poisson(-1)


def counted(code: str, *pairs: tuple[int, int]) -> list[Any]:
    """Sites with their standings, each from (numerator, denominator)."""
    indicator: Any = one(code)
    found = []
    for number, (part, whole) in enumerate(pairs):
        site = Site(pk=number + 1, name=f"Site {number}", code=f"S{number}", households=whole)
        counts = {indicator.measures[0].code: part, indicator.measures[-1].code: whole}
        if code == "K43":
            counts = {indicator.measure.code: part}
        found.append((site, standing(indicator, counts, site)))
    return found


def test_a_small_site_is_not_shamed_by_chance_and_a_large_one_is_named() -> None:
    """All four lie at or below 93 %; the common share is 95.3 %."""
    funnel = funnel_of(one("K09"), counted("K09", (13, 14), (930, 1000), (9700, 10000), (900, 1000)))
    places = {spot.site.name: spot.place for spot in funnel.spots}
    assert places["Site 0"] == Place.INSIDE  # 92.9 % of fourteen
    assert places["Site 1"] == Place.FAR_WORSE  # 93.0 % of a thousand
    assert places["Site 2"] == Place.FAR_BETTER
    assert funnel.mean == (13 + 930 + 9700 + 900) / (14 + 1000 + 10000 + 1000)
    assert {spot.site.name for spot in funnel.outside} == {"Site 1", "Site 2", "Site 3"}


def test_for_rates_fewer_is_better_and_poisson_is_asked() -> None:
    funnel = funnel_of(one("K43"), counted("K43", (0, 1000), (2, 1000), (30, 1000), (0, 10)))
    places = {spot.site.name: spot.place for spot in funnel.spots}
    assert places == {
        "Site 0": Place.FAR_BETTER,  # 10.6 expected
        "Site 1": Place.BETTER,
        "Site 2": Place.FAR_WORSE,
        "Site 3": Place.INSIDE,
    }


def test_sites_without_data_stand_beside_and_two_are_no_mean() -> None:
    funnel = funnel_of(one("K09"), counted("K09", (5, 10), (0, 0), (7, 10)))
    assert [site.name for site in funnel.without_data] == ["Site 1"]
    assert len(funnel.spots) < FEWEST
    assert not funnel.says_something
