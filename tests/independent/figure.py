"""A figure: a value with what it rests on."""

from dataclasses import dataclass
from math import isclose
from typing import Any

from tests.independent.intervals import Interval


@dataclass(frozen=True)
class Figure:
    """None is "no data". Shares are fractions, lengths of time minutes, net scores points."""

    value: float | None
    sample: int
    interval: Interval | None = None


def same(reckoned: float | None, told: Any) -> bool:
    """Equal to twelve digits; nothing only equals nothing."""
    if reckoned is None or told is None:
        return reckoned is told
    return isclose(float(told), reckoned, rel_tol=1e-12, abs_tol=1e-12)
