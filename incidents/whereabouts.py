"""Where cases lie and where people on duty were last seen, as the apps above know it (a scan at a point).

Only fixes that somebody made on duty by an act of their own count; nobody is followed (reliability.md, 3).
"""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from incidents.models import Case
from organization.models import Site

EARTH_RADIUS_M = 6_371_000.0


@dataclass(frozen=True, slots=True)
class Place:
    """A place: on the plan as fractions of its width and height, on the globe in degrees, or both."""

    x: float | None = None
    y: float | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a person last showed up by an act of their own, and when."""

    place: Place
    label: str
    at: datetime


OfPeople = Callable[[Site, Collection[int], datetime], dict[int, Seen]]
OfCase = Callable[[Case], Place | None]

_of_people: list[OfPeople] = []
_of_case: list[OfCase] = []


def register_people(function: OfPeople) -> OfPeople:
    """Add a function that gives the last fix of people at a site since a moment; in one query."""
    _of_people.append(function)
    return function


def register_case(function: OfCase) -> OfCase:
    """Add a function that gives where a case was found; in one query."""
    _of_case.append(function)
    return function


def last_seen(site: Site, people: Collection[int], since: datetime) -> dict[int, Seen]:
    """The latest fix of each person that anybody knows."""
    found: dict[int, Seen] = {}
    for function in _of_people:
        for person_id, seen in function(site, people, since).items():
            if person_id not in found or seen.at > found[person_id].at:
                found[person_id] = seen
    return found


def place_of(case: Case) -> Place | None:
    """Where a case is: its own position, the point it was found at, or the middle of its zone."""
    if case.latitude is not None and case.longitude is not None:
        own = Place(latitude=case.latitude, longitude=case.longitude)
    else:
        own = None
    known = next((place for function in _of_case if (place := function(case)) is not None), None)
    if known is not None:
        return known
    corners = case.zone.polygon if case.zone is not None else []
    if own is None and len(corners) >= 3:
        return Place(
            sum(corner[0] for corner in corners) / len(corners),
            sum(corner[1] for corner in corners) / len(corners),
        )
    return own


def metres_between(site: Site, one: Place, other: Place) -> float | None:
    """The straight way between two places of a site; None when they have nothing in common."""
    width, height = site.plan_width_m, site.plan_height_m
    if None not in (one.x, one.y, other.x, other.y) and width and height:
        across = (one.x - other.x) * float(width)  # type: ignore[operator]  # all four are numbers here
        down = (one.y - other.y) * float(height)  # type: ignore[operator]
        return math.hypot(across, down)
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return None
    return _on_the_globe(one, other)


def _on_the_globe(one: Place, other: Place) -> float:
    """By the haversine."""
    first, second = math.radians(one.latitude or 0), math.radians(other.latitude or 0)
    turn = math.radians((other.longitude or 0) - (one.longitude or 0))
    half = math.sin((second - first) / 2) ** 2 + math.cos(first) * math.cos(second) * math.sin(turn / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half)))
