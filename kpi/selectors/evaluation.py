"""The handbook's table of evaluation, filled from the records: indicator, target, actual value, measure (R012); and the
three inputs of an evaluation of efficiency side by side (R058)."""

from dataclasses import dataclass, field, replace
from typing import Any

from core.intervals import Interval
from kpi.indicators import Awaited, Composite, Indicator, Number, Rate, Scope, indicators
from kpi.models import Improvement
from kpi.selectors.closed_figures import ClosedFigures, closed_figures
from kpi.selectors.comparing import between
from kpi.selectors.counting import Days, days_of
from kpi.selectors.freezing import Frozen
from kpi.selectors.improvements import open_by_indicator
from kpi.selectors.lines import CountLine, count_line
from kpi.selectors.periods import Month
from kpi.selectors.standing import Standing, standing
from kpi.selectors.targets import targets_for
from kpi.selectors.zone_lines import is_told
from organization.models import Site, Zone

#: The three the handbook names come first: response in 30 minutes, satisfaction with the security staff, rate of incidents.
HANDBOOK = ("K01R", "K40", "K21")
#: How many months may be evaluated at once.
SPANS = (1, 3, 6, 12)


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator of a period of a site, and the open measures about it."""

    standing: Standing
    measures: list[Improvement]
    rows: list[CountLine]
    is_by_month: bool

    @property
    def indicator(self) -> Indicator:
        """The indicator."""
        return self.standing.indicator

    @property
    def is_off(self) -> bool:
        """Does it miss its target?"""
        return self.standing.tone == "danger"

    @property
    def lacks_a_measure(self) -> bool:
        """Off its target, and nobody does anything about it."""
        return self.is_off and not self.measures


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The table of a site, or of one zone of it, from `first` to `last` month; `apart` is told of the whole site only."""

    site: Site
    first: Month
    last: Month
    lines: list[Line]
    silent: list[Standing]
    closed: list[ClosedFigures] = field(default_factory=list)
    zone: Zone | None = None
    apart: list[Indicator] = field(default_factory=list)

    @property
    def off(self) -> list[Line]:
        """What misses its target."""
        return [line for line in self.lines if line.is_off]

    @property
    def lacking(self) -> list[Line]:
        """What misses its target without a measure."""
        return [line for line in self.lines if line.lacks_a_measure]

    @property
    def met_count(self) -> int:
        """How many meet it."""
        return sum(line.standing.tone in ("ok", "warn") for line in self.lines)


def evaluate(site: Site, last: Month, months: int = 1, zone: Zone | None = None) -> Evaluation:
    """The table over `months` months that end with `last`, against the targets of `last`; a fixed number of queries.

    Of a zone: its counts, and the measures at work on it or on the whole site. What was written down of a zone are its
    counts of days, so its figures are reckoned from these, against the targets written down with them.

    Closed months are told as they were written down: a single one by its figures, of several the counts of their days. Numbers and rates are told by the month, so that they can be held against a target for a month.
    """
    first = last.back(months - 1)
    counted_here = [one for one in indicators().values() if not isinstance(one, Composite)]
    known = [one for one in counted_here if zone is None or is_told(one)]
    earliest = min(last.back(max(one.window for one in known) - 1), first)
    days = days_of(site, earliest.first, last.last)
    at_work, targets = open_by_indicator(site, zone), targets_for([site.pk], last)[site.pk]
    period = [last.back(number) for number in range(months - 1, -1, -1)]
    closings = closed_figures([site.pk], period)
    closed = [closings[site.pk, month] for month in period if (site.pk, month) in closings]
    frozen = closed[0].frozen if months == 1 and closed else None
    if frozen is not None and zone is not None:
        targets = {code: frozen.targets.get(code) for code in targets}
    for one in closed:
        days = days.with_days_of(one.month, one.frozen.days(one.month))
    found = []
    for indicator in sorted(known, key=_place):
        line = _line(
            indicator,
            Scope(site, first.first, last.last, zone),
            days,
            at_work.get(indicator.code, []),
            targets[indicator.code],
        )
        found.append(line if frozen is None or zone is not None else _as_frozen(line, frozen))
    counted = [line for line in found if line.standing.value is not None]
    silent = [line.standing for line in found if line.standing.value is None]
    apart = [one for one in counted_here if one not in known]
    return Evaluation(site, first, last, counted, silent, closed, zone, apart)


def _as_frozen(line: Line, frozen: Frozen) -> Line:
    """The line of a closed month: its figure and the counts it was reckoned from as they were written down."""
    indicator, rows = line.indicator, line.rows
    if indicator.window > 1:
        counts = frozen.window(indicator)
        rows = [replace(row, value=counts.get(row.measure.code, 0)) for row in rows]
    return replace(line, standing=frozen.standing(indicator), rows=rows)


def _place(indicator: Indicator) -> tuple[int, str]:
    code = indicator.code
    return (HANDBOOK.index(code) if code in HANDBOOK else len(HANDBOOK), code)


def _line(
    indicator: Indicator, period: Scope, days: Days, measures: list[Improvement], target: float | None
) -> Line:
    first, last = Month.of(period.first), Month.of(period.last)
    begin = min(first, last.back(indicator.window - 1))
    counts = between(days, begin.first, last.last, period.zone.pk if period.zone else None)
    at = standing(indicator, counts, period.site, target=target)
    months = len_of(first, last)
    is_by_month = indicator.window == 1 and months > 1 and isinstance(indicator, (Number, Rate))
    if is_by_month:
        at = replace(at, value=_share(at.value, months), interval=_narrow(at.interval, months))
    scope = replace(period, first=begin.first)
    rows = (
        []
        if isinstance(indicator, Awaited)
        else [count_line(measure, counts, scope) for measure in indicator.measures]
    )
    return Line(at, measures, rows, is_by_month)


def len_of(first: Month, last: Month) -> int:
    """How many months from first to last, both included."""
    return (last.first.year - first.first.year) * 12 + last.first.month - first.first.month + 1


def _share(value: float | None, months: int) -> float | None:
    return None if value is None else value / months


def _narrow(interval: Interval | None, months: int) -> Interval | None:
    return None if interval is None else Interval(interval.low / months, interval.high / months)


#: What each of the three inputs of R058 is told by, as far as it is counted.
INPUTS: dict[str, tuple[str, ...]] = {
    "patrols": ("K09", "K10"),
    "survey": ("K38", "K39", "K40", "K41", "K42"),
    "work": ("K37", "K02", "K04", "K47", "K50"),
}


@dataclass(frozen=True, slots=True)
class Efficiency:
    """Patrol records, survey and work log of a month, side by side."""

    patrols: list[Line]
    survey: list[Line]
    work: list[Line]

    @property
    def has_survey(self) -> bool:
        """Was a survey closed in the period?"""
        return any(line.standing.value is not None for line in self.survey)


def efficiency_of(evaluation: Evaluation) -> Efficiency:
    """The three inputs out of an evaluation; what has no data is said to have none."""
    known = {line.indicator.code: line for line in evaluation.lines}
    known |= {at.indicator.code: Line(at, [], [], False) for at in evaluation.silent}
    parts: dict[str, Any] = {
        name: [known[code] for code in codes if code in known] for name, codes in INPUTS.items()
    }
    return Efficiency(**parts)
