"""Lines of figures: an indicator or a count, with the addresses of its rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from core.reports.formats import show
from kpi.indicators import (
    Awaited,
    Counts,
    Dimension,
    Group,
    Indicator,
    Measure,
    Profile,
    Scope,
    Share,
    Together,
    indicators,
)
from kpi.indicators.completeness import K45
from kpi.selectors.closed_figures import closed_figures
from kpi.selectors.counting import NOTHING, add_up, months_of
from kpi.selectors.freezing import Frozen
from kpi.selectors.periods import Month
from kpi.selectors.standing import Standing, standing
from kpi.selectors.targets import targets_for
from organization.models import Site

#: Months in a trend, the shown one included.
TREND = 12


@dataclass(frozen=True, slots=True)
class CountLine:
    """A count with the address of its rows."""

    measure: Measure
    value: float
    page: str
    note: str = ""

    @property
    def tone(self) -> str:
        """Colour for what went wrong, none for what is as it should be."""
        return self.measure.tone if self.value and self.measure.tone in ("warn", "danger") else ""


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """An indicator with its trend over the last months and its rows: of its parts when it is made of several kinds.

    `is_told` is false where it cannot be told of the zone that is asked for.
    """

    standing: Standing
    trend: list[float | None]
    scope: Scope
    beside: list[CountLine]
    parts: list[CountLine]
    is_told: bool = True

    @property
    def numerator_page(self) -> str:
        """Rows of the numerator of a share; "" when there is none of its own."""
        indicator = self.standing.indicator
        return _page(indicator.numerator, self.scope) if isinstance(indicator, Share) else ""

    @property
    def denominator_page(self) -> str:
        """Rows of what it rests on; "" when they are of several kinds, or not kept yet."""
        indicator = self.standing.indicator
        if not indicator.is_live:
            return ""
        if isinstance(indicator, Share):
            return _page(indicator.denominator, self.scope)
        return indicator.measures[-1].page(self.scope)


@dataclass(frozen=True, slots=True)
class Lines:
    """Indicators under one heading, the worst first; those without data last."""

    group: Group | Dimension
    lines: list[IndicatorLine]

    @property
    def label(self) -> Any:
        """The heading."""
        return self.group.label

    @property
    def known(self) -> list[IndicatorLine]:
        """Those with a value."""
        return [line for line in self.lines if line.standing.value is not None]

    @property
    def silent(self) -> list[IndicatorLine]:
        """Those without data in this month."""
        return [
            line
            for line in self.lines
            if line.is_told and line.standing.value is None and line.standing.indicator.is_live
        ]

    @property
    def apart(self) -> list[IndicatorLine]:
        """Those that are told of the whole site only."""
        return [line for line in self.lines if not line.is_told]

    @property
    def is_shown(self) -> bool:
        """Is anything told here, of the site or the zone?"""
        return len(self.apart) < len(self.lines)

    @property
    def awaited(self) -> list[IndicatorLine]:
        """Those whose records the product does not keep yet."""
        return [line for line in self.lines if isinstance(line.standing.indicator, Awaited)]


@dataclass(frozen=True, slots=True)
class GroupLines(Lines):
    """The indicators of one domain."""

    group: Group


def share_of(part: float, whole: float) -> str:
    """A share as people read it, or "" of nothing."""
    return show(part / whole, "percent") if whole else ""


def count_line(measure: Measure, counts: Counts, scope: Scope) -> CountLine:
    """A count with the address of its rows."""
    return CountLine(measure, counts.get(measure.code, 0), measure.page(scope))


def group_lines(site: Site, month: Month, total: Counts, frozen: Frozen | None = None) -> list[GroupLines]:
    """Every indicator of a month of a site, by group, as it is or as it was frozen; three queries, for the months before, those of them that are closed, and the targets.

    A closed month of the trend, and the month before, are told as they were written down.
    """
    before = [month.back(number) for number in range(1, TREND)]
    closed = {when: one.frozen for (_site, when), one in closed_figures([site.pk], before).items()}
    kept = months_of([site.pk], month.back(TREND - 1), month, windows=True)[site.pk] | {month: total}
    if frozen is None:
        targets = targets_for([site.pk], month)[site.pk]
        lines = [_line(one, site, month, kept, closed, targets[code]) for code, one in indicators().items()]
    else:
        lines = [_frozen_line(one, site, month, kept, closed, frozen) for one in indicators().values()]
    return grouped(lines)


def grouped(lines: Iterable[IndicatorLine]) -> list[GroupLines]:
    """Indicators by domain, the worst of each first."""
    ordered = sorted(lines, key=_badness)
    return [
        GroupLines(group, [line for line in ordered if line.standing.indicator.group == group])
        for group in Group
    ]


def windowed(indicator: Indicator, kept: Mapping[Month, Counts], month: Month) -> Counts:
    """The counts an indicator is reckoned from in a month: of the month, or of its window that ends with it."""
    if indicator.window == 1:
        return kept.get(month, NOTHING)
    codes = codes_of(indicator)
    months = (kept.get(one, NOTHING) for one in window_of(month, indicator.window))
    return add_up(only(codes, counts) for counts in months)


def codes_of(indicator: Indicator) -> list[str]:
    """Under which codes stands what an indicator is reckoned from, with what tells whether its data are complete."""
    gate = K45.measures if indicator.needs_stamps else ()
    return list({measure.code for measure in (*indicator.measures, *gate)})


def only(codes: Iterable[str], counts: Counts) -> Counts:
    """Those of the counts that stand under these codes."""
    return {code: counts[code] for code in codes if code in counts}


@lru_cache(maxsize=1024)
def window_of(last: Month, months: int) -> tuple[Month, ...]:
    """So many months, the last one first."""
    return tuple(last.back(number) for number in range(months))


def scope_of(indicator: Indicator, site: Site, month: Month) -> Scope:
    """The days an indicator of a month is reckoned from."""
    return Scope(site, month.back(indicator.window - 1).first, month.last)


def _line(
    indicator: Indicator,
    site: Site,
    month: Month,
    kept: Mapping[Month, Counts],
    closed: Mapping[Month, Frozen],
    target: float | None,
) -> IndicatorLine:
    counts = windowed(indicator, kept, month)
    was = closed[month.previous].standing(indicator) if month.previous in closed else None
    before = windowed(indicator, kept, month.previous)
    found = standing(indicator, counts, site, before, target=target, earlier=was)
    return _with_rows(found, site, month, kept, counts, _trend(indicator, site, month, kept, closed))


def _frozen_line(
    indicator: Indicator,
    site: Site,
    month: Month,
    kept: Mapping[Month, Counts],
    closed: Mapping[Month, Frozen],
    frozen: Frozen,
) -> IndicatorLine:
    found = frozen.standing(indicator)
    counts = frozen.window(indicator) if indicator.window > 1 else kept.get(month, NOTHING)
    trend = _trend(indicator, frozen.profile, month, kept, {**closed, month: frozen})
    return _with_rows(found, site, month, kept, counts, trend)


def _with_rows(
    found: Standing,
    site: Site,
    month: Month,
    kept: Mapping[Month, Counts],
    counts: Counts,
    trend: list[float | None],
) -> IndicatorLine:
    indicator, now = found.indicator, kept.get(month, NOTHING)
    scope = scope_of(indicator, site, month)
    return IndicatorLine(
        found,
        trend,
        scope,
        [count_line(measure, now, scope) for measure in indicator.beside],
        [count_line(measure, counts, scope) for measure in _parts(indicator)],
    )


def _trend(
    indicator: Indicator,
    site: Profile,
    month: Month,
    kept: Mapping[Month, Counts],
    closed: Mapping[Month, Frozen],
) -> list[float | None]:
    """The last months, closed ones as they were written down; a gap where nothing at all was counted."""
    months = [month.back(number) for number in range(TREND - 1, -1, -1)]

    def value(one: Month) -> float | None:
        if one in closed:
            return closed[one].standing(indicator).value
        return indicator.value(windowed(indicator, kept, one), site) if kept.get(one) else None

    return [value(one) for one in months]


def _parts(indicator: Indicator) -> Sequence[Measure]:
    is_mixed = isinstance(indicator, Share) and isinstance(indicator.denominator, Together)
    return indicator.measures if is_mixed else ()


def _badness(line: IndicatorLine) -> tuple[int, float, str]:
    order = {"danger": 0, "warn": 1, "ok": 2, "idle": 3}
    at = line.standing
    return (4 if at.value is None else order[at.tone], -at.shortfall, at.indicator.code)


def _page(measure: Measure | Together, scope: Scope) -> str:
    return "" if isinstance(measure, Together) else measure.page(scope)
