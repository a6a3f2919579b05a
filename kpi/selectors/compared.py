"""A comparison of before and after as people read it: values, effect, caveats, rows, and the weeks around it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from core.charts import Chart, Series
from core.clock import local_today
from core.reports.formats import rounded
from kpi.indicators import Indicator, Scope
from kpi.models import SHORTEST, WEEK, Improvement, ImprovementLoop, Verdict
from kpi.selectors.comparing import (
    Comparison,
    Side,
    Windows,
    between,
    compare,
    kind_of,
    measurable,
    side,
)
from kpi.selectors.counting import Days, days_of
from kpi.selectors.lines import CountLine, count_line
from kpi.selectors.standing import bound_shown, shown
from kpi.units import MINUS, signed, signed_percent
from organization.models import Site, Zone


@dataclass(frozen=True, slots=True)
class SideLine:
    """One window as a row: its days, value, interval, sample, and the rows behind each measure."""

    label: Any
    side: Side
    unit: Any
    rows: list[CountLine]

    @property
    def value_shown(self) -> str:
        """The value as people read it."""
        return shown(self.side.value, self.unit)

    @property
    def interval_shown(self) -> str:
        """ "92.1% – 96.4%", or "" """
        return side_interval_shown(self.side, self.unit)


@dataclass(frozen=True, slots=True)
class Compared:
    """What the page of a measure shows of its figures. `after` is None while there is nothing to compare yet."""

    indicator: Indicator
    days: int
    before: SideLine
    after: SideLine | None
    comparison: Comparison | None
    is_frozen: bool
    ready_on: date | None
    target: float | None
    chart: Chart | None = None

    @property
    def lines(self) -> list[SideLine]:
        """Both windows, or the one there is."""
        return [self.before] if self.after is None else [self.before, self.after]

    @property
    def target_shown(self) -> str:
        """ "≥ 98%", or "" """
        if self.target is None:
            return ""
        sign = "≥" if self.indicator.direction == "up" else "≤"
        return f"{sign} {shown(self.target, self.indicator.unit)}"

    @property
    def verdict(self) -> Any:
        """The verdict in words; of one that is not frozen: as it would be today."""
        return Verdict(self.comparison.verdict).label if self.comparison else ""

    @property
    def tone(self) -> str:
        """Colour of the verdict."""
        tones = {Verdict.EFFECTIVE.value: "ok", Verdict.NOT_EFFECTIVE.value: "danger"}
        return tones.get(self.comparison.verdict, "warn") if self.comparison else "idle"

    @property
    def effect_shown(self) -> str:
        """ "+5.2 percentage points", "× 0.48", or "−4 min"; "" when it cannot be told."""
        found = self.comparison
        if found is None or found.effect is None:
            return ""
        return effect_of(self.indicator, found.effect)

    @property
    def effect_interval_shown(self) -> str:
        """Its 95 % interval, or "" """
        found = self.comparison
        if found is None or found.low is None or found.high is None:
            return ""
        return f"{effect_of(self.indicator, found.low)} – {effect_of(self.indicator, found.high)}"

    @property
    def relative_shown(self) -> str:
        """The change as a share of the value before, as R057 asks for it: "−12%"; "" from nothing."""
        found = self.comparison
        if found is None or not found.before.value or found.after.value is None:
            return ""
        return signed_percent((found.after.value - found.before.value) / found.before.value)

    @property
    def is_target_met(self) -> bool | None:
        """Does the value after meet the target? Numbers and rates depend on the length of the window: None."""
        found = self.comparison
        if found is None or self.target is None or found.after.value is None or found.kind == "rate":
            return None
        if self.indicator.direction == "up":
            return found.after.value >= self.target
        return found.after.value <= self.target

    @property
    def notes(self) -> list[Any]:
        """What a reader must know: the samples, what is compared, and that it proves no cause."""
        said: list[Any] = []
        if self.comparison is not None and self.comparison.is_tiny:
            said.append(_("Fewer than five records in a window: too few to say anything."))
        elif self.comparison is not None and self.comparison.is_small:
            said.append(_("Fewer than thirty records in a window: a small sample."))
        match kind_of(self.indicator):
            case "median":
                said.append(
                    _(
                        "Lengths of time are compared by their medians; their intervals assume no distribution."
                    )
                )
            case "rate":
                said.append(
                    _("Both windows have the same number of days; the effect is how many times as often.")
                )
            case "other":
                said.append(_("No interval of the difference can be told for this indicator."))
        if self.comparison is not None:
            said.append(_("Effective, or not, is said only when the two intervals have nothing in common."))
            said.append(
                _(
                    "Before and after is no proof of the cause: the season, the staff or other measures may have changed too."
                )
            )
        return said


def effect_of(indicator: Indicator, value: float) -> str:
    """An effect as people read it: "+5.2 percentage points", of rates "× 0.48", of lengths of time "−4 min"."""
    match kind_of(indicator):
        case "rate":
            return f"× {number_format(rounded(value, 2), 2)}"
        case "share":
            points = signed(value * 100, 1)
            return gettext("%(points)s percentage points") % {"points": points}
    sign = "+" if value > 0 else MINUS if value < 0 else "±"
    return f"{sign}{shown(abs(value), indicator.unit)}"


def side_interval_shown(one: Side, unit: Any) -> str:
    """The interval of a window as people read it: "92.1% – 96.4%", or "" without one."""
    if one.low is None or one.high is None:
        return ""
    return f"{bound_shown(one.low, unit)} – {bound_shown(one.high, unit)}"


def compared(improvement: Improvement, loop: ImprovementLoop, *, with_chart: bool = True) -> Compared | None:
    """The figures of one loop: frozen ones as they were, else as they stand now; None without an indicator that is counted.

    Before a measure begins, the last SHORTEST days stand for the window before.
    """
    indicator = measurable().get(improvement.indicator)
    if indicator is None:
        return None
    site, zone = improvement.site, improvement.zone
    yesterday = local_today(site.zone_info) - timedelta(days=1)
    begun_on = loop.begun_on or yesterday + timedelta(days=1)
    frozen = Comparison.from_json(loop.figures) if loop.figures else None
    days = frozen.days if frozen else loop.window_on(yesterday + timedelta(days=1)) or SHORTEST
    windows = Windows(begun_on, loop.done_on or begun_on, days)
    end = windows.after[1] if loop.done_on else yesterday
    known = days_of(site, windows.before[0], min(end, yesterday)) if with_chart or not frozen else None
    found = frozen
    if (
        found is None
        and known is not None
        and loop.done_on
        and windows.is_over(yesterday + timedelta(days=1))
    ):
        found = compare(indicator, site, windows, improvement.zone_id, known)
    before = found.before if found else _baseline(indicator, improvement, windows, known)
    return Compared(
        indicator,
        days,
        _line(_("Before"), before, indicator, site, zone),
        _line(_("After"), found.after, indicator, site, zone) if found else None,
        found,
        frozen is not None,
        loop.check_from if found is None else None,
        improvement.target,
        _chart(indicator, improvement, loop, known) if with_chart and known is not None else None,
    )


def _baseline(indicator: Indicator, improvement: Improvement, windows: Windows, known: Days | None) -> Side:
    first, last = windows.before
    counts = between(known or days_of(improvement.site, first, last), first, last, improvement.zone_id)
    return side(indicator, improvement.site, counts, first, last)


def _line(label: Any, one: Side, indicator: Indicator, site: Site, zone: Zone | None) -> SideLine:
    scope = Scope(site, one.first, one.last, zone)
    rows = [count_line(measure, one.counts, scope) for measure in indicator.measures]
    return SideLine(label, one, indicator.unit, rows)


def _chart(indicator: Indicator, improvement: Improvement, loop: ImprovementLoop, known: Days) -> Chart:
    """The value of every week: whole weeks before, the weeks of doing, whole weeks after."""
    begun = loop.begun_on or known.last + timedelta(days=1)
    done = loop.done_on or known.last
    spans = [
        *(("before", one) for one in _weeks(known.first, begun - timedelta(days=1))),
        *(("during", one) for one in _weeks(begun, min(done, known.last))),
        *(("after", one) for one in _weeks(done + timedelta(days=1), known.last)),
    ]
    values = [
        side(indicator, improvement.site, between(known, first, last, improvement.zone_id), first, last).value
        for _part, (first, last) in spans
    ]
    factor = {"percent": 100.0, "permille": 1000.0, "hours": 1 / 60, "days": 1 / 1440}.get(
        indicator.unit, 1.0
    )
    parts = (
        ("before", _("Before"), "idle"),
        ("during", _("While it was done"), "warn"),
        ("after", _("After"), "accent"),
    )
    series = [
        Series(
            label,
            [
                None if value is None or part != name else round(value * factor, 2)
                for (part, _span), value in zip(spans, values, strict=True)
            ],
            tone,
        )
        for name, label, tone in parts
        if any(part == name for part, _span in spans)
    ]
    target = (
        None if improvement.target is None or kind_of(indicator) == "rate" else improvement.target * factor
    )
    return Chart(
        "line",
        _("Week by week"),
        [f"{first:%m-%d}" for _part, (first, _last) in spans],
        series,
        unit=_sign(indicator.unit),
        target=target,
    )


def _weeks(first: date, last: date) -> list[tuple[date, date]]:
    """The days from first to last in weeks from the first; the last one may be shorter."""
    found = []
    while first <= last:
        end = min(first + timedelta(days=WEEK - 1), last)
        found.append((first, end))
        first = end + timedelta(days=1)
    return found


def _sign(unit: str) -> str:
    signs = {
        "percent": "%",
        "permille": "‰",
        "minutes": pgettext("length of time", "min"),
        "hours": pgettext("length of time", "h"),
        "days": pgettext("length of time", "d"),
    }
    return signs.get(unit, "")
