"""Charts as inline SVG: lines over a target band, bars, stacked bars, and sparklines.

Colour comes from classes only (static/css/charts.css), so a strict Content-Security-Policy holds
and dark mode works. Every drawing says in words what it shows; its table stands beside it.
"""

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from core.drawing import sparkline as sparkline_points

from .chart_parts import joined, parts
from .definition import Kind
from .formats import show
from .plots import BOTTOM, WIDTH, Plot, Series, frame_of, target_words

SPARK_WIDTH, SPARK_HEIGHT = 120, 26

__all__ = ["Plot", "Series", "describe", "draw", "sparkline"]


def draw(plot: Plot) -> SafeString:
    """The plot as an ``<svg>`` with title and description."""
    frame = frame_of(plot)
    total = round(frame.top + frame.height + BOTTOM, 1)
    return format_html(
        '<svg class="plot" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-desc">'
        '{}<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>{}</svg>',
        WIDTH,
        total,
        plot.ident,
        plot.ident,
        _style(plot.style),
        plot.ident,
        plot.title,
        plot.ident,
        describe(plot),
        joined(parts(plot, frame)),
    )


def sparkline(values: Sequence[float | None], *, label: str, style: str = "") -> SafeString:
    """The course of a value in the height of a line of text; ``label`` says it in words."""
    line = sparkline_points(values, width=SPARK_WIDTH, height=SPARK_HEIGHT)
    return format_html(
        '<svg class="plot-spark" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>',
        SPARK_WIDTH,
        SPARK_HEIGHT,
        label,
        _style(style),
        joined(format_html('<polyline class="plot-line s1" points="{}"/>', run) for run in line.segments),
        joined(
            format_html('<circle class="plot-mark s1" cx="{}" cy="{}" r="1.8"/>', x, y) for x, y in line.dots
        ),
    )


def describe(plot: Plot) -> str:
    """What a reader who does not see the drawing should know first."""
    if not plot.categories:
        return gettext("No data.")
    said = [
        gettext("%(count)s points from %(first)s to %(last)s.")
        % {
            "count": len(plot.categories),
            "first": plot.categories[0],
            "last": plot.categories[-1],
        }
    ]
    said += [_course(series, plot.value_kind) for series in plot.series]
    if plot.target is not None:
        said.append(f"{target_words(plot)}.")
    return " ".join([*said, gettext("The table has every value.")])


def _course(series: Series, kind: Kind) -> str:
    known = [value for value in series.values if value is not None]
    if not known:
        return gettext("%(name)s: no data.") % {"name": series.name}
    return gettext("%(name)s: lowest %(low)s, highest %(high)s, last %(last)s.") % {
        "name": series.name,
        "low": show(min(known), kind),
        "high": show(max(known), kind),
        "last": show(known[-1], kind),
    }


def _style(style: str) -> SafeString:
    # The style sheet is ours and holds no markup.
    return mark_safe(f"<style>{style}</style>") if style else SafeString("")  # noqa: S308
