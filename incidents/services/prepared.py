"""Templates of frequent cases and rules of simplified approval: the shipped ones, and writing one's own."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.policies import require
from incidents.categories import fits
from incidents.models import ApprovalRule, CaseTemplate
from incidents.workflows import workflow_of
from organization.models import Company, Person

FOLDER = Path(__file__).resolve().parent.parent / "defaults"


@cache
def shipped(name: str) -> tuple[dict[str, Any], ...]:
    """The rows of defaults/<name>.yaml."""
    return tuple(yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")))


@transaction.atomic
def install_templates(company: Company) -> list[CaseTemplate]:
    """Give `company` the shipped templates it lacks. What it has, edited or not, stays. Checks no policy."""
    Company.objects.select_for_update().get(pk=company.pk)
    known = set(CaseTemplate.objects.filter(company=company).values_list("code", flat=True))
    return [
        CaseTemplate.objects.create(company=company, position=10 * number, **row)
        for number, row in enumerate(shipped("templates"), start=1)
        if row["code"] not in known
    ]


@transaction.atomic
def install_rules(company: Company) -> list[ApprovalRule]:
    """Give `company` the shipped approval rules it lacks. What it has stays. Checks no policy."""
    Company.objects.select_for_update().get(pk=company.pk)
    known = set(ApprovalRule.objects.filter(company=company).values_list("code", flat=True))
    return [
        ApprovalRule.objects.create(company=company, **row)
        for row in shipped("approvals")
        if row["code"] not in known
    ]


@transaction.atomic
def save_template(*, user: Person, template: CaseTemplate) -> CaseTemplate:
    """Write a template, new or changed. Raises PermissionDenied, ValidationError."""
    _require(user, template)
    if template.category and not fits(template.kind, template.category, template.subcategory):
        raise ValidationError({"category": _("This does not fit the kind.")})
    template.save()
    return template


@transaction.atomic
def save_rule(*, user: Person, rule: ApprovalRule) -> ApprovalRule:
    """Write an approval rule, new or changed. Raises PermissionDenied, ValidationError."""
    _require(user, rule)
    try:
        workflow_of(rule.kind).step(rule.step)
    except LookupError:
        raise ValidationError({"step": _("This kind of case has no such step.")}) from None
    if not rule.waives_superior and not rule.waives_second_person:
        raise ValidationError({"waives_superior": _("Say what is not needed.")})
    if rule.severity and rule.kind != "violation":
        raise ValidationError({"severity": _("Only violations have a severity.")})
    if rule.category and not fits(rule.kind, rule.category, ""):
        raise ValidationError({"category": _("This does not fit the kind.")})
    rule.save()
    return rule


def _require(user: Person, row: CaseTemplate | ApprovalRule) -> None:
    """A row is written where it stands and where it is going to stand."""
    if row.site is not None and row.site.company_id != row.company_id:
        raise ValidationError({"site": _("This belongs to another company.")})
    if row.pk is not None:
        require(user, "change", type(row)._default_manager.select_related("site").get(pk=row.pk))
    require(user, "add", type(row), parent=row.site or row.company)
