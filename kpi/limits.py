"""Control limits: how far chance alone takes a site from the common share or rate, by how much it was counted on.

Exact tails of the binomial and the Poisson distribution; where so much was counted that the difference cannot be seen,
the normal approximation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp, lgamma, log, sqrt

#: Two-sided 95 % and 99.8 %: the probability on each side, and the normal quantile for it.
TAILS: tuple[tuple[float, float], ...] = ((0.025, 1.959964), (0.001, 3.090232))
#: Numbers expected beyond which the normal approximation is used.
EXACT_UP_TO = 1500


@dataclass(frozen=True, slots=True)
class Limits:
    """Counts that chance alone would give, from `low` to `high`, both included: inside 95 % and inside 99.8 %."""

    low: float
    high: float
    far_low: float
    far_high: float


def binomial(total: int, share: float) -> Limits:
    """The limits of how many of `total` there are where `share` (0 to 1) is common. Raises ValueError."""
    if total < 0 or not 0 <= share <= 1:
        raise ValueError(f"{share} of {total} is no share")
    if share in (0, 1) or not total:
        return Limits(*[share * total] * 4)
    if total > EXACT_UP_TO:
        return _normal(total * share, sqrt(total * share * (1 - share)), total)
    whole, odds = lgamma(total + 1), log(share) - log(1 - share)
    start = total * log(1 - share)
    return _exact(
        exp(whole - lgamma(k + 1) - lgamma(total - k + 1) + k * odds + start) for k in range(total + 1)
    )


def poisson(expected: float) -> Limits:
    """The limits of how many events there are where `expected` are common. Raises ValueError."""
    if expected < 0:
        raise ValueError(f"{expected} is no number of events")
    if not expected:
        return Limits(0, 0, 0, 0)
    if expected > EXACT_UP_TO:
        return _normal(expected, sqrt(expected), None)
    last = int(expected + 12 * sqrt(expected) + 30)
    return _exact(exp(k * log(expected) - expected - lgamma(k + 1)) for k in range(last + 1))


def _exact(chances: Iterator[float]) -> Limits:
    """From the probability of 0, 1, 2 …: outside is what has at most the tail on its side, itself included."""
    until: Sequence[float] = list(accumulate(chances))
    (tail, _z), (far_tail, _far_z) = TAILS

    def low(tail: float) -> int:
        return next(k for k, below in enumerate(until) if below > tail)

    def high(tail: float) -> int:
        return next((k for k, below in enumerate(until) if 1 - below <= tail), len(until) - 1)

    return Limits(low(tail), high(tail), low(far_tail), high(far_tail))


def _normal(expected: float, spread: float, most: float | None) -> Limits:
    (_tail, z), (_far_tail, far_z) = TAILS

    def clipped(value: float) -> float:
        return max(value, 0.0) if most is None else min(max(value, 0.0), most)

    return Limits(
        clipped(expected - z * spread),
        clipped(expected + z * spread),
        clipped(expected - far_z * spread),
        clipped(expected + far_z * spread),
    )
