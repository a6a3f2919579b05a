"""A plan of a place as data: coordinates 0..1 of the picture in, drawing units out (components/plan.html)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

#: width of the drawing; the height follows from the real proportions
UNITS = 1000


@dataclass(frozen=True)
class Point:
    """A mark on the plan; x and y in 0..1 from the top left corner. An initial draws a person."""

    x: float
    y: float
    tone: str
    label: Any
    url: str = ""
    initial: str = ""


@dataclass(frozen=True)
class Area:
    """A polygon on the plan, vertices in 0..1."""

    polygon: Sequence[Sequence[float]]
    label: Any
    tone: str = ""
    url: str = ""


@dataclass(frozen=True)
class PlacedPoint:
    """A point in drawing units."""

    x: str
    y: str
    tone: str
    label: Any
    url: str
    initial: str


@dataclass(frozen=True)
class PlacedArea:
    """An area in drawing units, with the place of its label."""

    points: str
    x: str
    y: str
    tone: str
    label: Any
    url: str


@dataclass(frozen=True)
class Plan:
    """What ``components/plan.html`` draws. Width and height in any unit: only their proportion counts."""

    title: Any
    image: str
    real_width: float
    real_height: float
    points_source: Sequence[Point] = ()
    areas_source: Sequence[Area] = ()

    @property
    def width(self) -> int:
        """Width of the drawing."""
        return UNITS

    @property
    def height(self) -> int:
        """Height of the drawing."""
        return round(UNITS * self.real_height / self.real_width) if self.real_width else round(UNITS * 0.6)

    @property
    def points(self) -> list[PlacedPoint]:
        """The marks, in the order given (later ones lie on top)."""
        return [
            PlacedPoint(
                f"{one.x * self.width:.1f}",
                f"{one.y * self.height:.1f}",
                one.tone,
                one.label,
                one.url,
                one.initial,
            )
            for one in self.points_source
        ]

    @property
    def areas(self) -> list[PlacedArea]:
        """The polygons; their labels stand in the middle of their vertices."""
        return [self._area(one) for one in self.areas_source if len(one.polygon) > 2]

    def _area(self, area: Area) -> PlacedArea:
        corners = [(vertex[0] * self.width, vertex[1] * self.height) for vertex in area.polygon]
        return PlacedArea(
            points=" ".join(f"{x:.1f},{y:.1f}" for x, y in corners),
            x=f"{sum(x for x, _ in corners) / len(corners):.1f}",
            y=f"{sum(y for _, y in corners) / len(corners):.1f}",
            tone=area.tone,
            label=area.label,
            url=area.url,
        )
