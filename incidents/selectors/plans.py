"""Who is called when: the escalation policy of a case as a plain plan of levels and moments."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q

from incidents.models import Case, CaseKind, Escalation, EscalationPolicy, EscalationReason
from incidents.selectors.shipped import ShippedPolicy, shipped_policies
from organization.access import people_holding
from organization.models import Person, Site


@dataclass(frozen=True, slots=True)
class PlanStep:
    """So long after the step before, tell people of these roles and these people."""

    delay: timedelta
    roles: tuple[str, ...]
    people: tuple[int, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Levels 1 to `last` counted from the limit: every step in turn, the whole again `repeat` times."""

    name: Any
    steps: tuple[PlanStep, ...]
    repeat: int
    repeat_after: timedelta

    @property
    def last(self) -> int:
        """The last level."""
        return len(self.steps) * (self.repeat + 1)

    @cached_property
    def round_length(self) -> timedelta:
        """From the start of one round to the start of the next."""
        return sum((step.delay for step in self.steps), start=self.repeat_after)

    def step_of(self, level: int) -> PlanStep:
        """The step of a level (1 to `last`)."""
        return self.steps[(level - 1) % len(self.steps)]

    def offset(self, level: int) -> timedelta:
        """How long after the limit a level is due."""
        done, index = divmod(level - 1, len(self.steps))
        within = sum((step.delay for step in self.steps[: index + 1]), start=timedelta())
        return done * self.round_length + within

    def moment(self, escalation: Escalation, level: int) -> datetime | None:
        """When a level of an escalation is due; None beyond the last.

        The time to accept is itself the delay of the first step: the first level is due when it is over.
        """
        if level == Escalation.WARNING:
            return escalation.limit_at - timedelta(minutes=escalation.warn_minutes)
        if level > self.last:
            return None
        begun = self.offset(1) if escalation.reason == EscalationReason.UNACCEPTED else timedelta()
        return max(escalation.limit_at, escalation.started_at) + self.offset(level) - begun

    def due_level(self, escalation: Escalation, at: datetime) -> int | None:
        """The highest level due at `at` that has not been told: after an outage nobody gets a burst of all of them."""
        due = None
        for level in range(escalation.next_level, self.last + 1):
            moment = self.moment(escalation, level)
            if moment is None or moment > at:
                break
            due = level
        return due


def plan_for(case: Case) -> Plan:
    """The plan of a case: the site's policies before the company's, the most particular first, else the shipped one."""
    policies = EscalationPolicy.objects.filter(
        Q(site=None) | Q(site_id=case.site_id), company_id=case.company_id
    ).prefetch_related("steps__people")
    fitting = [policy for policy in policies if _fits(policy, case)]
    if fitting:
        return _of_policy(min(fitting, key=_rank))
    return _of_shipped(next(one for one in shipped_policies() if case.priority in one.priorities))


def people_of(step: PlanStep, site: Site) -> list[Person]:
    """Everybody a step tells: active people who hold the roles at the site now, and those it names."""
    found: dict[int, Person] = {}
    if step.roles:
        found |= {person.pk: person for person in people_holding(step.roles, site)}
    if step.people:
        named = Person.objects.filter(pk__in=step.people, company_id=site.company_id, is_active=True)
        found |= {person.pk: person for person in named}
    return sorted(found.values(), key=lambda person: person.pk)


def _fits(policy: EscalationPolicy, case: Case) -> bool:
    if policy.kinds and case.kind not in policy.kinds:
        return False
    if policy.priorities and case.priority not in policy.priorities:
        return False
    if policy.minimum_level is None:
        return True
    level = case.incident.level if case.kind == CaseKind.INCIDENT else None
    return level is not None and level <= policy.minimum_level


def _rank(policy: EscalationPolicy) -> tuple[Any, ...]:
    return (
        policy.site_id is None,
        policy.minimum_level is None,
        policy.minimum_level or 0,
        not policy.priorities,
        not policy.kinds,
        policy.pk,
    )


def _of_policy(policy: EscalationPolicy) -> Plan:
    steps = (
        PlanStep(
            timedelta(minutes=step.delay_minutes),
            tuple(step.roles),
            tuple(person.pk for person in step.people.all()),
        )
        for step in sorted(policy.steps.all(), key=lambda step: step.position)
    )
    return Plan(policy.name, tuple(steps), policy.repeat, timedelta(minutes=policy.repeat_after))


def _of_shipped(policy: ShippedPolicy) -> Plan:
    steps = tuple(PlanStep(timedelta(minutes=step.delay_minutes), step.roles) for step in policy.steps)
    return Plan(policy.name, steps, policy.repeat, timedelta(minutes=policy.repeat_after))


def roles_named(roles: Iterable[str], labels: dict[str, Any]) -> str:
    """Names of roles, for reading."""
    return ", ".join(str(labels[role]) for role in roles if role in labels)
