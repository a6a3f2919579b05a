"""The indicators of one zone in a month: those whose records belong to zones; households and residents are known of whole sites only."""

from collections.abc import Mapping
from dataclasses import replace

from kpi.indicators import Counts, Indicator, Rate, live_indicators
from kpi.selectors.closed_figures import closed_figures
from kpi.selectors.counting import Days, months_of
from kpi.selectors.freezing import Frozen
from kpi.selectors.lines import TREND, IndicatorLine, count_line, scope_of, windowed
from kpi.selectors.periods import Month
from kpi.selectors.standing import Standing, standing
from kpi.selectors.targets import targets_for
from organization.models import Site, Zone


def zone_lines(
    site: Site, month: Month, zone: Zone, days: Days, frozen: Frozen | None
) -> list[IndicatorLine]:
    """Every counted indicator in a zone; without a value where it cannot be told of a zone. Three queries.

    Closed months are told by the counts that were written down, indicators over several months by the kept ones.
    """
    kept = months_of([site.pk], month.back(TREND - 1), month, windows=True, zone_id=zone.pk)[site.pk]
    kept = {**kept, month: days.total(zone.pk)}
    before = [month.back(number) for number in range(1, TREND)]
    closed = closed_figures([site.pk], before).items()
    told = {**kept, **{when: one.frozen.days(when).total(zone.pk) for (_site, when), one in closed}}
    targets = targets_for([site.pk], month)[site.pk] if frozen is None else frozen.targets
    lines = []
    for code, one in live_indicators().items():
        counts = told if one.window == 1 else kept
        target = targets.get(code)
        lines.append(_line(one, site, month, zone, counts, target))
    return lines


def is_told(indicator: Indicator) -> bool:
    """Can it be told of a zone?"""
    return not isinstance(indicator, Rate) and all(one.has_zones for one in indicator.measures)


def _line(
    one: Indicator,
    site: Site,
    month: Month,
    zone: Zone,
    kept: Mapping[Month, Counts],
    target: float | None,
) -> IndicatorLine:
    scope = replace(scope_of(one, site, month), zone=zone)
    if not is_told(one):
        return IndicatorLine(Standing(one, None, None, 0, target=target), [], scope, [], [], is_told=False)
    counts = windowed(one, kept, month)
    found = standing(one, counts, site, windowed(one, kept, month.previous), target=target)
    beside = [count_line(measure, kept.get(month, {}), scope) for measure in one.beside]
    return IndicatorLine(found, _trend(one, site, month, kept), scope, beside, [])


def _trend(one: Indicator, site: Site, month: Month, kept: Mapping[Month, Counts]) -> list[float | None]:
    """The last months; a gap where nothing at all was counted."""
    months = [month.back(number) for number in range(TREND - 1, -1, -1)]
    return [one.value(windowed(one, kept, when), site) if kept.get(when) else None for when in months]
