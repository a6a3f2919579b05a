"""How often each type of case happened, and with what impact (R016). False alarms, void cases and duplicates are left out.

Everything is asked of a whole site, or of one zone of it where `zone_id` is given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Q

from core.recurrence import begin_of
from incidents.selectors.day_counts import REAL
from organization.models import Site

#: In addresses: nobody said where.
NO_PLACE = "-"
#: Kind, category and sub-category; "" where all of them are taken together.
Type = tuple[str, str, str]

_TYPES = "GROUPING SETS ((which, kind), (which, kind, category), (which, kind, category, subcategory))"
_NAMES = "which, kind, coalesce(category, ''), coalesce(subcategory, ''), grouping(subcategory) = 1"
_CASES = f"""
WITH s AS (
    SELECT * FROM unnest(%(firsts)s::date[], %(begins)s::timestamptz[], %(ends)s::timestamptz[]) AS s(which, begins, ends)
),
event AS (
    SELECT s.which, c.* FROM s JOIN incidents_case c
        ON c.site_id = %(site)s AND c.reported_at >= s.begins AND c.reported_at < s.ends AND {REAL}
    WHERE %(zone)s::bigint IS NULL OR c.zone_id = %(zone)s
)
"""  # noqa: S608 - of constants
_FREQUENCY = f"{_CASES} SELECT {_NAMES}, count(*) FROM event GROUP BY {_TYPES}"  # noqa: S608 - of constants
_IMPACT = f"""{_CASES}
SELECT {_NAMES}, sum(i.injured), sum(i.seriously_injured), sum(i.dead), sum(i.loss_amount), sum(i.households_affected),
    sum(i.people_affected), count(DISTINCT event.zone_id), min(i.level),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM coalesce(event.controlled_at, event.resolved_at) - event.reported_at))
FROM event LEFT JOIN incidents_incidentfacts i ON i.case_id = event.id
GROUP BY {_TYPES}
"""  # noqa: S608 - of constants
_PLACES = f"""{_CASES}
SELECT z.id, z.code, z.name, event.place, count(*), min(i.level) FROM event
    JOIN incidents_incidentfacts i ON i.case_id = event.id LEFT JOIN organization_zone z ON z.id = event.zone_id
WHERE event.kind = 'incident' AND (z.id IS NOT NULL OR event.place <> '')
GROUP BY z.id, event.place ORDER BY count(*) DESC, min(i.level), z.code, event.place LIMIT %(most)s
"""  # noqa: S608 - of constants

#: Which cases a number of the impact was added up from.
IMPACTS: dict[str, Q] = {
    "injured": Q(incident__injured__gt=0),
    "seriously_injured": Q(incident__seriously_injured__gt=0),
    "dead": Q(incident__dead__gt=0),
    "loss": Q(incident__loss_amount__gt=0),
    "households": Q(incident__households_affected__gt=0),
    "people": Q(incident__people_affected__gt=0),
}


@dataclass(frozen=True, slots=True)
class Impact:
    """What a type of case did in a period. `level` is the gravest, 1 before 4; `lasted` is the median until control."""

    injured: int
    seriously_injured: int
    dead: int
    loss: Decimal
    households: int
    people: int
    zones: int
    level: int | None
    lasted: timedelta | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where incidents happened; without a zone `zone_id` is None."""

    zone_id: int | None
    zone: str
    place: str
    count: int
    level: int | None


def frequency(
    site: Site, spans: Sequence[tuple[date, date]], zone_id: int | None = None
) -> dict[date, dict[Type, int]]:
    """How many cases of each type were reported in each span (first and last day, both included), by its first day."""
    found: dict[date, dict[Type, int]] = {first: {} for first, _last in spans}
    for which, *names, number in _rows(_FREQUENCY, site, spans, zone_id):
        found[which][_type(*names)] = number
    return found


def impact(site: Site, first: date, last: date, zone_id: int | None = None) -> dict[Type, Impact]:
    """The impact of each type of case reported from `first` to `last`, both included."""
    found: dict[Type, Impact] = {}
    for _which, *rest in _rows(_IMPACT, site, [(first, last)], zone_id):
        *sums, zones, level, seconds = rest[4:]
        injured, seriously, dead, loss, households, people = (one or 0 for one in sums)
        lasted = None if seconds is None else timedelta(seconds=float(seconds))
        found[_type(*rest[:4])] = Impact(
            injured, seriously, dead, Decimal(loss), households, people, zones, level, lasted
        )
    return found


def places(site: Site, first: date, last: date, zone_id: int | None = None, most: int = 10) -> list[Place]:
    """Where most incidents happened."""
    rows = _rows(_PLACES, site, [(first, last)], zone_id, most=most)
    return [
        Place(zone_id, f"{code} {name}" if zone_id else "", place, count, level)
        for zone_id, code, name, place, count, level in rows
    ]


def _type(kind: str, category: str, subcategory: str, is_all: bool) -> Type:
    """A case without a sub-category is told from all of the category by "-"."""
    return kind, category, subcategory or ("" if is_all else "-")


def _rows(
    statement: str, site: Site, spans: Sequence[tuple[date, date]], zone_id: int | None, **more: Any
) -> list[Any]:
    parameters = {
        "site": site.pk,
        "zone": zone_id,
        "firsts": [first for first, _last in spans],
        "begins": [begin_of(first, site.zone_info) for first, _last in spans],
        "ends": [begin_of(last + timedelta(days=1), site.zone_info) for _first, last in spans],
        **more,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
