"""What people set about the clocks: limits, elastic rules, escalation policies, and storms they declare."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import live
from core.clock import now
from core.policies import get_visible_or_404, require
from incidents.models import (
    CaseKind,
    Condition,
    ElasticRule,
    EscalationPolicy,
    EscalationStep,
    LimitRule,
    Priority,
    SiteCondition,
    Trait,
)
from organization.models import Company, Person, Role, Site

_TRAITS_OF: dict[str, tuple[Trait, ...]] = {
    CaseKind.HAZARD: (Trait.SHIFT, Trait.DAY, Trait.WEEK, Trait.MONTH, Trait.GENERAL, Trait.MAJOR),
    CaseKind.SERVICE_REQUEST: (Trait.REPAIR,),
    CaseKind.INCIDENT: (Trait.LEVEL_1, Trait.LEVEL_2, Trait.LEVEL_3, Trait.LEVEL_4, Trait.STATUTORY),
}


@dataclass(frozen=True, slots=True)
class StepGiven:
    """A step of a policy as it was typed."""

    delay_minutes: int
    roles: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()


@transaction.atomic
def save_limit(
    *,
    user: Person,
    company: Company,
    site: Site | None,
    values: Mapping[str, Any],
    rule_id: int | None = None,
) -> LimitRule:
    """Set a limit for a site, or for every site of the company when `site` is None.

    Cases that are open keep theirs. Raises Http404, PermissionDenied, ValidationError.
    """
    rule = _own(user, LimitRule, rule_id) or LimitRule(company=company, site=site)
    require(user, "change", rule)
    for name, value in values.items():
        setattr(rule, name, value)
    if rule.trait and rule.trait not in _TRAITS_OF.get(rule.kind, ()):
        raise ValidationError({"trait": _("This does not fit the kind.")})
    rule.full_clean()
    rule.save()
    return rule


@transaction.atomic
def save_elastic(
    *,
    user: Person,
    company: Company,
    site: Site | None,
    values: Mapping[str, Any],
    rule_id: int | None = None,
) -> ElasticRule:
    """Set when limits are longer. Raises Http404, PermissionDenied, ValidationError."""
    rule = _own(user, ElasticRule, rule_id) or ElasticRule(company=company, site=site)
    require(user, "change", rule)
    for name, value in values.items():
        setattr(rule, name, value)
    _known(rule.priorities, Priority.values, "priorities")
    if rule.factor == 1 and rule.extra_minutes == 0:
        raise ValidationError({"factor": _("Give a factor above 1 or minutes more.")})
    rule.full_clean()
    rule.save()
    return rule


@transaction.atomic
def save_policy(
    *,
    user: Person,
    company: Company,
    site: Site | None,
    values: Mapping[str, Any],
    steps: Sequence[StepGiven],
    policy_id: int | None = None,
) -> EscalationPolicy:
    """Set who is called, with all its steps. Raises Http404, PermissionDenied, ValidationError."""
    policy = _own(user, EscalationPolicy, policy_id) or EscalationPolicy(company=company, site=site)
    require(user, "change", policy)
    for name, value in values.items():
        setattr(policy, name, value)
    _known(policy.kinds, CaseKind.values, "kinds")
    _known(policy.priorities, Priority.values, "priorities")
    if not steps:
        raise ValidationError(_("A policy needs at least one step."))
    for step in steps:
        if not step.roles and not step.people:
            raise ValidationError(_("Every step names a role or a person."))
        if any(person.company_id != policy.company_id for person in step.people):
            raise ValidationError(_("This person belongs to another company."))
        _known(step.roles, Role.values, "roles")
    policy.full_clean()
    policy.save()
    EscalationStep.objects.filter(policy=policy).delete()
    for position, step in enumerate(steps, start=1):
        row = EscalationStep.objects.create(
            policy=policy, position=position, delay_minutes=step.delay_minutes, roles=list(step.roles)
        )
        row.people.set(step.people)
    return policy


@transaction.atomic
def remove(*, user: Person, model: type[LimitRule | ElasticRule | EscalationPolicy], rule_id: int) -> None:
    """Take a rule away: what stands behind it counts again. Raises Http404, PermissionDenied."""
    rule = get_visible_or_404(user, model, pk=rule_id)
    require(user, "change", rule)
    rule.delete()


@transaction.atomic
def declare_storm(*, user: Person, site: Site) -> SiteCondition:
    """Say that there is a storm at a site; one that was declared before goes on. Raises PermissionDenied."""
    require(user, "add", SiteCondition, parent=site)
    Site.objects.select_for_update().get(pk=site.pk)
    present = SiteCondition.objects.filter(site=site, condition=Condition.STORM, ended_at=None).first()
    if present is not None:
        return present
    made = SiteCondition.objects.create(site=site, started_at=now(), started_by=user)
    live.publish(f"site:{site.pk}", "cases")
    return made


@transaction.atomic
def end_storm(*, user: Person, condition_id: int) -> SiteCondition:
    """Say that it is over; a second word changes nothing. Raises Http404, PermissionDenied."""
    rows = SiteCondition.objects.select_for_update()
    condition = get_visible_or_404(user, rows, pk=condition_id)
    require(user, "change", condition)
    if condition.ended_at is None:
        condition.ended_at, condition.ended_by = now(), user
        condition.save()
        live.publish(f"site:{condition.site_id}", "cases")
    return condition


def _own(user: Person, model: Any, pk: int | None) -> Any:
    return (
        None if pk is None else get_visible_or_404(user, model.objects.select_for_update(of=("self",)), pk=pk)
    )


def _known(given: Iterable[str], known: Iterable[str], name: str) -> None:
    if set(given) - set(known):
        raise ValidationError({name: _("Select a valid choice.")})
