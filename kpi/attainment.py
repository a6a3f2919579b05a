"""How far a target is attained, and what that makes of a department: the arithmetic of K52 (domain 3.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi.indicators.kinds import Direction

#: No indicator can make up for more than a fifth of another.
CAP = 120.0
#: The weights sum to that.
WHOLE = 100
#: Percent by code (domain 3.3): what a department is scored by before anybody decides otherwise.
DEFAULT_WEIGHTS: Mapping[str, int] = {
    "K21": 10, "K11": 10, "K14": 10, "K29": 5,
    "K02": 10, "K04": 10, "K09": 5,
    "K38": 15, "K44": 5, "K33": 5,
    "K13": 5, "K17": 5,
    "K34": 5,
}  # fmt: skip


def attainment(value: float | None, target: float | None, direction: Direction) -> float | None:
    """How far a target is attained, 0 to CAP; None without a value or a target.

    Up: value by target; down: target by value, and CAP for a value of 0. Of a target of 0 only 0 is right: 100, else 0.
    """
    if value is None or target is None:
        return None
    if not target:
        return 100.0 if not value else 0.0
    if direction == "up":
        return min(CAP, max(100 * value / target, 0.0))
    return CAP if not value else min(CAP, max(100 * target / value, 0.0))


@dataclass(frozen=True, slots=True)
class Part:
    """What one indicator gives: its weight, its attainment (None: left out), and its weight among those that count."""

    weight: int
    attainment: float | None
    counted_weight: float

    @property
    def points(self) -> float | None:
        """What it adds to the score."""
        return None if self.attainment is None else self.attainment * self.counted_weight / WHOLE


def parts_of(weights: Sequence[int], attainments: Sequence[float | None]) -> list[Part]:
    """The parts of a score: what has no attainment is dropped, and the remaining weights are scaled to 100 again."""
    known = sum(weight for weight, one in zip(weights, attainments, strict=True) if one is not None)
    return [
        Part(weight, one, 0.0 if one is None or not known else weight * WHOLE / known)
        for weight, one in zip(weights, attainments, strict=True)
    ]


def score(parts: Sequence[Part]) -> float | None:
    """The sum of what the parts give, 0 to CAP; None when none of them has data."""
    points = [part.points for part in parts if part.points is not None and part.counted_weight]
    return sum(points) if points else None
