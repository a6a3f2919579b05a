"""Figures, counts, definitions and targets as files of a bundle."""

from collections.abc import Iterator, Sequence
from typing import Any

from kpi.indicators import (
    Counts,
    Duration,
    Indicator,
    Measure,
    Number,
    Rate,
    Share,
    Together,
    indicators,
    measures,
)
from kpi.reports.bundle.files import BundleFile
from kpi.reports.bundle.span import Span
from kpi.selectors.counting import days_of
from kpi.selectors.months import MonthView
from kpi.selectors.standing import Standing

FIGURES = (
    "code", "site", "month", "value", "numerator", "denominator", "sample", "low", "high", "target", "unit", "tone",
    "before", "change", "mean", "median", "p90", "longest", "window_months",
)  # fmt: skip
DEFINITIONS = (
    "code", "is_indicator", "kind", "name", "definition", "group", "dimension", "is_statutory", "is_live", "unit", "direction", "numerator", "denominator",
    "judged", "window_months", "is_census", "basis", "cadence", "caveat",
)  # fmt: skip


def files(span: Span, view: MonthView) -> Iterator[BundleFile]:
    """The four files that hold no records."""
    yield BundleFile("figures.csv", FIGURES, lambda: _figures(view))
    yield BundleFile("counts.csv", ("day", "zone", "measure", "number"), lambda: _counts(span, view))
    yield BundleFile("definitions.csv", DEFINITIONS, _definitions)
    yield BundleFile(
        "targets.csv", ("code", "target", "default", "unit", "direction", "basis"), lambda: _targets(view)
    )


def figure(one: Standing, view: MonthView) -> tuple[Any, ...]:
    """A line of figures.csv. Shares are fractions, lengths of time minutes; nothing is rounded."""
    indicator, interval, lengths = one.indicator, one.interval, one.lengths
    numerator, denominator = parts(one, view)
    return (
        indicator.code,
        view.site.code,
        str(view.month),
        one.value,
        numerator,
        denominator,
        _whole(one.sample),
        interval.low if interval else None,
        interval.high if interval else None,
        one.target,
        indicator.unit,
        one.tone,
        one.before,
        one.change,
        lengths.mean if lengths else None,
        lengths.median if lengths else None,
        lengths.p90 if lengths else None,
        lengths.longest if lengths else None,
        indicator.window,
    )


def parts(one: Standing, view: MonthView) -> tuple[float | int | None, float | int | None]:
    """What a figure is divided of: of a share its two counts, of a rate the number and those it is by."""
    match one.indicator:
        case Share():
            return _whole(one.numerator), _whole(one.denominator)
        case Rate() as rate:
            return _whole(one.sample), rate.exposure(view.site)
        case Number():
            return _whole(one.sample), None
    return None, None


def _whole(number: float) -> float | int:
    return int(number) if float(number).is_integer() else number


def _figures(view: MonthView) -> Iterator[tuple[Any, ...]]:
    lines = sorted(view.indicators, key=lambda line: line.standing.indicator.code)
    return (figure(line.standing, view) for line in lines)


def _counts(span: Span, view: MonthView) -> Iterator[tuple[Any, ...]]:
    """Each day and zone of the month, an empty zone being the whole site; before it whole days of what windows need."""
    long = {part.code for one in indicators().values() if one.window > 1 for part in one.measures}
    most = max((one.window for one in indicators().values()), default=1)
    before = (
        days_of(view.site, view.month.back(most - 1).first, view.month.previous.last) if most > 1 else None
    )
    for day, zones in sorted(before.by_day.items()) if before else ():
        whole = zones.get(None, {})
        yield from _of(
            day, "", {code: number for code, number in whole.items() if code.split("@")[0] in long}
        )
    for day, zones in sorted(view.days.by_day.items()):
        for zone_id, counts in sorted(zones.items(), key=lambda pair: span.zone(pair[0])):
            yield from _of(day, span.zone(zone_id), counts)


def _of(day: Any, zone: str, counts: Counts) -> Iterator[tuple[Any, ...]]:
    for code, number in sorted(counts.items()):
        if number:
            yield day, zone, code, _whole(number)


def _definitions() -> Iterator[tuple[Any, ...]]:
    for one in indicators().values():
        above, below = _parts(one)
        yield (
            one.code, True, type(one).__name__.lower(), one.name, one.definition, one.group.value,
            one.dimension.value, one.is_statutory, one.is_live, one.unit,
            one.direction, above, below, one.judged if isinstance(one, Duration) else "", one.window, one.census,
            one.basis, one.cadence, one.caveat,
        )  # fmt: skip
    for measure in measures().values():
        yield (measure.code, False, "measure", measure.name, measure.definition, *[None] * 14)


def _parts(one: Indicator) -> tuple[Sequence[str], Sequence[str]]:
    if isinstance(one, Share):
        return _codes(one.numerator), _codes(one.denominator)
    return [measure.code for measure in one.measures], []


def _codes(measure: Measure | Together) -> list[str]:
    return [part.code for part in (measure.parts if isinstance(measure, Together) else (measure,))]


def _targets(view: MonthView) -> Iterator[tuple[Any, ...]]:
    declared = indicators()
    for line in sorted(view.indicators, key=lambda line: line.standing.indicator.code):
        one = declared[line.standing.indicator.code]
        yield one.code, line.standing.target, one.target, one.unit, one.direction, one.basis
