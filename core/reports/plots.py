"""What a chart draws and where: series, the frame they stand in, the lines of the legend."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from .definition import ChartKind, Kind
from .formats import show
from .scales import Axis, axis_for, text_width

WIDTH, HEIGHT, FONT = 720, 230, 12
TOP, BOTTOM, RIGHT = 14, 26, 16
LEGEND_LINE = 22


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or one bar of each group. None is a gap. ``tone`` only where colour means something."""

    name: str
    values: Sequence[float | None]
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """What to draw. ``ident`` makes the ids of one page differ; ``style`` is CSS put inside the
    drawing for renderers that do not apply the page's (the PDF)."""

    kind: ChartKind
    title: str
    categories: Sequence[str]
    series: Sequence[Series]
    value_kind: Kind = "number"
    target: float | tuple[float, float] | None = None
    ident: str = "chart"
    style: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the drawing area lies."""

    left: float
    top: float
    width: float
    height: float
    axis: Axis
    slots: int

    def x(self, place: float) -> float:
        """The middle of the slot of category ``place``."""
        return round(self.left + (place + 0.5) * self.width / self.slots, 1)

    def y(self, value: float) -> float:
        """Where a value lies."""
        return round(self.top + self.height - self.axis.height(value, self.height), 1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the legend at ``x``; ``number`` is the series', or None for the target."""

    name: str
    x: float
    number: int | None


def target_values(plot: Plot) -> tuple[float, ...]:
    """The target's value, or both ends of its band, or nothing."""
    if plot.target is None:
        return ()
    return plot.target if isinstance(plot.target, tuple) else (plot.target,)


def target_words(plot: Plot) -> str:
    """The target as people read it: "Target 98%"."""
    shown = " – ".join(show(value, plot.value_kind) for value in target_values(plot))
    return gettext("Target %(target)s") % {"target": shown}


def frame_of(plot: Plot) -> Frame:
    """The frame that holds every value of ``plot``, its labels and its legend."""
    axis = axis_for(list(_extent(plot)), from_zero=plot.kind != "line", share=plot.value_kind == "percent")
    left = max(text_width(axis.label(tick, plot.value_kind), FONT) for tick in axis.ticks) + 12
    top = TOP + LEGEND_LINE * len(legend_lines(plot))
    width = WIDTH - left - RIGHT
    return Frame(round(left, 1), top, width, HEIGHT - TOP - BOTTOM, axis, max(len(plot.categories), 1))


def legend_lines(plot: Plot) -> list[list[Entry]]:
    """The legend, line by line; a single series without a target needs none."""
    names: list[tuple[str, int | None]] = [(one.name, n) for n, one in enumerate(plot.series)]
    if plot.target is not None:
        names.append((target_words(plot), None))
    if len(names) < 2:
        return []
    lines: list[list[Entry]] = [[]]
    x = 0.0
    for name, number in names:
        wide = text_width(name, FONT) + 48
        if x and x + wide > WIDTH:
            lines.append([])
            x = 0.0
        lines[-1].append(Entry(name, round(x, 1), number))
        x += wide
    return lines


def _extent(plot: Plot) -> Iterator[float]:
    """Every value the axis must hold."""
    yield from target_values(plot)
    if plot.kind == "stacked":
        for values in zip(*(series.values for series in plot.series), strict=True):
            yield sum(value for value in values if value is not None)
    else:
        yield from (v for series in plot.series for v in series.values if v is not None)
