"""Adding up days: kept counts where they are up to date, counts over the records where they are not.

Today is always counted from the records, and so is every day that waits to be counted again, or was last counted before
it ended. As a change, its mark,
and the taking of the mark each commit as a whole, the sums are exact at any instant, however late the fold runs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from core import changed_days
from core.clock import local_today
from kpi.indicators import Counts, DayCounts, indicators, sources
from kpi.models import CountedUntil, DayFigure
from kpi.selectors.periods import Month
from organization.models import Site

#: What nothing counts to.
NOTHING: Counts = {}


@dataclass(frozen=True, slots=True)
class Days:
    """The counts of each day of a period of one site, up to today."""

    first: date
    last: date
    by_day: dict[date, DayCounts]

    def day(self, day: date, zone_id: int | None = None) -> Counts:
        """The counts of one day: of one zone, or of the whole site."""
        return self.by_day.get(day, {}).get(zone_id, NOTHING)

    def total(self, zone_id: int | None = None) -> Counts:
        """The sum over all days: of one zone, or of the whole site."""
        return add_up(zones.get(zone_id, NOTHING) for zones in self.by_day.values())

    def with_days_of(self, month: Month, other: "Days") -> "Days":
        """The same with the days of a month taken from elsewhere."""
        rest = {day: zones for day, zones in self.by_day.items() if not month.first <= day <= month.last}
        return Days(self.first, self.last, {**rest, **other.by_day})

    def zone_ids(self) -> set[int]:
        """The zones in which something was counted."""
        return {zone for zones in self.by_day.values() for zone in zones if zone is not None}


def add_up(parts: Iterable[Counts]) -> Counts:
    """The sum of counts, measure by measure."""
    total: dict[str, float] = {}
    for part in parts:
        for code, number in part.items():
            total[code] = total.get(code, 0) + number
    return total


def days_of(site: Site, first: date, last: date) -> Days:
    """The counts of every day from `first` to `last`, or to today when that is earlier."""
    today = local_today(site.zone_info)
    end = min(last, today)
    if first > end:
        return Days(first, end, {})
    live = stale_days(site, first, end) | ({today} if end == today else set())
    kept: dict[date, dict[int | None, Counts]] = {}
    rows = DayFigure.objects.filter(site=site, day__range=(first, end)).exclude(day__in=live)
    for day, zone_id, counts in rows.values_list("day", "zone_id", "counts"):
        kept.setdefault(day, {})[zone_id] = counts
    return Days(first, end, {**kept, **_counted(site, sorted(live))})


def stale_days(site: Site, first: date, last: date) -> set[date]:
    """Days whose kept counts are known to be old: they wait to be counted again, or ended after they were counted."""
    found = set(changed_days.waiting(site.pk, first, last))
    until = CountedUntil.objects.filter(site=site).values_list("day", flat=True).first()
    if until is not None:
        begin = max(first, until + timedelta(days=1))
        found |= {begin + timedelta(days=number) for number in range((last - begin).days + 1)}
    return found


def _counted(site: Site, days: list[date]) -> dict[date, DayCounts]:
    """Days counted over the records now."""
    if not days:
        return {}
    found: dict[date, dict[int | None, Counts]] = {day: {} for day in days}
    for source in sources():
        for day, zones in source.count(site, days).items():
            for zone_id, counts in zones.items():
                found[day][zone_id] = {**found[day].get(zone_id, NOTHING), **counts}
    return dict(found)


_BY_MONTH = """
SELECT site_id, date_trunc('month', day)::date, key, sum(value::float8)
FROM kpi_dayfigure CROSS JOIN LATERAL jsonb_each_text(counts) AS c(key, value)
WHERE site_id = ANY(%(sites)s) AND {zone} AND day BETWEEN %(first)s AND %(last)s
    AND (day >= %(all_from)s OR key = ANY(%(long)s))
GROUP BY 1, 2, 3
"""


def months_of(
    site_ids: Iterable[int],
    first: Month,
    last: Month,
    *,
    windows: bool = False,
    zone_id: int | None = None,
) -> dict[int, dict[Month, Counts]]:
    """The kept counts of sites, or of one zone, by month, for trends and comparisons: at most a minute behind.

    With `windows`, also what indicators over several months need of the months before `first`.
    """
    ids = sorted(site_ids)
    found: dict[int, dict[Month, dict[str, float]]] = {site_id: {} for site_id in ids}
    longest = max((one.window for one in indicators().values()), default=1) if windows else 1
    parameters: dict[str, Any] = {
        "sites": ids,
        "zone": zone_id,
        "first": first.back(longest - 1).first,
        "last": last.last,
        "all_from": first.first,
        "long": [part.code for one in indicators().values() if one.window > 1 for part in one.measures],
    }
    with connection.cursor() as cursor:
        of_zone = "zone_id IS NULL" if zone_id is None else "zone_id = %(zone)s"
        cursor.execute(_BY_MONTH.format(zone=of_zone), parameters)
        for site_id, day, code, number in cursor.fetchall():
            found[site_id].setdefault(Month(day), {})[code] = number
    return {site_id: dict(months) for site_id, months in found.items()}


_BY_ZONE = """
SELECT zone_id, key, sum(value::float8)
FROM kpi_dayfigure CROSS JOIN LATERAL jsonb_each_text(counts) AS c(key, value)
WHERE site_id = %(site)s AND zone_id IS NOT NULL AND day BETWEEN %(first)s AND %(last)s
    AND split_part(key, '@', 1) = ANY(%(codes)s)
GROUP BY 1, 2
"""


def zones_of(site_id: int, first: date, last: date, codes: Sequence[str]) -> dict[int, Counts]:
    """The kept counts of some measures by zone, added up over days: at most a minute behind."""
    found: dict[int, dict[str, float]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_BY_ZONE, {"site": site_id, "first": first, "last": last, "codes": list(codes)})
        for zone, code, number in cursor.fetchall():
            found.setdefault(zone, {})[code] = number
    return dict(found)


def first_month(site: Site) -> Month | None:
    """The earliest month with figures, or None."""
    day = DayFigure.objects.filter(site=site).order_by("day").values_list("day", flat=True).first()
    return None if day is None else Month.of(day)
