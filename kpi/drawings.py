"""The drawing of a funnel: numbers in, coordinates out. No markup here."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kpi.limits import Limits
from kpi.selectors.funnel import Funnel, Spot
from kpi.selectors.standing import shown

WIDTH, HEIGHT = 800.0, 340.0
LEFT, RIGHT, TOP, BOTTOM = 64.0, 16.0, 14.0, 34.0
#: Sizes at which the limits are reckoned, and marks on each axis.
STEPS, MARKS = 48, 5


@dataclass(frozen=True, slots=True)
class Mark:
    """A number on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A site."""

    x: float
    y: float
    spot: Spot


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything the template draws, in a box of WIDTH by HEIGHT."""

    dots: list[Dot]
    mean: float
    lines: list[tuple[str, str]]
    across: list[Mark]
    up: list[Mark]
    box: dict[str, float]


def draw(funnel: Funnel) -> Drawing:
    """The funnel as a drawing: how much was counted across, the value up. Raises ValueError without sites."""
    most = max(spot.basis for spot in funnel.spots) * 1.05
    sizes = sorted({max(round(most * (number / STEPS) ** 2), 1) for number in range(1, STEPS + 1)})
    found = [(float(size), funnel.limits_at(size)) for size in sizes]
    top = _top(funnel, found[len(found) // 6 :])
    bottom = _bottom(funnel, found[len(found) // 6 :])

    def x(size: float) -> float:
        return round(LEFT + size / most * (WIDTH - LEFT - RIGHT), 1)

    def y(value: float) -> float:
        share = (min(max(value, bottom), top) - bottom) / (top - bottom)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    lines = [
        (name, " ".join(f"{x(size)},{y(getattr(one, field) / size)}" for size, one in found))
        for name, field in (("far", "far_low"), ("far", "far_high"), ("near", "low"), ("near", "high"))
    ]
    unit: Any = funnel.indicator.unit
    return Drawing(
        [Dot(x(spot.basis), y(spot.value), spot) for spot in funnel.spots],
        y(funnel.mean),
        lines,
        [Mark(x(size), f"{size:,.0f}") for size in _marks(0, most)],
        [Mark(y(value), shown(value, unit)) for value in _marks(bottom, top)],
        {
            "width": WIDTH,
            "height": HEIGHT,
            "left": LEFT,
            "right": WIDTH - RIGHT,
            "top": TOP,
            "bottom": HEIGHT - BOTTOM,
        },
    )


def _values(funnel: Funnel, found: Iterable[tuple[float, Limits]], field: str) -> list[float]:
    return [
        funnel.mean,
        *(spot.value for spot in funnel.spots),
        *(getattr(one, field) / size for size, one in found),
    ]


def _top(funnel: Funnel, found: list[tuple[float, Limits]]) -> float:
    highest = max(_values(funnel, found, "far_high")) * 1.04
    return (
        min(highest, 1.0)
        if funnel.indicator.unit == "percent" and funnel.mean <= 1 and highest > 1
        else highest or 1.0
    )


def _bottom(funnel: Funnel, found: list[tuple[float, Limits]]) -> float:
    return max(min(_values(funnel, found, "far_low")) * 0.98, 0.0)


def _marks(low: float, high: float) -> list[float]:
    return [low + (high - low) * number / (MARKS - 1) for number in range(MARKS)]
