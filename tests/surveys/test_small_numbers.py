"""No score of fewer than five answers is shown, nor one that subtraction would give away."""

from hypothesis import given
from hypothesis import strategies as st

from surveys.small_numbers import LEAST, is_shown, withheld


def test_five_are_shown_and_four_are_not() -> None:
    assert is_shown(5)
    assert not is_shown(4)
    assert withheld({"a": 5, "b": 9}) == frozenset()


def test_one_withheld_part_takes_the_next_smallest_with_it() -> None:
    assert withheld({"a": 3, "b": 20, "c": 7}) == {"a", "c"}
    assert withheld({"a": 3, "b": 20}) == {"a", "b"}


def test_withheld_parts_hold_five_together() -> None:
    assert withheld({"a": 1, "b": 2, "c": 30, "d": 6}) == {"a", "b", "d"}
    assert withheld({"a": 3, "b": 2, "c": 30}) == {"a", "b"}


def test_a_part_nobody_answered_hides_nothing() -> None:
    assert withheld({"a": 0, "b": 12}) == frozenset()


@given(st.dictionaries(st.integers(), st.integers(0, 40), max_size=12))
def test_what_is_withheld_cannot_be_reckoned(answers: dict[int, int]) -> None:
    hidden = withheld(answers)
    assert all(answers[key] >= LEAST for key in answers.keys() - hidden if answers[key])
    if hidden and hidden != {key for key, number in answers.items() if number}:
        assert len(hidden) > 1
        assert sum(answers[key] for key in hidden) >= LEAST
