"""Hearing devices, and raising an alarm of one that says nothing for too long."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from core import live
from core.clock import now
from incidents.models import (
    HEARTBEAT,
    OPEN_STATES,
    SILENCE,
    Alarm,
    AlarmDevice,
    AlarmEffect,
    AlarmMessage,
    AlarmReading,
    AlarmSeverity,
    AlarmSource,
    AlarmState,
    CaseEntry,
    EntryKind,
    MessageChannel,
    Outcome,
)
from incidents.selectors.alarm_grouping import Sign, rule_for
from incidents.services.alarm_raising import Raising, raise_alarm
from incidents.services.writing import enter
from organization.models import Zone

log = structlog.get_logger()


def hear(source: AlarmSource, messages: Sequence[AlarmMessage]) -> None:
    """Note when each device was heard, and end the silence of those that were silent. The source is locked."""
    messages = [message for message in messages if message.channel != MessageChannel.TEST]
    if not messages:
        return
    known = {device.name: device for device in source.devices.all()}
    heard = known.setdefault("", AlarmDevice(source=source, heard_at=messages[0].received_at))
    for message in messages:
        device = known.setdefault(
            message.device, AlarmDevice(source=source, name=message.device, heard_at=message.received_at)
        )
        for one in (heard, device):
            one.heard_at = max(one.heard_at, message.received_at)
        device.zone_code = message.zone_code or device.zone_code
        device.has_heartbeat = device.has_heartbeat or message.code == HEARTBEAT
    names = {"", *(message.device for message in messages)}
    AlarmDevice.objects.bulk_create(
        [known[name] for name in sorted(names)],
        update_conflicts=True,
        unique_fields=["source", "name"],
        update_fields=["heard_at", "zone_code", "has_heartbeat"],
    )
    silent = Alarm.objects.select_for_update(of=("self",), no_key=True).select_related("case")
    for alarm in silent.filter(source=source, code=SILENCE, ended_at=None, device__in=names):
        _end_silence(source, alarm, known[alarm.device].heard_at)


def watch() -> int:
    """Raise an alarm for each source or device that has been silent for too long; how many were raised."""
    watched = AlarmSource.objects.filter(is_active=True, silence_seconds__gt=0).order_by("pk")
    return sum(_watched(key) for key in watched.values_list("pk", flat=True))


def _watched(source_id: int) -> int:
    """One source; its fault keeps no other from being watched."""
    try:
        return _watch_one(source_id)
    except Exception:
        log.exception("source of alarms could not be watched", source=source_id)
        return 0


@transaction.atomic
def _watch_one(source_id: int) -> int:
    """One source. What came in and waits to be judged is heard first, so that a worker's delay is nobody's silence."""
    rows = AlarmSource.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    source = rows.select_related("site", "company", "zone").filter(pk=source_id).first()
    if source is None or AlarmReading.objects.filter(source=source, outcome=Outcome.WAITING).exists():
        return 0
    moment, limit = now(), timedelta(seconds=source.silence_seconds)
    silent = set(
        Alarm.objects.filter(source=source, code=SILENCE, ended_at=None).values_list("device", flat=True)
    )
    devices = {device.name: device for device in source.devices.all()}
    whole = devices.pop("", None)
    heard_at = max(source.watched_since, whole.heard_at) if whole is not None else source.watched_since
    if moment - heard_at > limit:
        return 0 if "" in silent else _raise_silence(source, AlarmDevice(source=source, heard_at=heard_at))
    return sum(
        _raise_silence(source, device)
        for device in devices.values()
        if device.has_heartbeat
        and device.name not in silent
        and moment - max(device.heard_at, source.watched_since) > limit
    )


def _raise_silence(source: AlarmSource, device: AlarmDevice) -> int:
    moment = now()
    sign = Sign(0, moment, SILENCE, device.name, AlarmSeverity.WARNING)
    # A rule for whatever a device says is none for its saying nothing.
    rule = rule_for(list(source.rules.select_related("zone").exclude(code="")), sign)
    if rule is not None and rule.effect == AlarmEffect.IGNORE:
        return 0
    zone = Zone.objects.filter(site=source.site, code=device.zone_code).first() if device.zone_code else None
    given = Raising(
        group=f"{SILENCE}|{device.name}"[:160],
        code=SILENCE,
        device=device.name,
        severity=AlarmSeverity.WARNING,
        first_at=device.heard_at,
        last_at=moment,
        received_at=moment,
        zone=zone,
    )
    alarm = raise_alarm(source, rule, given)
    live.publish(f"site:{source.site_id}", "alarms", alarms=[alarm.pk])
    return 1


def _end_silence(source: AlarmSource, alarm: Alarm, heard_at: datetime) -> None:
    """The device is there again: what nobody has said anything about yet is settled, a case gets a line."""
    alarm.ended_at = heard_at
    if alarm.state in OPEN_STATES:
        alarm.state, alarm.resolved_at = AlarmState.CLOSED, now()
    alarm.save(update_fields=["ended_at", "state", "resolved_at"])
    if alarm.case is not None and not alarm.case.is_finished:
        line = CaseEntry(case=alarm.case, kind=EntryKind.CHANGED, at=heard_at, code="device_heard")
        line.text = alarm.device or source.name
        enter(alarm.case, line)
    if not alarm.device:  # its devices get the time to be heard again
        source.watched_since = heard_at
        source.save(update_fields=["watched_since"])
    live.publish(f"site:{source.site_id}", "alarms", alarms=[alarm.pk])
