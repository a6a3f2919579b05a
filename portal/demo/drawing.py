"""Draws the plans of the demo's sites from their content: `python -m portal.demo.drawing` writes plans/*.png.

The pictures are kept in the repository because a machine may lack Chinese type. Translucent middle tones on nothing, so
that the same picture is calm on a light ground and on a dark one. A test compares the pictures with the content.
"""

import hashlib
import itertools
import math
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from portal.demo.specs import SITES, Corner, Shape, SiteSpec, site_spec

FOLDER = Path(__file__).resolve().parent / "plans"
PIXELS = 1600
#: Drawn larger and scaled down, for smooth edges.
OVER = 3
CONTENT_KEY = "content"
#: How far down a building its name stands: zones have theirs in the middle.
NAME_AT = 0.7

Colour = tuple[int, int, int, int]
BUILDING: Colour = (126, 143, 160, 70)
BUILDING_EDGE: Colour = (112, 128, 145, 200)
BLOCK: Colour = (126, 143, 160, 40)
HALL: Colour = (126, 143, 160, 26)
ROAD: Colour = (126, 143, 160, 46)
WALL: Colour = (112, 128, 145, 150)
WATER: Colour = (63, 131, 214, 62)
GREEN: Colour = (58, 158, 100, 38)
TREE: Colour = (58, 158, 100, 84)
LABEL: Colour = (103, 119, 135, 255)
TYPE = {"zh-hans": 2, "zh-hant": 3}
TYPEFACES = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
)


def fingerprint(site: SiteSpec) -> str:
    """What a picture shows, hashed; written into it."""
    shown = msgspec.json.encode((site.width, site.height, site.language, site.buildings, site.drawing))
    return hashlib.sha256(shown).hexdigest()


def picture_path(name: str) -> Path:
    """Where the plan of content/<name>.yaml is kept."""
    return FOLDER / f"{name}.png"


class Drawing:
    """A canvas measured in metres; each shape is laid over the ones before."""

    def __init__(self, site: SiteSpec) -> None:
        self.site = site
        self.scale = PIXELS * OVER / site.width
        self.size = (PIXELS * OVER, round(site.height * self.scale))
        self.canvas = Image.new("RGBA", self.size, (126, 143, 160, 0))
        face = next(path for path in TYPEFACES if Path(path).exists())
        self.face = ImageFont.truetype(
            face, round(min(6, site.width / 46) * self.scale), index=TYPE[site.language]
        )

    def metres(self, value: float) -> int:
        """Metres in pixels."""
        return round(value * self.scale)

    def corners(self, path: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
        """A path in pixels."""
        return [(x * self.scale, y * self.scale) for x, y in path]

    def lay(self, layer: Image.Image) -> None:
        """Put a layer over the canvas."""
        self.canvas = Image.alpha_composite(self.canvas, layer)

    def box(self, at: Sequence[float], fill: Colour | None, edge: Colour | None, radius: float = 1.6) -> None:
        """A rectangle with rounded corners."""
        layer = Image.new("RGBA", self.size, (0, 0, 0, 0))
        x, y, width, height = (value * self.scale for value in at)
        ImageDraw.Draw(layer).rounded_rectangle(
            (x, y, x + width, y + height),
            self.metres(radius),
            fill=fill,
            outline=edge,
            width=max(self.metres(0.5), OVER),
        )
        self.lay(layer)

    def area(self, path: Sequence[Corner], fill: Colour) -> None:
        """A filled outline."""
        layer = Image.new("RGBA", self.size, (0, 0, 0, 0))
        ImageDraw.Draw(layer).polygon(self.corners(path), fill=fill)
        self.lay(layer)

    def line(self, path: Sequence[Corner], colour: Colour, width: float) -> None:
        """A line with round ends and joints."""
        mask = Image.new("L", self.size, 0)
        pen = ImageDraw.Draw(mask)
        pixels = self.corners(path)
        pen.line(pixels, fill=255, width=self.metres(width), joint="curve")
        half = self.metres(width) / 2
        for x, y in (pixels[0], pixels[-1]):
            pen.ellipse((x - half, y - half, x + half, y + half), fill=255)
        self.stain(mask, colour)

    def stain(self, mask: Image.Image, colour: Colour) -> None:
        """Colour what a mask covers, once however often lines cross."""
        layer = Image.new("RGBA", self.size, (*colour[:3], 0))
        layer.putalpha(mask.point(lambda value: value * colour[3] // 255))
        self.lay(layer)

    def dashes(self, at: Sequence[float], colour: Colour) -> None:
        """A dashed rectangle: something below ground."""
        layer = Image.new("RGBA", self.size, (0, 0, 0, 0))
        pen = ImageDraw.Draw(layer)
        x, y, width, height = at
        corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
        for (x1, y1), (x2, y2) in itertools.pairwise(corners):
            length = math.hypot(x2 - x1, y2 - y1)
            for step in range(int(length // 5)):
                begin, end = step * 5 / length, min((step * 5 + 2.6) / length, 1)
                ends = [(x1 + (x2 - x1) * part, y1 + (y2 - y1) * part) for part in (begin, end)]
                pen.line(self.corners(ends), fill=colour, width=max(self.metres(0.5), OVER))
        self.lay(layer)

    def text(self, at: Sequence[float], words: str) -> None:
        """A label, centred."""
        layer = Image.new("RGBA", self.size, (*LABEL[:3], 0))
        ImageDraw.Draw(layer).text(
            (at[0] * self.scale, at[1] * self.scale), words, font=self.face, fill=LABEL, anchor="mm"
        )
        self.lay(layer)

    def trees(self, points: Sequence[Corner]) -> None:
        """Crowns of trees."""
        mask = Image.new("L", self.size, 0)
        pen = ImageDraw.Draw(mask)
        for index, (x, y) in enumerate(points):
            radius = (2.6 + index % 3 * 0.5) * min(1, self.site.width / 320)
            pen.ellipse(
                [(value * self.scale) for value in (x - radius, y - radius, x + radius, y + radius)], fill=255
            )
        self.stain(mask, TREE)

    def shape(self, shape: Shape) -> None:
        """One shape of the content, with its label."""
        path = shape.path + shape.path[:1] if shape.closed else shape.path
        middle = (
            [shape.at[0] + shape.at[2] / 2, shape.at[1] + shape.at[3] / 2] if len(shape.at) == 4 else shape.at
        )
        match shape.kind:
            case "wall":
                self.line(path, WALL, 0.9)
            case "water":
                self.area(smoothed(shape.path) if shape.smooth else shape.path, WATER)
                middle = centre(shape.path)
            case "green":
                self.area(shape.path, GREEN)
                middle = centre(shape.path)
            case "hall":
                self.area(shape.path, HALL)
            case "block":
                self.box(shape.at, BLOCK, BUILDING_EDGE)
            case "outline":
                self.dashes(shape.at, WALL)
            case "trees":
                self.trees(shape.points)
        if shape.label:
            self.text(middle, shape.label)


def centre(path: Sequence[Corner]) -> list[float]:
    """The middle of the corners."""
    return [sum(corner[axis] for corner in path) / len(path) for axis in (0, 1)]


def smoothed(path: Sequence[Corner], rounds: int = 4) -> list[Corner]:
    """The outline with its corners cut off again and again (Chaikin)."""
    for _round in range(rounds):
        nexts = [*path[1:], path[0]]
        path = [
            (x1 + (x2 - x1) * part, y1 + (y2 - y1) * part)
            for (x1, y1), (x2, y2) in zip(path, nexts, strict=True)
            for part in (0.25, 0.75)
        ]
    return list(path)


def draw(site: SiteSpec) -> Image.Image:
    """The plan of a site."""
    drawing = Drawing(site)
    roads = Image.new("L", drawing.size, 0)
    pen = ImageDraw.Draw(roads)
    for shape in site.drawing:
        if shape.kind == "road":
            path = drawing.corners(shape.path + shape.path[:1] if shape.closed else shape.path)
            half = drawing.metres(shape.width) / 2
            pen.line(path, fill=255, width=drawing.metres(shape.width))
            for x, y in path:
                pen.ellipse((x - half, y - half, x + half, y + half), fill=255)
    drawing.stain(roads, ROAD)
    for shape in site.drawing:
        if shape.kind not in {"road", "label"}:
            drawing.shape(shape)
    for building in site.buildings:
        drawing.box(building.at, BUILDING, BUILDING_EDGE)
        x, y, width, height = building.at
        drawing.text((x + width / 2, y + height * NAME_AT), building.name)
    for shape in site.drawing:
        if shape.kind == "label":
            drawing.shape(shape)
    return drawing.canvas.resize((PIXELS, round(drawing.size[1] / OVER)), Image.Resampling.LANCZOS)


def main() -> int:
    """Draw all plans anew."""
    FOLDER.mkdir(exist_ok=True)
    for name in SITES:
        site = site_spec(name)
        facts = PngImagePlugin.PngInfo()
        facts.add_text(CONTENT_KEY, fingerprint(site))
        draw(site).save(picture_path(name), optimize=True, pnginfo=facts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
