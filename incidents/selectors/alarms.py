"""Reading alarms: what is open, one alarm with its messages, what figures count."""

from typing import Any

from django.db import models
from django.db.models import QuerySet, Value, When

from incidents.models import GRAVITY, OPEN_STATES, Alarm, AlarmReading, AlarmState, Case
from organization.models import Site

#: Alarms shown on top of the desk.
MOST_OPEN = 50
#: Messages shown with one alarm, the latest ones.
MOST_MESSAGES = 100
WHOLE = ("site", "source", "rule", "zone", "case", "acknowledged_by", "resolved_by")


def whole_alarms() -> "QuerySet[Alarm]":
    """Alarms with what their page shows."""
    return Alarm.objects.select_related(*WHOLE)


def open_alarms(user: Any, site: Site | None) -> "QuerySet[Alarm]":
    """What nobody has said yet: new ones first, the gravest first, then the latest; of one site or of all."""
    is_new = models.Case(When(state=AlarmState.NEW, then=Value(1)), default=Value(0))
    gravity = [When(severity=severity, then=Value(rank)) for severity, rank in GRAVITY.items()]
    rank = models.Case(*gravity, default=Value(0))
    rows = Alarm.objects.visible_to(user).filter(state__in=OPEN_STATES, resolved_at=None)
    if site is not None:
        rows = rows.filter(site=site)
    return rows.select_related("site", "source", "zone", "acknowledged_by").order_by(
        is_new.desc(), rank.desc(), "-last_at", "-pk"
    )


def readings_of(alarm: Alarm) -> "QuerySet[AlarmReading]":
    """Its latest messages, newest first."""
    return alarm.readings.select_related("message").order_by("-message_id")[:MOST_MESSAGES]


def alarms_of(case: Case) -> "QuerySet[Alarm]":
    """The alarms that became this case or were added to it."""
    return case.alarms.select_related("source").order_by("first_at", "pk")
