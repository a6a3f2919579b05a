"""Which limit applies to a case: the most particular line, and of its line the site's, the company's or the shipped."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from core.recurrence import Calendar
from core.translated import TranslatedText
from incidents.models import Aspect, Case, CaseKind, Level, LimitCalendar, LimitRule, StatutoryGrade, Trait
from incidents.selectors.shipped import Line, shipped_limits
from organization.site_calendars import calendar_of

SHIPPED, COMPANY, SITE = "shipped", "company", "site"


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit with where it comes from: `source` is shipped, company or site, `rule_id` the row (None: shipped)."""

    line: Line
    minutes: int
    warn_minutes: int
    calendar: str
    basis: TranslatedText | str
    source: str
    rule_id: int | None = None


class LimitBook:
    """All limits that hold at a site, from one query; without a site those of the whole company."""

    def __init__(self, company_id: int, site_id: int | None) -> None:
        rules = LimitRule.objects.filter(company_id=company_id)
        rules = rules.filter(Q(site=None) | Q(site_id=site_id)) if site_id else rules.filter(site=None)
        by_line = {limit.line: limit for limit in _shipped()}
        for rule in sorted(rules, key=lambda rule: rule.site_id is not None):
            by_line[line_of(rule)] = _of_rule(rule)
        self.limits = tuple(by_line.values())

    def find(
        self, aspect: str, *, kind: str, category: str = "", traits: Iterable[str] = (), priority: str = ""
    ) -> Limit | None:
        """The limit of an aspect, or None. `traits` are ordered: an earlier one counts before a later one."""
        ordered = [*traits]
        best: tuple[Any, Limit] | None = None
        for limit in self.limits:
            line = limit.line
            if line.aspect != aspect or (line.trait and line.trait not in ordered):
                continue
            if any(
                said and said != real
                for said, real in ((line.kind, kind), (line.category, category), (line.priority, priority))
            ):
                continue
            early = -ordered.index(line.trait) if line.trait else -len(ordered)
            rank = (line.particularity[0], early, *line.particularity[1:])
            if best is None or rank > best[0]:
                best = rank, limit
        return best[1] if best else None


def line_of(rule: LimitRule) -> Line:
    """The line a rule replaces."""
    return Line(rule.aspect, rule.kind, rule.category, rule.trait, rule.priority)


def _shipped() -> Iterable[Limit]:
    return (
        Limit(row.line, row.minutes, row.warn_minutes, row.calendar, row.basis, SHIPPED)
        for row in shipped_limits()
    )


def _of_rule(rule: LimitRule) -> Limit:
    source = SITE if rule.site_id is not None else COMPANY
    return Limit(line_of(rule), rule.minutes, rule.warn_minutes, rule.calendar, rule.basis, source, rule.pk)


def traits_of(kind: str, facts: Mapping[str, Any]) -> list[str]:
    """What sets a case apart beside its category, the strongest first; `facts` are the fields of its kind."""
    if kind == CaseKind.HAZARD:
        found = [facts.get("deadline"), facts.get("grade")]
        return [trait for trait in found if trait in Trait.values]
    if kind == CaseKind.SERVICE_REQUEST and facts.get("is_repair"):
        return [Trait.REPAIR]
    return []


def level_trait(level: int | None) -> str:
    """The trait of an incident's level, the mildest while nobody has said one."""
    return f"level{level or Level.GENERAL}"


def report_limits(book: LimitBook, *, level: int | None, grade: str) -> tuple[Limit | None, Limit | None]:
    """Within what an incident is reported upward: by the house's rule for its level, and by law (None: not)."""
    house = book.find(Aspect.REPORT_UP, kind=CaseKind.INCIDENT, traits=[level_trait(level)])
    if grade == StatutoryGrade.NONE:
        return house, None
    return house, book.find(Aspect.REPORT_UP, kind=CaseKind.INCIDENT, traits=[Trait.STATUTORY])


def limit_calendar(case: Case, calendar: str) -> Calendar | None:
    """The calendar a limit of this case runs by; None: day and night."""
    return calendar_of(case.site) if calendar == LimitCalendar.BUSINESS else None
