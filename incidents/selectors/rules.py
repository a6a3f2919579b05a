"""The rules of the clocks as their page lists them."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.translation import gettext as _

from incidents.categories import category_label
from incidents.models import (
    Aspect,
    CaseKind,
    ElasticRule,
    EscalationPolicy,
    LimitCalendar,
    Priority,
    Trait,
)
from incidents.selectors.clocks import basis_text
from incidents.selectors.limits import SHIPPED, Limit, LimitBook
from incidents.selectors.plans import roles_named
from incidents.selectors.shipped import shipped_policies
from organization.models import Person, Role, Site

_SOURCE_TONES = {SHIPPED: "idle", "company": "info", "site": "ok"}


@dataclass(frozen=True, slots=True)
class LimitLine:
    """One limit as a row: for what, how long, from where; `rule_id` when somebody set it."""

    applies: str
    span: timedelta
    warn: timedelta | None
    in_business_hours: bool
    basis: str
    source: str
    tone: str
    rule_id: int | None
    query: str


@dataclass(frozen=True, slots=True)
class Group:
    """The limits of one aspect."""

    label: Any
    lines: list[LimitLine]


def limit_groups(person: Person, site: Site | None) -> list[Group]:
    """Every limit that holds at a site, or in the company when none is given, by aspect."""
    book = LimitBook(site.company_id if site else person.company_id or 0, site.pk if site else None)
    order = {aspect: n for n, aspect in enumerate(Aspect.values)}
    kinds = {kind: n for n, kind in enumerate(("", *CaseKind.values))}
    rows = sorted(
        book.limits,
        key=lambda limit: (
            order[limit.line.aspect],
            kinds.get(limit.line.kind, 9),
            limit.line.category,
            limit.minutes,
        ),
    )
    return [
        Group(Aspect(aspect).label, [_line(limit) for limit in limits])
        for aspect, limits in groupby(rows, key=lambda limit: limit.line.aspect)
    ]


def _line(limit: Limit) -> LimitLine:
    line = limit.line
    parts = [
        str(CaseKind(line.kind).label) if line.kind else _("Every kind"),
        str(category_label(line.kind or CaseKind.INCIDENT, line.category)) if line.category else "",
        str(Trait(line.trait).label) if line.trait else "",
        str(Priority(line.priority).label) if line.priority else "",
    ]
    names = {"shipped": _("shipped"), "company": _("company"), "site": _("site")}
    query = {name: getattr(line, name) for name in type(line).__dataclass_fields__ if getattr(line, name)}
    return LimitLine(
        applies=" · ".join(filter(None, parts)),
        span=timedelta(minutes=limit.minutes),
        warn=timedelta(minutes=limit.warn_minutes) if limit.warn_minutes else None,
        in_business_hours=limit.calendar == LimitCalendar.BUSINESS,
        basis=basis_text(limit.basis),
        source=names[limit.source],
        tone=_SOURCE_TONES[limit.source],
        rule_id=limit.rule_id,
        query=urlencode(query | {"minutes": limit.minutes, "warn": limit.warn_minutes}),
    )


def elastic_lines(person: Person, site: Site | None) -> list[ElasticRule]:
    """The elastic rules that may apply there."""
    return list(_held(ElasticRule, person, site))


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """An escalation policy in words; `policy_id` is None for a shipped one."""

    name: str
    applies: str
    steps: list[tuple[timedelta, str]]
    repeat: int
    repeat_after: timedelta
    policy_id: int | None = None
    scope: str = ""


def policy_lines(person: Person, site: Site | None) -> list[PolicyLine]:
    """Own policies first, then the shipped ones behind them."""
    labels: dict[str, Any] = dict(Role.choices)
    own = _held(EscalationPolicy, person, site).prefetch_related("steps__people")
    lines = [_of_policy(policy, labels) for policy in own]
    for policy in shipped_policies():
        steps = [
            (timedelta(minutes=step.delay_minutes), roles_named(step.roles, labels)) for step in policy.steps
        ]
        applies = ", ".join(str(Priority(one).label) for one in policy.priorities)
        lines.append(
            PolicyLine(
                str(policy.name), applies, steps, policy.repeat, timedelta(minutes=policy.repeat_after)
            )
        )
    return lines


def _of_policy(policy: EscalationPolicy, labels: dict[str, Any]) -> PolicyLine:
    parts = [str(CaseKind(kind).label) for kind in policy.kinds]
    parts += [str(Priority(priority).label) for priority in policy.priorities]
    if policy.minimum_level:
        parts.append(str(policy.get_minimum_level_display()))
    steps = []
    for step in sorted(policy.steps.all(), key=lambda step: step.position):
        people = [person.name for person in step.people.all()]
        told = ", ".join(filter(None, (roles_named(step.roles, labels), *people)))
        steps.append((timedelta(minutes=step.delay_minutes), told))
    return PolicyLine(
        policy.name,
        ", ".join(parts) or _("Every case"),
        steps,
        policy.repeat,
        timedelta(minutes=policy.repeat_after),
        policy.pk,
        policy.site.name if policy.site is not None else _("Every site of the company"),
    )


def _held(model: Any, person: Person, site: Site | None) -> Any:
    rows = model.objects.visible_to(person).select_related("site")
    return rows.filter(Q(site=None) | Q(site=site), company=site.company_id) if site is not None else rows
