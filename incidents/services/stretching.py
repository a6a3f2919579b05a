"""What made a limit longer when a case was reported: night, a declared storm, several emergencies at once (R074)."""

from dataclasses import dataclass
from datetime import time, timedelta
from decimal import ROUND_CEILING, Decimal

from django.db.models import Q

from core.clock import local
from incidents.models import Aspect, Case, Condition, ElasticRule, Priority, SiteCondition, Stretches


@dataclass(frozen=True, slots=True)
class Stretch:
    """An elastic rule that applied, with the reason it gives."""

    condition: str
    reason: str
    stretches: str
    factor: Decimal
    extra_minutes: int

    def fits(self, aspect: str) -> bool:
        """Does it stretch limits of this aspect?"""
        if aspect == Aspect.RESPONSE:
            return self.stretches != Stretches.COMPLETION
        return aspect == Aspect.COMPLETION and self.stretches != Stretches.RESPONSE

    def minutes_more(self, minutes: int) -> int:
        """How much longer a limit of so many minutes becomes; several rules each reckon from the plain limit."""
        more = Decimal(minutes) * (self.factor - 1) + self.extra_minutes
        return int(more.to_integral_value(ROUND_CEILING))


def stretches_of(case: Case) -> list[Stretch]:
    """The rules that apply to a case as of its report. A site's rule for a condition replaces the company's."""
    rows = ElasticRule.objects.filter(Q(site=None) | Q(site_id=case.site_id), company_id=case.company_id)
    rules = [rule for rule in rows if not rule.priorities or case.priority in rule.priorities]
    own = {rule.condition for rule in rules if rule.site_id is not None}
    return [
        Stretch(rule.condition, rule.reason, rule.stretches, rule.factor, rule.extra_minutes)
        for rule in rules
        if (rule.site_id is not None or rule.condition not in own) and _applies(case, rule)
    ]


def is_between(moment: time, start: time, end: time) -> bool:
    """Does a wall time lie in [start, end)? An `end` at or before `start` lies on the next day."""
    return start <= moment < end if start < end else moment >= start or moment < end


def _applies(case: Case, rule: ElasticRule) -> bool:
    if rule.condition == Condition.NIGHT:
        wall = local(case.reported_at, case.site.zone_info).time()
        return is_between(wall, rule.night_from, rule.night_until)
    if rule.condition == Condition.STORM:
        return (
            SiteCondition.objects.filter(
                Q(ended_at=None) | Q(ended_at__gt=case.reported_at),
                site_id=case.site_id,
                condition=Condition.STORM,
                started_at__lte=case.reported_at,
            )
        ).exists()
    if case.priority not in (Priority.P1, Priority.P2):
        return False
    others = Case.objects.filter(
        Q(resolved_at=None) | Q(resolved_at__gt=case.reported_at),
        Q(closed_at=None) | Q(closed_at__gt=case.reported_at),
        site_id=case.site_id,
        priority__in=(Priority.P1, Priority.P2),
        reported_at__gt=case.reported_at - timedelta(minutes=rule.within_minutes),
        reported_at__lte=case.reported_at,
    ).exclude(pk=case.pk)
    return others.count() + 1 >= rule.at_least
