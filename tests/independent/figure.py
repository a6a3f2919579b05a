"""A figure: a value with what it rests on."""

from dataclasses import dataclass

from tests.independent.intervals import Interval


@dataclass(frozen=True)
class Figure:
    """None is "no data". Shares are fractions, lengths of time minutes, net scores points."""

    value: float | None
    sample: int
    interval: Interval | None = None
