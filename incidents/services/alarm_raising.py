"""An alarm begins, goes on, and becomes a case where its rule says so."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID, uuid5

from django.utils import translation
from django.utils.translation import gettext as _

from core import changed_days
from core.clock import local, now
from incidents.models import (
    SILENCE,
    Alarm,
    AlarmEffect,
    AlarmMessage,
    AlarmRule,
    AlarmSource,
    AlarmState,
    CaseKind,
    CaseSource,
    GroupBy,
)
from incidents.selectors.alarm_grouping import Group
from incidents.services.opening import open_case
from incidents.services.telling import tell_of_alarm
from organization.models import Zone

#: Names the operation by which an alarm opens its case: once, however often it is tried.
NAMESPACE = UUID("6f0e6f5e-0a53-4c37-9d61-67f1b2c8a54e")


@dataclass(frozen=True, slots=True)
class Raising:
    """What a new alarm is made of."""

    group: str
    code: str
    device: str
    severity: str
    first_at: datetime
    last_at: datetime
    received_at: datetime
    zone: Zone | None = None
    text: str = ""
    counted: int = 0
    repeated: int = 0

    @classmethod
    def of(cls, group: Group, message: AlarmMessage, zone: Zone | None) -> Self:
        """A group of messages; `message` is the first of them."""
        return cls(
            group=group.name,
            code=message.code,
            device=message.device,
            severity=group.severity,
            first_at=group.first_at,
            last_at=group.last_at,
            received_at=message.received_at,
            zone=zone,
            text="\n".join(filter(None, (message.text, message.photo_url))),
            counted=group.counted,
            repeated=group.repeated,
        )


def raise_alarm(source: AlarmSource, rule: AlarmRule | None, given: Raising) -> Alarm:
    """Begin an alarm: at the desk, where people are told of it, or as a case at once, which tells them itself."""
    alarm = Alarm.objects.create(
        company_id=source.company_id,
        site=source.site,
        source=source,
        rule=rule,
        group=given.group,
        code=given.code,
        device=given.device,
        severity=given.severity,
        title=title_of(source, rule, given),
        zone=given.zone or (rule.zone if rule is not None else None) or source.zone,
        first_at=given.first_at,
        last_at=given.last_at,
        received_at=given.received_at,
        count=given.counted,
        repeats=given.repeated,
    )
    if rule is not None and rule.effect == AlarmEffect.CASE:
        _become_case(alarm, rule, given.text)
    else:
        tell_of_alarm(alarm)
    mark_day(alarm)
    return alarm


def mark_day(alarm: Alarm) -> None:
    """Figures count an alarm on the day it was received."""
    changed_days.mark([(alarm.site_id, local(alarm.received_at, alarm.site.zone_info).date())])


def extend(source: AlarmSource, alarms: dict[int, Alarm], group: Group) -> Alarm:
    """Add messages to an alarm. One that became graver is new again, and people are told again."""
    assert group.alarm_id is not None, "a group that is no new alarm has one"
    alarm = alarms.get(group.alarm_id)
    if alarm is None:  # settled meanwhile: only what a bouncing contact added belongs to it
        alarm = Alarm.objects.select_for_update(of=("self",), no_key=True).get(pk=group.alarm_id)
    alarm.first_at, alarm.last_at, alarm.severity = group.first_at, group.last_at, group.severity
    alarm.count += group.counted
    alarm.repeats += group.repeated
    fields = ["first_at", "last_at", "severity", "count", "repeats"]
    if group.is_graver and alarm.is_open:
        alarm.state, alarm.acknowledged_at, alarm.acknowledged_by = AlarmState.NEW, None, None
        fields += ["state", "acknowledged_at", "acknowledged_by"]
        tell_of_alarm(alarm)
    alarm.save(update_fields=fields)
    return alarm


def title_of(source: AlarmSource, rule: AlarmRule | None, given: Raising) -> str:
    """What an alarm is called: the rule's title, or source and code, with what its messages have in common; in no
    language but the company's.
    """
    said = rule.title if rule is not None and rule.title else ""
    if not said and given.code == SILENCE:
        with translation.override(source.company.language):
            return (_("No sign of life: %(what)s") % {"what": given.device or source.name})[:200]
    where = given.device
    if rule is not None and rule.group_by == GroupBy.ZONE:
        where = given.zone.name if given.zone is not None else ""
    elif rule is not None and rule.group_by == GroupBy.SOURCE:
        where = ""
    return f"{said or f'{source.name}: {given.code}'} {where}".strip()[:200]


def operation_of(alarm: Alarm) -> UUID:
    """The operation by which this alarm opens its case."""
    return uuid5(NAMESPACE, str(alarm.pk))


def _become_case(alarm: Alarm, rule: AlarmRule, text: str) -> None:
    opened = open_case(
        operation_id=operation_of(alarm),
        site=alarm.site,
        kind=CaseKind(rule.kind),
        title=alarm.title,
        description=text,
        reported_by=None,
        reporter_name=alarm.source.name,
        occurred_at=alarm.first_at,
        source=CaseSource.ALARM,
        category=rule.category,
        subcategory=rule.subcategory,
        place=alarm.device,
        zone=alarm.zone,
        priority=rule.priority,
    )
    alarm.state, alarm.case, alarm.resolved_at = AlarmState.CASE, opened.case, now()
    alarm.save(update_fields=["state", "case", "resolved_at"])
