"""Which approval rules apply to a case's step (R054). Asked by the engine, so that page, API and phone agree."""

from typing import Any

from django.db.models import Q

from incidents.models import ApprovalRule, Case, Priority
from incidents.workflows import Step
from organization.access import FIELD, SITE_LEADERS, grants_of

#: Who takes a step that needs no superior: whoever works at the site on such matters.
WORKERS = FIELD | SITE_LEADERS
_GRAVITY = list(Priority.values)


def rules_of(case: Case) -> list[ApprovalRule]:
    """The active rules for the case's kind at its site; read once for each case object."""
    known: list[ApprovalRule] | None = getattr(case, "_approval_rules", None)
    if known is None:
        rows = ApprovalRule.objects.filter(company_id=case.company_id, kind=case.kind, is_active=True)
        known = list(rows.filter(Q(site=None) | Q(site_id=case.site_id)))
        case._approval_rules = known  # type: ignore[attr-defined]  # kept for this object only
    return known


def superior_waived(case: Case, step: Step) -> ApprovalRule | None:
    """The rule by which the step needs no superior."""
    return next((rule for rule in rules_of(case) if rule.waives_superior and applies(rule, case, step)), None)


def second_person_waived(case: Case, step: Step) -> ApprovalRule | None:
    """The rule by which whoever did it may confirm it."""
    return next(
        (rule for rule in rules_of(case) if rule.waives_second_person and applies(rule, case, step)), None
    )


def applies(rule: ApprovalRule, case: Case, step: Step) -> bool:
    """Is it this step of a case as routine as the rule wants it?"""
    return (
        rule.step == step.code
        and _GRAVITY.index(case.priority) >= _GRAVITY.index(rule.gravest)
        and rule.category in ("", case.category)
        and (not rule.severity or case.violation.severity == rule.severity)
    )


def works_there(user: Any, case: Case) -> bool:
    """Does the person work at the case's site?"""
    return grants_of(user).has(WORKERS, site=case.site)
