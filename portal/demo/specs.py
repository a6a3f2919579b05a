"""The shape of content/*.yaml, and reading it. Lengths in metres; places from the top left corner of the plan."""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

FOLDER = Path(__file__).resolve().parent / "content"
SITES = ("cuihu", "xinghui", "haiyi")

Corner = tuple[float, float]
Box = tuple[float, float, float, float]


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A misspelt field is refused."""


class PersonSpec(Strict, frozen=True):
    """Somebody and one role; a second line of the same number gives a second role."""

    number: str
    name: str
    mail: str
    role: str
    site: str = ""
    #: time needed for a round, 1 is usual
    pace: float = 1.0
    #: how often a round goes wrong, 1 is usual
    slack: float = 1.0
    #: now and then scans the last points of a round within seconds
    rushes: bool = False


class DepartmentSpec(Strict, frozen=True):
    """A department of the whole company, led by the person of that number."""

    name: str
    head: str


class CompanySpec(Strict, frozen=True):
    """A company and its people."""

    name: str
    code: str
    language: str
    time_zone: str
    domain: str
    staff: list[PersonSpec]
    departments: list[DepartmentSpec] = []
    holidays: list[tuple[int, int, str]] = []


class BuildingSpec(Strict, frozen=True):
    """A building; also drawn."""

    code: str
    name: str
    at: Box
    above: int
    below: int
    height: float


class Shape(Strict, frozen=True):
    """Something drawn on the plan that is no building."""

    kind: str
    path: list[Corner] = []
    points: list[Corner] = []
    at: list[float] = []
    width: float = 0
    closed: bool = False
    smooth: bool = False
    label: str = ""


class ZoneSpec(Strict, frozen=True):
    """A zone, outlined by a box or by corners."""

    code: str
    name: str
    kind: str
    standard: float
    duties: str
    at: Box | None = None
    corners: list[Corner] = []
    person: str = ""
    length: float | None = None
    width: float | None = None
    review: str = ""

    def outline(self) -> list[Corner]:
        """The corners."""
        if self.at is None:
            return self.corners
        x, y, width, height = self.at
        return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]

    def area(self) -> float:
        """Square metres inside the outline, by the shoelace formula."""
        corners = self.outline()
        rows = zip(corners, corners[1:] + corners[:1], strict=True)
        return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in rows)) / 2


class PointSpec(Strict, frozen=True):
    """A checkpoint. Outdoors phones know where they are."""

    code: str
    name: str
    at: Corner
    zone: str
    place: str
    building: str = ""
    floor: str = ""
    outdoors: bool = False
    hours: int = 24
    checklist: str = ""


class PostSpec(Strict, frozen=True):
    """A post, covered all day or between two wall times."""

    code: str
    name: str
    kind: str
    zone: str = ""
    hours: tuple[str, str] = ("00:00", "24:00")


class RoundsSpec(Strict, frozen=True):
    """A route with the plan that repeats it.

    `walk`: minutes a usual walk takes, most of the window when left out. `after`: how far into the
    history the plan began, 0 to 1.
    """

    name: str
    route: str
    points: list[str]
    discipline: str
    rule: dict[str, Any]
    window: int
    grace: int
    order: str = "any"
    zone: str = ""
    post: str = ""
    person: str = ""
    walk: int = 0
    after: float = 0
    basis: str = ""
    proposal: str = ""


class MatterSpec(Strict, frozen=True):
    """Something a guard reports at a point, and how it was settled after so many hours."""

    kind: str
    text: str
    point: str
    hours: float
    settled: str
    scene: str = ""


class FindingSpec(Strict, frozen=True):
    """An abnormal answer to the first question that names `about`."""

    about: str
    text: str
    scene: str
    hours: float
    settled: str


class MoveSpec(Strict, frozen=True, rename={"kind": "as"}):
    """What somebody of a role does about a case, so many minutes after it was opened.

    `take` is a step of its workflow; `as` an act beside the steps, or "pause", "extend" or "analysis".
    """

    by: str
    after: int
    take: str = ""
    kind: str = ""
    hours: int = 0
    values: dict[str, Any] = {}


class StandingSpec(Strict, frozen=True):
    """A case that stands open when the demo begins: opened `ago` minutes before, and led on by its moves."""

    kind: str
    title: str
    text: str
    point: str
    priority: str
    category: str
    ago: int
    place: str = ""
    subcategory: str = ""
    source: str = "guard"
    by: str = "guard"
    name: str = ""
    phone: str = ""
    scene: str = ""
    steps: list[MoveSpec] = []


class SiteSpec(Strict, frozen=True):
    """A site with everything on it."""

    company: str
    code: str
    name: str
    department: str
    address: str
    time_zone: str
    language: str
    profile: dict[str, Any]
    latitude: float
    longitude: float
    width: float
    height: float
    buildings: list[BuildingSpec]
    drawing: list[Shape]
    zones: list[ZoneSpec]
    points: list[PointSpec]
    posts: list[PostSpec]
    early: list[str]
    late: list[str]
    night: list[str]
    rounds: list[RoundsSpec]
    matters: list[MatterSpec]
    findings: list[FindingSpec]
    #: the post where somebody has not come to work just now
    empty_now: str = ""

    def point(self, code: str) -> PointSpec:
        """The point of that code."""
        return next(point for point in self.points if point.code == code)


def _read(name: str) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where the library was built with it
    return yaml.load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - both are safe


@cache
def company_spec(name: str) -> CompanySpec:
    """The company in content/<name>.yaml."""
    return msgspec.convert(_read(name), CompanySpec)


@cache
def site_spec(name: str) -> SiteSpec:
    """The site in content/<name>.yaml."""
    return msgspec.convert(_read(name), SiteSpec)


@cache
def standing_cases() -> dict[str, list[StandingSpec]]:
    """The cases of content/standing.yaml, by code of the site."""
    return msgspec.convert(_read("standing"), dict[str, list[StandingSpec]])


def all_sites() -> list[SiteSpec]:
    """The three sites."""
    return [site_spec(name) for name in SITES]
