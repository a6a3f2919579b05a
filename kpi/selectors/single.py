"""One indicator of a site: where it stands, how it went, by zone, and what it rests on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kpi.indicators import DEFAULT, Counts, Goal, Measure, Scope, Share, Together
from kpi.indicators.kinds import parts_of
from kpi.selectors.closed_figures import ClosedFigures, closed_figures
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
    closed: ClosedFigures | None = None


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
    closed: Mapping[Month, ClosedFigures] = field(default_factory=dict)

    @property
    def closing(self) -> ClosedFigures | None:
        """The closed month, when the figure is that of one, as it was written down."""
        return None if self.question.span is not None else self.closed.get(self.question.month)

    @property
    def is_over_records(self) -> bool:
        """Is it counted over the records as they are now, whatever month is closed? Nobody froze single days, one team, or windows of a zone."""
        asked = self.question
        is_window_of_zone = asked.zone is not None and asked.indicator.window > 1
        return asked.span is not None or bool(asked.narrowing) or is_window_of_zone

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
    closings = _closed(question)
    closed = {month: one.frozen for month, one in closings.items()}
    frozen = closed.get(question.month) if question.span is None else None
    found = _with_frozen(question, reckon(question), frozen)
    if frozen is not None and question.zone is None:
        now = frozen.standing(question.indicator)
    else:
        now = _now(question, found, goals, closed.get(question.month.previous))
    return Answer(
        question,
        now,
        [_month_line(question, found, month, goals, closings.get(month)) for month in question.months],
        _zones(question, found, goals),
        _terms(question, found.now),
        _lines(question, question.indicator.exclusions, found.now, question.scope),
        _lines(question, question.indicator.beside, found.now, _beside_scope(question)),
        closings,
    )


def _closed(question: Question) -> Mapping[Month, ClosedFigures]:
    """The closed months of the trend; none of one discipline or team, or of a zone over several months, which nobody froze."""
    if question.narrowing or (question.zone is not None and question.indicator.window > 1):
        return {}
    found = closed_figures([question.site.pk], [*question.months, question.month.previous])
    return {month: closed for (_site, month), closed in found.items()}


def _now(question: Question, found: Reckoning, goals: Mapping[Month, Goal], was: Frozen | None) -> Standing:
    """Where it stands, against the month before unless days were chosen; `was`: what was written down of that month."""
    goal = goals.get(question.month, DEFAULT)
    if question.span is not None:
        return _standing(question, found.now, goal)
    before = _counts(question, found, question.month.previous, was)
    earlier = None if was is None or question.zone is not None else was.standing(question.indicator)
    return _standing(question, found.now, goal, before, earlier)


def _counts(question: Question, found: Reckoning, month: Month, frozen: Frozen | None) -> Counts:
    """The counts a month's figure is reckoned from; of a zone of a closed month those written down."""
    if frozen is not None and question.zone is not None:
        return frozen.days(month).total(question.zone.pk)
    return found.month(question, month)


def _with_frozen(question: Question, found: Reckoning, frozen: Frozen | None) -> Reckoning:
    """The counts of the month as they were frozen."""
    if frozen is None:
        return found
    days = frozen.days(question.month)
    own = frozen.window(question.indicator) if question.zone is None else {}
    zones = {zone: days.total(zone) for zone in days.zone_ids()}
    now = {**days.total(question.zone.pk if question.zone else None), **own}
    return replace(found, now=now, zones=zones if question.indicator.window == 1 else found.zones)


def _standing(
    question: Question,
    counts: Counts,
    goal: Goal,
    before: Counts | None = None,
    earlier: Standing | None = None,
) -> Standing:
    """Where it stands, without a value where the figure cannot be told of this part of the site."""
    target = goal if question.is_judged else None
    found = standing(question.indicator, counts, question.site, before, target=target, earlier=earlier)
    return found if question.has_value else replace(found, value=None, interval=None, before=None, change="")


def _month_line(
    question: Question,
    found: Reckoning,
    month: Month,
    goals: Mapping[Month, Goal],
    closed: ClosedFigures | None,
) -> MonthLine:
    frozen = None if closed is None else closed.frozen
    counts = _counts(question, found, month, frozen)
    at = _standing(replace(question, span=None), counts, goals.get(month, DEFAULT))
    if frozen is not None and question.zone is None:
        at = frozen.standing(question.indicator)
    elif not counts:  # nothing at all was counted: a gap, also where 0 would be a value
        at = replace(at, value=None, interval=None)
    scope = question.scope_of_month(month)
    return MonthLine(
        month, at, question.address(month=month, first=None, last=None), question.rows_page_of(scope), closed
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
