"""Geometry of the small SVG drawings: numbers in, coordinates out. No markup here."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True)
class Line:
    """A polyline with gaps: ``points`` attributes, and lone values as dots."""

    segments: list[str]
    dots: list[tuple[float, float]]


def sparkline(values: Sequence[float | None], *, width: float, height: float, margin: float = 3) -> Line:
    """Scale the values into a box; a None breaks the line, a flat row runs through the middle."""
    known = [value for value in values if value is not None]
    if not known:
        return Line([], [])
    lowest, spread = min(known), max(known) - min(known)
    step = (width - 2 * margin) / max(len(values) - 1, 1)

    def point(index: int, value: float) -> tuple[float, float]:
        share = (value - lowest) / spread if spread else 0.5
        return round(margin + index * step, 1), round(height - margin - share * (height - 2 * margin), 1)

    segments: list[str] = []
    dots: list[tuple[float, float]] = []
    for present, run in groupby(enumerate(values), key=lambda pair: pair[1] is not None):
        if not present:
            continue
        points = [point(index, value) for index, value in run if value is not None]
        if len(points) == 1:
            dots.append(points[0])
        else:
            segments.append(" ".join(f"{x},{y}" for x, y in points))
    return Line(segments, dots)


@dataclass(frozen=True)
class Rail:
    """A horizontal scale from minimum to maximum, with a margin so that marks at the ends stay visible."""

    minimum: float
    maximum: float
    width: float
    margin: float = 0

    def x(self, value: float) -> float:
        """Position of a value; values beyond the scale stop at its ends."""
        spread = self.maximum - self.minimum
        share = (value - self.minimum) / spread if spread else 0.5
        return round(self.margin + min(max(share, 0.0), 1.0) * (self.width - 2 * self.margin), 1)
