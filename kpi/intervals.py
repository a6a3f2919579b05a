"""Intervals of proportions, without SciPy (domain 3.1, rule 6)."""

from dataclasses import dataclass
from math import sqrt

#: Two-sided 95 %.
Z = 1.96


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`: shares between 0 and 1, numbers, or numbers by household."""

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
