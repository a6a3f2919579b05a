"""The shapes a chart is made of."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .formats import show
from .plots import FONT, LEGEND_LINE, WIDTH, Entry, Frame, Plot, Series, legend_lines, target_values
from .scales import every

#: Shape of a series' marks, so that lines differ without colour.
SHAPES = ("circle", "square", "triangle", "diamond", "circle", "square")


def joined(parts: Iterable[SafeString]) -> SafeString:
    """Safe pieces in one."""
    return format_html_join("", "{}", ((part,) for part in parts))


def parts(plot: Plot, frame: Frame) -> Iterator[SafeString]:
    """The shapes of ``plot``, those behind first."""
    yield from _band(plot, frame)
    yield from _grid(plot, frame)
    if plot.kind == "line":
        for number, series in enumerate(plot.series):
            yield from _line(series, number, frame)
    else:
        yield from _bars(plot, frame)
    yield from _target(plot, frame)
    yield from _last_value(plot, frame)
    yield from _legend(plot)


def _grid(plot: Plot, frame: Frame) -> Iterator[SafeString]:
    right = frame.left + frame.width
    for tick in frame.axis.ticks:
        y = frame.y(tick)
        yield format_html(
            '<line class="plot-grid" x1="{}" x2="{}" y1="{}" y2="{}"/>'
            '<text class="plot-label" x="{}" y="{}" text-anchor="end">{}</text>',
            frame.left,
            right,
            y,
            y,
            frame.left - 8,
            y + 4,
            frame.axis.label(tick, plot.value_kind),
        )
    step = every(plot.categories, frame.width, FONT)
    last = len(plot.categories) - 1
    for place in range(last % step if last >= 0 else 0, last + 1, step):
        yield format_html(
            '<text class="plot-label" x="{}" y="{}" text-anchor="middle">{}</text>',
            frame.x(place),
            frame.top + frame.height + 18,
            plot.categories[place],
        )


def _band(plot: Plot, frame: Frame) -> Iterator[SafeString]:
    if isinstance(plot.target, tuple):
        low, high = plot.target
        yield format_html(
            '<rect class="plot-band" x="{}" y="{}" width="{}" height="{}"/>',
            frame.left,
            frame.y(high),
            frame.width,
            round(frame.y(low) - frame.y(high), 1),
        )


def _target(plot: Plot, frame: Frame) -> Iterator[SafeString]:
    for value in target_values(plot):
        yield format_html(
            '<line class="plot-target" x1="{}" x2="{}" y1="{}" y2="{}"/>',
            frame.left,
            frame.left + frame.width,
            frame.y(value),
            frame.y(value),
        )


def _line(series: Series, number: int, frame: Frame) -> Iterator[SafeString]:
    """The line, broken where there is no data, and its marks."""
    look = _look(series, number)
    known = [(place, value) for place, value in enumerate(series.values) if value is not None]
    # Neighbours share the difference between their place and their rank.
    for _, run in groupby(enumerate(known), key=lambda pair: pair[1][0] - pair[0]):
        points = " ".join(f"{frame.x(place)},{frame.y(value)}" for _, (place, value) in run)
        yield format_html('<polyline class="plot-line {}" points="{}"/>', look, points)
    if frame.width / frame.slots >= 10:
        for place, value in known:
            yield _mark(number, look, frame.x(place), frame.y(value))


def _mark(number: int, look: str, x: float, y: float) -> SafeString:
    """A mark in the shape of its series."""
    match SHAPES[number % len(SHAPES)]:
        case "square":
            points = [(-3, -3), (3, -3), (3, 3), (-3, 3)]
        case "triangle":
            points = [(0, -4), (4, 3), (-4, 3)]
        case "diamond":
            points = [(0, -4), (4, 0), (0, 4), (-4, 0)]
        case _:
            return format_html('<circle class="plot-mark {}" cx="{}" cy="{}" r="3"/>', look, x, y)
    corners = " ".join(f"{round(x + dx, 1)},{round(y + dy, 1)}" for dx, dy in points)
    return format_html('<polygon class="plot-mark {}" points="{}"/>', look, corners)


def _bars(plot: Plot, frame: Frame) -> Iterator[SafeString]:
    stacked = plot.kind == "stacked"
    slot = frame.width / frame.slots
    group = min(slot * 0.7, 64.0 if stacked else 40.0 * len(plot.series))
    each = group if stacked else group / max(len(plot.series), 1)
    for place in range(len(plot.categories)):
        base = 0.0
        for number, series in enumerate(plot.series):
            value = series.values[place]
            if value is None:
                continue
            left = frame.x(place) - group / 2 + (0 if stacked else number * each)
            yield _bar(_look(series, number), left, each, frame.y(base), frame.y(base + value))
            base += value if stacked else 0.0


def _bar(look: str, left: float, width: float, start: float, end: float) -> SafeString:
    return format_html(
        '<rect class="plot-bar {}" x="{}" y="{}" width="{}" height="{}"/>',
        look,
        round(left, 1),
        min(start, end),
        round(width, 1),
        round(abs(start - end), 1),
    )


def _last_value(plot: Plot, frame: Frame) -> Iterator[SafeString]:
    """The newest value beside the only line."""
    if plot.kind != "line" or len(plot.series) != 1:
        return
    known = [(p, v) for p, v in enumerate(plot.series[0].values) if v is not None]
    if known:
        place, value = known[-1]
        y = frame.y(value)
        falling = len(known) > 1 and known[-2][1] > value
        below = y + 18 if falling and y + 22 < frame.top + frame.height else y - 8
        yield format_html(
            '<text class="plot-value" x="{}" y="{}" text-anchor="end">{}</text>',
            min(frame.x(place) + 16, WIDTH - 2),
            below if below > frame.top - 4 else y + 18,
            show(value, plot.value_kind),
        )


def _look(series: Series, number: int) -> str:
    return f"s{number % len(SHAPES) + 1}" + (f" tone-{series.tone}" if series.tone else "")


def _legend(plot: Plot) -> Iterator[SafeString]:
    for line, entries in enumerate(legend_lines(plot)):
        y = 8 + line * LEGEND_LINE
        for entry in entries:
            yield from _swatch(plot, entry, y)
            yield format_html(
                '<text class="plot-label" x="{}" y="{}">{}</text>', entry.x + 28, y + 4, entry.name
            )


def _swatch(plot: Plot, entry: Entry, y: float) -> Iterator[SafeString]:
    """The look of an entry: a piece of line with its mark, a small bar, or the target's dashes."""
    if entry.number is None:
        yield format_html(
            '<line class="plot-target" x1="{}" x2="{}" y1="{}" y2="{}"/>', entry.x, entry.x + 22, y, y
        )
        return
    look = _look(plot.series[entry.number], entry.number)
    if plot.kind != "line":
        yield _bar(look, entry.x + 8, 12, y - 6, y + 6)
        return
    yield format_html(
        '<polyline class="plot-line {}" points="{},{} {},{}"/>', look, entry.x, y, entry.x + 22, y
    )
    yield _mark(entry.number, look, round(entry.x + 11, 1), y)
