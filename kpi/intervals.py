"""Intervals of proportions, without SciPy (domain 3.1, rule 6)."""

from dataclasses import dataclass
from math import sqrt

#: Two-sided 95 %.
Z = 1.96


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, both shares between 0 and 1."""

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
