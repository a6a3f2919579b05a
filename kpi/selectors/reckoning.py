"""The counts a question is answered from: kept ones where they tell it, else counts over the records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpi.indicators import Counts, Measure, Scope
from kpi.selectors.counting import NOTHING, add_up, days_of, months_of, zones_of
from kpi.selectors.lines import windowed
from kpi.selectors.narrowed import narrowed_months
from kpi.selectors.periods import Month
from kpi.selectors.questions import Question


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The counts of what is asked for, of the months of the trend (with what windows need before), and by zone."""

    now: Counts
    months: Mapping[Month, Counts]
    zones: Mapping[int, Counts]

    def month(self, question: Question, month: Month) -> Counts:
        """The counts a month's figure is reckoned from; nothing where nothing at all was counted."""
        return windowed(question.indicator, self.months, month) if self.months.get(month) else NOTHING


def reckon(question: Question) -> Reckoning:
    """The counts as of now; a fixed number of queries, whatever was counted."""
    return _over_records(question) if question.narrowing else _from_kept(question)


def _from_kept(question: Question) -> Reckoning:
    """Days asked for are exact to the instant, the months before them at most a minute behind."""
    site, zone_id = question.site, question.zone.pk if question.zone else None
    asked = question.span or question.month
    days = days_of(site, asked.first, asked.last)
    kept = months_of([site.pk], question.months[0], question.month, windows=True, zone_id=zone_id)[site.pk]
    zones = {zone: days.total(zone) for zone in days.zone_ids()}
    if question.span is not None:
        return Reckoning(days.total(zone_id), kept, zones)
    months = kept | {question.month: days.total(zone_id)}
    if question.indicator.window > 1:
        codes = [measure.code for measure in question.indicator.measures]
        before = zones_of(site.pk, question.scope.first, question.month.previous.last, codes)
        zones = {
            zone: add_up([before.get(zone, NOTHING), zones.get(zone, NOTHING)]) for zone in {*before, *zones}
        }
    return Reckoning(_of_month(question, months), months, zones)


def _over_records(question: Question) -> Reckoning:
    """Nothing at all when a measure of the indicator does not know what is narrowed to."""
    if question.ignorant:
        return Reckoning(NOTHING, {}, {})
    told = told_apart(question)
    scope = question.scope_of_month(question.months[0])
    whole = Scope(scope.site, scope.first, question.month.last, scope.zone, scope.narrowing)
    months = narrowed_months(told, whole)
    if question.span is None:
        return Reckoning(_of_month(question, months), months, {})
    return Reckoning({one.code: one.recount(question.scope) for one in told}, months, {})


def told_apart(question: Question) -> Sequence[Measure]:
    """The measures of the indicator, beside it and left out of it, that know what is narrowed to."""
    one = question.indicator
    every = {measure.code: measure for measure in (*one.measures, *one.beside, *one.exclusions)}
    return [one for one in every.values() if all(one.knows(axis) for axis, _value in question.narrowing)]


def _of_month(question: Question, months: Mapping[Month, Counts]) -> Counts:
    """Over its window what the indicator is made of, of the month alone what stands beside it."""
    own = windowed(question.indicator, months, question.month)
    return {**months.get(question.month, NOTHING), **own}
