"""Telling people about a case or an alarm."""

from collections.abc import Iterable

from core.notifications import notify
from incidents import notices
from incidents.models import Alarm, AlarmSeverity, Case, CaseKind, Priority
from organization.access import SITE_LEADERS, people_holding
from organization.models import Person, Role

#: For groups that want to hear of the urgent ones only: 1 is the most urgent.
RANKS = {Priority.P1: 1, Priority.P2: 2, Priority.P3: 3}
ALARM_RANKS = {AlarmSeverity.CRITICAL: 1, AlarmSeverity.WARNING: 2, AlarmSeverity.INFO: 3}
#: Who hears of a new case or alarm.
TOLD = SITE_LEADERS | {Role.FIRE_SAFETY_MANAGER, Role.FACILITY_ENGINEER}


def tell(kind: str, case: Case, people: Iterable[Person], *, key: str | None = None) -> None:
    """Tell people about a case; with a `key` each person once per kind and key."""
    notify(
        kind,
        people,
        target=case,
        site=case.site,
        key=key,
        context={
            "kind": CaseKind(case.kind).label,
            "number": case.number,
            "title": case.title,
            "site": case.site.name,
            "place": case.place or "—",
            "due": case.due_at,
            "priority": case.priority,
        },
        rank=RANKS[Priority(case.priority)],
    )


def tell_of_alarm(alarm: Alarm) -> None:
    """Tell the leaders of the site of an alarm: once, and once more should it become graver."""
    notify(
        notices.ALARM_RAISED,
        people_holding(TOLD, alarm.site),
        target=alarm,
        site=alarm.site,
        key=f"{alarm.pk}:{alarm.severity}",
        context={
            "severity": AlarmSeverity(alarm.severity).label,
            "alarm": alarm.title,
            "source_kind": alarm.source.get_kind_display(),
            "site": alarm.site.name,
            "zone": alarm.zone.name if alarm.zone is not None else "—",
            "at": alarm.first_at,
        },
        rank=ALARM_RANKS[AlarmSeverity(alarm.severity)],
    )
