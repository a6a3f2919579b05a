"""Metres on a plan and degrees on the globe."""

import math

from portal.demo.specs import Corner, SiteSpec

METRES_PER_DEGREE = 111_320


def latitude_of(site: SiteSpec, at: Corner) -> float:
    """Degrees north of a place on the plan; the top of the plan is north."""
    return site.latitude - at[1] / METRES_PER_DEGREE


def longitude_of(site: SiteSpec, at: Corner) -> float:
    """Degrees east of a place on the plan."""
    return site.longitude + at[0] / (METRES_PER_DEGREE * math.cos(math.radians(site.latitude)))


def metres_between(one: Corner, other: Corner) -> float:
    """How far two places on a plan lie apart."""
    return math.hypot(one[0] - other[0], one[1] - other[1])
