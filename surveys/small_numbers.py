"""No score of fewer than five answers, and none that could be reckoned from the others by subtraction.

Two rules, both applied to every way results are divided (buildings, channels, items):

- a part with one to four answers is withheld;
- whatever is withheld holds five answers or more together and is at least two parts, else the next smallest part is
  withheld too: total minus what is shown would give the withheld part away.
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

#: Fewest answers behind a score that is shown.
LEAST = 5


def is_shown(answers: int) -> bool:
    """May a score of that many answers be shown?"""
    return answers >= LEAST


def withheld(answers: Mapping[Key, int]) -> frozenset[Key]:
    """The parts whose scores are not shown; parts nobody answered have no score and are not among them."""
    smallest_first = sorted((key for key, number in answers.items() if number), key=lambda key: answers[key])
    hidden = [key for key in smallest_first if answers[key] < LEAST]
    others = smallest_first[len(hidden) :]
    if not hidden:
        return frozenset()
    while others and (len(hidden) < 2 or sum(answers[key] for key in hidden) < LEAST):
        hidden.append(others.pop(0))
    return frozenset(hidden)
