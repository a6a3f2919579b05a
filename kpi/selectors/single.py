"""One indicator of a site: where it stands, how it went, by zone, and what it rests on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kpi.indicators import DEFAULT, Counts, Goal, Measure, Scope, Share, Together
from kpi.indicators.kinds import parts_of
from kpi.selectors.closed import frozen_of
from kpi.selectors.freezing import Frozen
from kpi.selectors.lines import CountLine, count_line
from kpi.selectors.periods import Month
from kpi.selectors.questions import Question
from kpi.selectors.reckoning import Reckoning, reckon
from kpi.selectors.standing import Standing, standing
from organization.models import Zone


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A month of the trend: where it stood, and the addresses of its page and of its rows."""

    month: Month
    standing: Standing
    page: str
    rows_page: str


@dataclass(frozen=True, slots=True)
class ZoneLine:
    """A zone: where it stands, and the addresses of its page and of its rows."""

    zone: Zone
    standing: Standing
    page: str
    rows_page: str


@dataclass(frozen=True, slots=True)
class Term:
    """What a figure rests on: numerator or denominator, and the counts it is made of, each with its rows."""

    name: Any
    counts: list[CountLine]

    @property
    def total(self) -> float:
        """All of them together."""
        return sum(line.value for line in self.counts)


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything the page of an indicator shows. `excluded` is counted and left out, each for the reason its definition tells."""

    question: Question
    standing: Standing
    trend: list[MonthLine]
    zones: list[ZoneLine]
    terms: list[Term]
    excluded: list[CountLine]
    beside: list[CountLine]

    @property
    def told(self) -> list[MonthLine]:
        """The months since the first with a value, latest first."""
        first = next(
            (number for number, line in enumerate(self.trend) if line.standing.value is not None), None
        )
        return [] if first is None else self.trend[first:][::-1]

    @property
    def has_trend(self) -> bool:
        """Did any month have a value?"""
        return any(line.standing.value is not None for line in self.trend)


def answer_of(question: Question, goals: Mapping[Month, Goal]) -> Answer:
    """The answer to a question, as of now, of closed months as they were frozen; a fixed number of queries.

    `goals` are the targets of the months.
    """
    closed = _frozen(question)
    found = _with_frozen(question, reckon(question), closed.get(question.month))
    before = found.month(question, question.month.previous) if question.span is None else None
    now = _standing(question, found.now, goals.get(question.month, DEFAULT), before)
    if question.month in closed and question.zone is None:
        now = closed[question.month].standing(question.indicator)
    return Answer(
        question,
        now,
        [_month_line(question, found, month, goals, closed.get(month)) for month in question.months],
        _zones(question, found, goals),
        _terms(question, found.now),
        _lines(question, question.indicator.exclusions, found.now, question.scope),
        _lines(question, question.indicator.beside, found.now, _beside_scope(question)),
    )


def _frozen(question: Question) -> Mapping[Month, Frozen]:
    """What is frozen of the months; nothing of single days, and of one discipline or team, which nobody froze."""
    if question.span is not None or question.narrowing:
        return {}
    found = frozen_of([question.site.pk], question.months)
    return {month: frozen for (_site, month), frozen in found.items()}


def _with_frozen(question: Question, found: Reckoning, frozen: Frozen | None) -> Reckoning:
    """The counts of the month as they were frozen."""
    if frozen is None:
        return found
    days = frozen.days(question.month)
    own = frozen.window(question.indicator) if question.zone is None else {}
    zones = {zone: days.total(zone) for zone in days.zone_ids()}
    now = {**days.total(question.zone.pk if question.zone else None), **own}
    return replace(found, now=now, zones=zones if question.indicator.window == 1 else found.zones)


def _standing(question: Question, counts: Counts, goal: Goal, before: Counts | None = None) -> Standing:
    """Where it stands, without a value where the figure cannot be told of this part of the site."""
    target = goal if question.is_judged else None
    found = standing(question.indicator, counts, question.site, before, target=target)
    return found if question.has_value else replace(found, value=None, interval=None, before=None, change="")


def _month_line(
    question: Question, found: Reckoning, month: Month, goals: Mapping[Month, Goal], frozen: Frozen | None
) -> MonthLine:
    counts = found.month(question, month)
    at = _standing(replace(question, span=None), counts, goals.get(month, DEFAULT))
    if frozen is not None and question.zone is None:
        at = frozen.standing(question.indicator)
    elif not counts:  # nothing at all was counted: a gap, also where 0 would be a value
        at = replace(at, value=None, interval=None)
    scope = question.scope_of_month(month)
    return MonthLine(
        month, at, question.address(month=month, first=None, last=None), question.rows_page_of(scope)
    )


def _zones(question: Question, found: Reckoning, goals: Mapping[Month, Goal]) -> list[ZoneLine]:
    """The zones in which anything it is made of was counted; none when the question is about one already."""
    codes = {measure.code for measure in question.indicator.measures if measure.has_zones}
    seen = [zone for zone, counts in found.zones.items() if codes & counts.keys()]
    if question.zone is not None or question.narrowing:
        seen = []
    lines = []
    for zone in Zone.objects.filter(site=question.site, pk__in=seen).order_by("code"):
        here = replace(question, zone=zone)
        at = _standing(here, found.zones[zone.pk], goals.get(question.month, DEFAULT))
        lines.append(ZoneLine(zone, at, here.address(), here.rows_page))
    return lines


def _terms(question: Question, counts: Counts) -> list[Term]:
    """Numerator and denominator of a share, else what is counted."""
    one = question.indicator
    if isinstance(one, Share):
        parts: list[tuple[Any, Measure | Together]] = [
            (one.terms[0], one.numerator),
            (one.terms[1], one.denominator),
        ]
        return [Term(name, _lines(question, parts_of(part), counts, question.scope)) for name, part in parts]
    return [Term(one.terms[0], _lines(question, one.measures, counts, question.scope))] if one.is_live else []


def _lines(question: Question, measures: Iterable[Measure], counts: Counts, scope: Scope) -> list[CountLine]:
    """The counts of those measures that know what the question is narrowed to."""
    known = (one for one in measures if all(one.knows(axis) for axis, _value in question.narrowing))
    return [count_line(one, counts, scope) for one in known]


def _beside_scope(question: Question) -> Scope:
    """What stands beside is of the month alone, whatever the window."""
    return question.scope if question.span else replace(question.scope, first=question.month.first)
