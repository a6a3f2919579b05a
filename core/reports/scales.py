"""Axes of charts: which numbers to write, and where a value stands."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .definition import Kind
from .formats import show
from .text import display_width

#: Steps between ticks, times a power of ten.
_STEPS = (1, 2, 5, 10)
_TICKS = 4


@dataclass(frozen=True, slots=True)
class Axis:
    """A vertical axis from ``low`` to ``high`` with a tick every ``step``."""

    low: float
    high: float
    step: float

    @property
    def ticks(self) -> list[float]:
        """The values written beside the axis, from below."""
        count = round((self.high - self.low) / self.step)
        return [self.low + number * self.step for number in range(count + 1)]

    def height(self, value: float, room: float) -> float:
        """Distance of ``value`` from the bottom of an axis ``room`` long, within it."""
        share = (value - self.low) / (self.high - self.low)
        return min(max(share, 0.0), 1.0) * room

    def label(self, value: float, kind: Kind) -> str:
        """A tick in words, with as many decimals as its step needs."""
        if kind == "percent":
            return show(value, kind, _decimals(self.step * 100))
        return show(round(value, 10), "number", _decimals(self.step))


def axis_for(values: Sequence[float], *, from_zero: bool, share: bool = False) -> Axis:
    """An axis of round numbers around ``values``. ``from_zero`` for bars, whose length is the
    message; ``share``: fractions, which end at 0 and 1 when the values do."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    elif low >= 0 and low <= (high - low):
        low = 0.0
    if high - low < 1e-9:
        margin = abs(high) * 0.1 or 1.0
        low, high = (low if from_zero or low == 0 else low - margin), high + margin
    step = _step((high - low) / _TICKS)
    if from_zero and not share and all(float(value).is_integer() for value in values):
        step = max(step, 1.0)  # there is no half a case
    bottom = math.floor(low / step + 1e-9) * step
    top = math.ceil(high / step - 1e-9) * step
    if share and max(values, default=0.0) <= 1:
        top = min(top, 1.0)
        bottom = top - math.ceil((top - bottom) / step - 1e-9) * step
    return Axis(bottom, max(top, bottom + step), step)


def every(labels: Sequence[str], room: float, size: float) -> int:
    """Write every n-th of ``labels`` so that they do not touch in ``room`` at font size ``size``."""
    if not labels:
        return 1
    widest = max(text_width(label, size) for label in labels) + size / 2
    return max(1, math.ceil(len(labels) * widest / room))


def text_width(text: str, size: float) -> float:
    """About how wide ``text`` is drawn."""
    return display_width(text) * size * 0.55


def _step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in _STEPS if factor * power >= rough * (1 - 1e-9))


def _decimals(step: float) -> int:
    for digits in range(6):
        if math.isclose(round(step, digits), step, rel_tol=1e-6):
            return digits
    return 6
