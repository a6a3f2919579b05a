"""Before and after: differences with their 95 % intervals, without SciPy (domain 3.1; requirement R077).

All functions are pure. "Before" always comes first; a difference is after − before, a ratio after ÷ before.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import comb, sqrt

from core.intervals import Interval, Z, wilson

#: Half of what an interval of 95 % leaves out.
TAIL = 0.025
#: Up to so many lengths the ranks of the median are exact.
EXACT = 500


def share_difference(
    before: tuple[float, float], after: tuple[float, float]
) -> tuple[float, Interval] | None:
    """The difference of two independent shares, each (part, whole), with Newcombe's hybrid score interval.

    None when one of them rests on nothing. Raises ValueError unless 0 ≤ part ≤ whole.
    """
    first, second = wilson(*before), wilson(*after)
    if first is None or second is None:
        return None
    was, now = before[0] / before[1], after[0] / after[1]
    difference = now - was
    down = sqrt((now - second.low) ** 2 + (first.high - was) ** 2)
    up = sqrt((second.high - now) ** 2 + (was - first.low) ** 2)
    return difference, Interval(difference - down, difference + up)


def rate_ratio(before: int, after: int, *, exposure: float = 1.0) -> tuple[float, Interval] | None:
    """How many times as often something happened after, with its interval; None when it did not happen before.

    Given their sum, the events after are a share of all events: its Wilson interval is that of the ratio. `exposure`
    is the exposure after by the exposure before (1 for windows of equal length). Raises ValueError for negative numbers.
    """
    if before < 0 or after < 0:
        raise ValueError(f"{before} and {after} are no numbers of events")
    share = wilson(after, before + after)
    if share is None or not before:
        return None
    low, high = (_odds(bound) / exposure for bound in (share.low, share.high))
    return after / before / exposure, Interval(low, high)


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else float("inf")


def median_ranks(number: int) -> tuple[int, int] | None:
    """Between which ranks of `number` ordered lengths (from 1) their population's median lies with at least 95 %.

    Free of any distribution: the ranks of the sign test, above EXACT by their normal limits. None below six, where no
    two ranks are enough.
    """
    if number > EXACT:
        rank = int((number - Z * sqrt(number)) / 2)
        return rank, number + 1 - rank
    whole = 2**number
    below = accumulate(comb(number, rank) for rank in range(number // 2 + 1))
    outside = [rank for rank, ways in enumerate(below) if ways / whole <= TAIL]
    return (outside[-1] + 1, number - outside[-1]) if outside and number else None


def median_interval(steps: Mapping[int, float], step: int) -> Interval | None:
    """The interval of the median of lengths kept by steps of `step` minutes, in minutes; None below six lengths."""
    ordered = sorted((length, round(number)) for length, number in steps.items() if number > 0)
    ranks = median_ranks(sum(number for _length, number in ordered))
    if ranks is None:
        return None
    low, high = (_at(ordered, rank) * step for rank in ranks)
    return Interval(low, high)


def _at(ordered: Sequence[tuple[int, int]], rank: int) -> int:
    """The length of that rank, from 1."""
    until = accumulate(number for _length, number in ordered)
    return next(length for (length, _number), last in zip(ordered, until, strict=True) if rank <= last)
