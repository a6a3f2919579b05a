"""What people do with an alarm: take it up, make a case of it, call it false with a reason, settle it."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import live
from core.clock import now
from core.events import emit
from core.policies import get_visible_or_404, require
from incidents import signals
from incidents.categories import fits
from incidents.models import (
    Alarm,
    AlarmNature,
    AlarmState,
    Case,
    CaseEntry,
    CaseKind,
    CaseSource,
    EntryKind,
    FalseReason,
    Priority,
    SourceKind,
)
from incidents.services.alarm_raising import mark_day, operation_of
from incidents.services.opening import Opened, open_case
from incidents.services.writing import enter
from organization.models import Person


class SettledAlready(ValidationError):
    """Somebody was faster: the alarm is settled; `alarm` says how."""

    def __init__(self, alarm: Alarm) -> None:
        super().__init__(
            _("Somebody was faster: %(state)s."), params={"state": alarm.get_state_display()}, code="settled"
        )
        self.alarm = alarm


@dataclass(frozen=True, slots=True)
class NewCase:
    """The case that is made of an alarm."""

    kind: str
    title: str
    category: str = ""
    subcategory: str = ""
    priority: str = Priority.P2
    description: str = ""
    place: str = ""


@transaction.atomic
def acknowledge_alarm(*, user: Person, alarm_id: int) -> Alarm:
    """Say "I am looking". The first who says it is kept. Raises Http404, PermissionDenied."""
    alarm = _locked(user, alarm_id, "acknowledge")
    if alarm.state == AlarmState.NEW:
        alarm.state, alarm.acknowledged_at, alarm.acknowledged_by = AlarmState.ACKNOWLEDGED, now(), user
        _save(alarm)
    return alarm


@transaction.atomic
def make_case(*, user: Person, alarm_id: int, given: NewCase) -> Opened:
    """Open a case of an alarm, once. Raises Http404, PermissionDenied, ValidationError (SettledAlready)."""
    alarm = _locked(user, alarm_id, "make_case")
    require(user, "add", Case, parent=alarm.site)
    _require_open(alarm)
    wrong = {}
    if not given.title.strip():
        wrong["title"] = _("Say what it is.")
    if given.category and not fits(given.kind, given.category, given.subcategory):
        wrong["category"] = _("This does not fit the kind.")
    if wrong:
        raise ValidationError(wrong)
    opened = open_case(
        operation_id=operation_of(alarm),
        site=alarm.site,
        kind=CaseKind(given.kind),
        title=given.title,
        description=given.description,
        reported_by=user,
        occurred_at=alarm.first_at,
        source=CaseSource.ALARM,
        category=given.category,
        subcategory=given.subcategory,
        place=given.place or alarm.device,
        zone=alarm.zone,
        priority=given.priority,
    )
    _settle(alarm, user, AlarmState.CASE, case=opened.case)
    return opened


@transaction.atomic
def add_to_case(*, user: Person, alarm_id: int, case_id: int) -> Alarm:
    """Say that an alarm belongs to a case of its site that is there already.

    Raises Http404, PermissionDenied, ValidationError (SettledAlready).
    """
    alarm = _locked(user, alarm_id, "settle")
    _require_open(alarm)
    case = get_visible_or_404(user, Case.objects.select_for_update(of=("self",)), pk=case_id)
    if case.site_id != alarm.site_id or case.is_finished:
        raise ValidationError({"case": _("Choose an open case of this site.")})
    enter(
        case,
        CaseEntry(
            case=case,
            kind=EntryKind.CHANGED,
            at=now(),
            actor=user,
            code="alarm_added",
            text=f"{alarm.source.name}: {alarm.title}",
        ),
    )
    _settle(alarm, user, AlarmState.CASE, case=case)
    live.publish(f"site:{case.site_id}", "cases", case=case.pk)
    emit(signals.case_changed, case_id=case.pk, site_id=case.site_id)
    return alarm


@transaction.atomic
def call_false(*, user: Person, alarm_id: int, reason: str, note: str = "") -> Alarm:
    """Say that there was nothing, and why the device called. Raises Http404, PermissionDenied, ValidationError."""
    alarm = _locked(user, alarm_id, "settle")
    _require_open(alarm)
    if reason not in FalseReason.values:
        raise ValidationError({"reason": _("Say why it was false.")})
    if reason == FalseReason.OTHER and not note.strip():
        raise ValidationError({"note": _("Say what it was.")})
    nature = AlarmNature.FALSE if alarm.source.kind == SourceKind.FIRE_PANEL else ""
    _settle(alarm, user, AlarmState.FALSE, reason=reason, nature=nature, note=note)
    return alarm


@transaction.atomic
def settle_alarm(*, user: Person, alarm_id: int, note: str, nature: str = "") -> Alarm:
    """Say what it was and what was done, where no case is needed. Of a fire panel the nature is demanded.

    Raises Http404, PermissionDenied, ValidationError.
    """
    alarm = _locked(user, alarm_id, "settle")
    _require_open(alarm)
    wrong = {}
    if not note.strip():
        wrong["note"] = _("Say what it was and what was done.")
    if alarm.source.kind == SourceKind.FIRE_PANEL and nature not in AlarmNature.values:
        wrong["nature"] = _("The record of the fire control room needs it.")
    if nature == AlarmNature.FALSE:
        wrong["nature"] = _("Call it a false alarm, with its reason.")
    if nature == AlarmNature.FIRE:
        wrong["nature"] = _("A fire is a case: make one of it.")
    if wrong:
        raise ValidationError(wrong)
    _settle(alarm, user, AlarmState.CLOSED, nature=nature, note=note)
    return alarm


def _locked(user: Person, alarm_id: int, action: str) -> Alarm:
    rows = Alarm.objects.select_for_update(of=("self",), no_key=True).select_related("site", "source", "zone")
    alarm = get_visible_or_404(user, rows, pk=alarm_id)
    require(user, action, alarm)
    return alarm


def _require_open(alarm: Alarm) -> None:
    if not alarm.is_open:
        raise SettledAlready(alarm)


def _settle(
    alarm: Alarm,
    user: Person,
    state: AlarmState,
    *,
    case: Case | None = None,
    reason: str = "",
    nature: str = "",
    note: str = "",
) -> None:
    """Write how it ended. Whoever settles it has seen it."""
    moment = now()
    if alarm.acknowledged_at is None:
        alarm.acknowledged_at, alarm.acknowledged_by = moment, user
    alarm.state, alarm.resolved_at, alarm.resolved_by = state, moment, user
    alarm.case, alarm.false_reason, alarm.nature, alarm.note = case, reason, nature, note.strip()
    _save(alarm)


def _save(alarm: Alarm) -> None:
    alarm.save()
    mark_day(alarm)
    live.publish(f"site:{alarm.site_id}", "alarms", alarms=[alarm.pk])
