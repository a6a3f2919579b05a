"""Intervals of shares, rare events and net scores, without SciPy (domain 3.1, rule 6)."""

from dataclasses import dataclass
from math import sqrt

#: Two-sided 95 %.
Z = 1.96


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`: shares between 0 and 1, numbers, numbers by household, or points."""

    low: float
    high: float

    def overlaps(self, other: "Interval") -> bool:
        """Have the two anything in common? If so, a difference may be chance."""
        return self.low <= other.high and other.low <= self.high


def wilson(successes: float, total: float) -> Interval | None:
    """The Wilson 95 % interval of `successes` in `total`; None when nothing was counted.

    Raises ValueError unless 0 ≤ successes ≤ total.
    """
    if not 0 <= successes <= total:
        raise ValueError(f"{successes} of {total} is no proportion")
    if not total:
        return None
    share, spread = successes / total, Z * Z / total
    centre = (share + spread / 2) / (1 + spread)
    half = Z * sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    return Interval(max(centre - half, 0.0), min(centre + half, 1.0))


#: Exact (Garwood) 95 % limits of 0 to 10 events.
GARWOOD = (
    (0.0, 3.6889), (0.0253, 5.5716), (0.2422, 7.2247), (0.6187, 8.7673),
    (1.0899, 10.2416), (1.6235, 11.6683), (2.2019, 13.0595), (2.8144, 14.4227),
    (3.4538, 15.7632), (4.1154, 17.0848), (4.7954, 18.3904),
)  # fmt: skip


def poisson(events: int) -> Interval:
    """The 95 % interval of the number of rare events behind `events` counted.

    Exact up to ten; above, Byar's approximation of the exact limits, which is never off by more than 0.02. (The score
    interval would begin up to one event too high, and jump between ten and eleven.) Raises ValueError for a negative number.
    """
    if events < 0:
        raise ValueError(f"{events} is no number of events")
    if events < len(GARWOOD):
        return Interval(*GARWOOD[events])
    return Interval(_byar(events, -Z), _byar(events + 1, Z))


def _byar(events: int, z: float) -> float:
    return float(events * (1 - 1 / (9 * events) + z / (3 * sqrt(events))) ** 3)


#: A sample of no more than this share of everybody needs no finite-population correction.
SMALL_SHARE = 0.05


def effective(sample: float, population: float) -> float | None:
    """How many answers of an endless population `sample` answers out of `population` people are worth.

    None when everybody answered: then nothing is left to chance. A population that is not known (0), or said to be
    smaller than the sample, corrects nothing.
    """
    if sample and population == sample:
        return None
    if population < sample or sample <= SMALL_SHARE * population:
        return sample
    return sample * (population - 1) / (population - sample)


def sampled_share(successes: float, sample: float, population: float) -> Interval | None:
    """The Wilson 95 % interval of a share in a sample, corrected for its part of the population; None of nothing, and of everybody.

    Raises ValueError unless 0 ≤ successes ≤ sample.
    """
    plain = wilson(successes, sample)
    worth = effective(sample, population)
    if plain is None or worth is None:
        return None
    return wilson(successes / sample * worth, worth)


def net_score(promoters: float, detractors: float, sample: float, population: float = 0) -> Interval | None:
    """The 95 % interval of promoters less detractors, in points (−100 to 100), by the variance of the scores 1, 0 and −1.

    Corrected for the sample's part of the population; None of nothing, and of everybody. Raises ValueError when there
    are more promoters and detractors than answers.
    """
    if min(promoters, detractors) < 0 or promoters + detractors > sample:
        raise ValueError(f"{promoters} and {detractors} of {sample} are no net score")
    worth = effective(sample, population)
    if worth is None or not sample:
        return None
    mean = (promoters - detractors) / sample
    variance = (promoters + detractors) / sample - mean * mean
    half = Z * sqrt(max(variance, 0.0) / worth)
    return Interval(max(mean - half, -1.0) * 100, min(mean + half, 1.0) * 100)
