"""How many to ask, and a draw that can be made again."""

import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.sampling import allocate, draw, invitations_needed, sample_size

#: domain 2.12: households, answers needed at ±5 %, ±8 %, ±10 %.
TABLE = [
    (100, 80, 61, 50),
    (200, 132, 86, 66),
    (300, 169, 101, 73),
    (500, 218, 116, 81),
    (1_000, 278, 131, 88),
    (2_000, 323, 140, 92),
    (5_000, 357, 146, 95),
]


@pytest.mark.requirement("R075")
@pytest.mark.parametrize(("households", "five", "eight", "ten"), TABLE)
def test_the_sample_is_the_one_of_the_table(households: int, five: int, eight: int, ten: int) -> None:
    """Cochran's formula with the finite population correction, rounded up."""
    sizes = [sample_size(households, Decimal(margin)) for margin in ("0.05", "0.08", "0.10")]
    assert sizes == [five, eight, ten]


def test_a_sample_is_never_larger_than_the_population() -> None:
    """Of three households three answers are needed; of none, none."""
    assert sample_size(3, 0.01) == 3
    assert sample_size(0, 0.05) == 0


def test_more_confidence_takes_a_larger_sample() -> None:
    """90, 95 and 99 %."""
    sizes = [sample_size(500, 0.05, Decimal(confidence)) for confidence in ("0.90", "0.95", "0.99")]
    assert sizes == [176, 218, 286]


@pytest.mark.parametrize("margin", [0, 1, -0.1])
def test_a_margin_is_a_share(margin: float) -> None:
    """Nothing else has a sample size."""
    with pytest.raises(ValueError, match="sample size"):
        sample_size(100, margin)


@pytest.mark.parametrize(
    ("answers", "response", "invited"), [(218, "0.3", 727), (90, "0.3", 300), (80, "1", 80), (0, "0.5", 0)]
)
def test_invitations_make_up_for_those_who_will_not_answer(answers: int, response: str, invited: int) -> None:
    """Rounded up, and not one too many where it divides evenly."""
    assert invitations_needed(answers, Decimal(response)) == invited
    assert invitations_needed(answers, float(response)) == invited


def test_the_largest_remainders_get_what_is_left() -> None:
    """Ten of 50, 30 and 21: 4.95, 2.97 and 2.08."""
    assert allocate({"a": 50, "b": 30, "c": 21}, 10) == {"a": 5, "b": 3, "c": 2}


@settings(deadline=None)
@given(
    st.dictionaries(st.integers(0, 40), st.integers(0, 400), max_size=12),
    st.integers(0, 2_000),
    st.randoms(use_true_random=False),
)
def test_an_allocation_is_whole_and_in_proportion(
    sizes: dict[int, int], total: int, chance: random.Random
) -> None:
    """Nothing is lost, nobody gets more than there are, each is within one of its exact share, in any order."""
    given_out = allocate(sizes, total)
    everything = sum(sizes.values())
    assert sum(given_out.values()) == min(total, everything)
    for key, size in sizes.items():
        exact = size * min(total, everything) / everything if everything else 0
        assert given_out[key] <= size
        assert abs(given_out[key] - exact) < 1
    shuffled = list(sizes.items())
    chance.shuffle(shuffled)
    assert allocate(dict(shuffled), total) == given_out


def test_the_same_seed_draws_the_same_households_whatever_their_order() -> None:
    """Another seed draws others."""
    households = list(range(1, 501))
    first = draw(households, 100, 20_261_126)
    random.Random(1).shuffle(households)
    assert draw(households, 100, 20_261_126) == first
    assert set(draw(households, 100, 20_261_127)) != set(first)
    assert len(set(first)) == 100


def test_every_household_is_drawn_equally_often() -> None:
    """Ten of forty, four thousand times: each about a thousand times (five standard deviations are 137)."""
    counts = dict.fromkeys(range(40), 0)
    for seed in range(4_000):
        for household in draw(list(counts), 10, seed):
            counts[household] += 1
    assert all(863 < count < 1_137 for count in counts.values())
