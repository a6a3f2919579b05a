"""Closed months, and what the records say of them by now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from kpi.indicators import Counts, Indicator, Measure, Scope, Spread, indicators, measures
from kpi.indicators.lengths import lengths_of
from kpi.models import ClosedMonth, DayFigure
from kpi.selectors.counting import NOTHING, Days, days_of, months_of
from kpi.selectors.freezing import Frozen
from kpi.selectors.lines import scope_of, windowed
from kpi.selectors.periods import Month
from kpi.selectors.standing import Standing, standing
from organization.models import Site, Zone


def closed_of(site: Site, month: Month) -> ClosedMonth | None:
    """The closed month, or None while it is open; one query."""
    rows = ClosedMonth.objects.filter(site=site, month=month.first)
    return rows.select_related("closed_by").first()


def days_or_frozen(site: Site, month: Month) -> tuple[Days, ClosedMonth | None, Frozen | None]:
    """The days of a month as of now, or as they were frozen when it was closed."""
    closed = closed_of(site, month)
    if closed is None:
        return days_of(site, month.first, month.last), None, None
    frozen = Frozen.read(closed.content)
    return frozen.days(month), closed, frozen


@dataclass(frozen=True, slots=True)
class DayChange:
    """A number of one day that the records tell differently now. Of lengths of time their mean in minutes stands beside it."""

    measure: Measure
    day: date
    zone: Zone | None
    frozen: float
    now: float
    frozen_mean: float | None
    now_mean: float | None
    page: str

    @property
    def code(self) -> str:
        """The measure's."""
        return self.measure.code


@dataclass(frozen=True, slots=True)
class FigureChange:
    """An indicator that would be told differently now, by the profile and the target it was frozen with."""

    indicator: Indicator
    frozen: Standing
    now: Standing
    page: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened to the records of a month after it was closed."""

    figures: list[FigureChange]
    days: list[DayChange]

    @property
    def is_empty(self) -> bool:
        """Do the records still say what was frozen?"""
        return not self.figures and not self.days


def later_changes(closed: ClosedMonth, frozen: Frozen | None = None) -> Changes:
    """Everything the records of a closed month tell differently now. `closed.site` is read."""
    kept = frozen or Frozen.read(closed.content)
    site, month = closed.site, Month(closed.month)
    now = days_of(site, month.first, month.last)
    return Changes(
        list(_figures(site, month, kept, now.total())),
        list(_days(site, month, kept.by_day, now.by_day)),
    )


def _figures(site: Site, month: Month, frozen: Frozen, total: Counts) -> Iterator[FigureChange]:
    months = months_of([site.pk], month, month, windows=True)[site.pk] | {month: total}
    for code, one in indicators().items():
        if code not in frozen.content["figures"] or not one.is_live:
            continue
        before, target = frozen.standing(one), frozen.targets.get(code)
        after = standing(one, windowed(one, months, month), frozen.profile, target=target)
        if (before.value, before.sample) != (after.value, after.sample):
            scope = scope_of(one, site, month)
            yield FigureChange(one, before, after, one.measures[-1].page(scope))


def _days(
    site: Site, month: Month, frozen: Mapping[date, Any], now: Mapping[date, Any]
) -> Iterator[DayChange]:
    zones = {zone.pk: zone for zone in Zone.objects.filter(site=site)}
    for day in month.days:
        before, after = frozen.get(day, NOTHING), now.get(day, NOTHING)
        whole = {code for code, _measure in _differing(before.get(None, NOTHING), after.get(None, NOTHING))}
        yield from _of_zone(site, day, None, before.get(None, NOTHING), after.get(None, NOTHING))
        for zone_id in sorted({one for one in (*before, *after) if one is not None}):
            # What changed for the whole site is told once; a zone by itself only when something moved between zones.
            old, new = before.get(zone_id, NOTHING), after.get(zone_id, NOTHING)
            for change in _of_zone(site, day, zones.get(zone_id), old, new):
                if change.code not in whole:
                    yield change


def _of_zone(site: Site, day: date, zone: Zone | None, before: Counts, after: Counts) -> Iterator[DayChange]:
    scope = Scope(site, day, day, zone)
    for code, measure in _differing(before, after):
        yield DayChange(
            measure, day, zone, before.get(code, 0), after.get(code, 0), _mean(measure, before), _mean(measure, after),
            measure.page(scope),
        )  # fmt: skip


def _differing(before: Counts, after: Counts) -> list[tuple[str, Measure]]:
    """The measures told differently, also when as many took another time; those no code declares any more are left out."""
    codes = {key.partition("@")[0] for key in {*before, *after} if before.get(key, 0) != after.get(key, 0)}
    declared = measures()
    return [(code, declared[code]) for code in sorted(codes & declared.keys())]


def _mean(measure: Measure, counts: Counts) -> float | None:
    if not isinstance(measure, Spread):
        return None
    found = lengths_of(measure.steps(counts), measure.step)
    return None if found is None else found.mean


def numbers_of_changes(rows: Sequence[ClosedMonth]) -> dict[int, int]:
    """How many numbers of each closed month's days differ by now, from the kept counts: at most a minute behind; one query."""
    if not rows:
        return {}
    spans = Q(pk__in=[])
    for row in rows:
        month = Month(row.month)
        spans |= Q(site_id=row.site_id, day__range=(month.first, month.last))
    kept: dict[int, dict[date, dict[int | None, Counts]]] = {}
    for site_id, day, zone_id, counts in DayFigure.objects.filter(spans).values_list(
        "site_id", "day", "zone_id", "counts"
    ):
        kept.setdefault(site_id, {}).setdefault(day, {})[zone_id] = counts
    return {row.pk: _number(row, kept.get(row.site_id, {})) for row in rows}


def _number(row: ClosedMonth, kept: Mapping[date, Mapping[int | None, Counts]]) -> int:
    frozen, total = Frozen.read(row.content).by_day, 0
    for day in Month(row.month).days:
        before, after = frozen.get(day, {}), kept.get(day, {})
        total += len(_differing(before.get(None, NOTHING), after.get(None, NOTHING)))
    return total
