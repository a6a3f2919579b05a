"""Making alarms of messages: in the order they came, one worker at a time for each source.

All of it is one transaction: what a killed worker had begun is begun anew, and nothing is made of a message twice.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import live, outbox
from core.faults import point
from core.models import OutboxItem
from incidents.models import (
    OPEN_STATES,
    Alarm,
    AlarmReading,
    AlarmRule,
    AlarmSource,
    AlarmState,
    Outcome,
)
from incidents.selectors.alarm_grouping import (
    Book,
    Group,
    Judged,
    Sign,
    group_name,
    judge,
    longest_debounce,
    rule_for,
)
from incidents.services.alarm_intake import JUDGE
from incidents.services.alarm_listening import hear
from incidents.services.alarm_raising import Raising, extend, raise_alarm
from organization.models import Zone

#: Messages judged in one transaction; what is left is work of its own.
MOST_AT_ONCE = 500
#: An alarm in one of these still takes messages; after "false" or "settled" a device is believed anew.
_TAKING = (*OPEN_STATES, AlarmState.CASE)


@outbox.handler(JUDGE, title=_("Making alarms of messages of devices"))
def work(payload: dict[str, Any], item: OutboxItem) -> None:
    """Judge what waits of a source, and ask for more work when some is left."""
    if judge_waiting(source_id=payload["source"]) == MOST_AT_ONCE:
        outbox.enqueue(JUDGE, payload, company_id=item.company_id)


@transaction.atomic
def judge_waiting(*, source_id: int) -> int:
    """Judge the messages of a source that wait, at most MOST_AT_ONCE; how many. Another worker waits meanwhile."""
    rows = AlarmSource.objects.select_for_update(of=("self",), no_key=True)
    source = rows.select_related("site", "company", "zone").get(pk=source_id)
    waiting = list(
        AlarmReading.objects.filter(source=source, outcome=Outcome.WAITING)
        .select_related("message")
        .order_by("message_id")[:MOST_AT_ONCE]
    )
    if not waiting:
        return 0
    hear(source, [reading.message for reading in waiting])
    zones = {zone.code: zone for zone in source.site.zones.all()}
    signs = [_sign(reading, zones) for reading in waiting]
    alarms: dict[int, Alarm] = {}
    book = _book(source, signs, alarms)
    judged = [judge(sign, book) for sign in signs]
    _write(source, waiting, judged, alarms, list(zones.values()))
    point("alarms.judged")
    return len(waiting)


def _sign(reading: AlarmReading, zones: dict[str, Zone]) -> Sign:
    message = reading.message
    zone = zones.get(message.zone_code)
    return Sign(
        key=message.pk,
        at=message.at,
        code=message.code,
        device=message.device,
        severity=message.severity,
        zone_id=None if zone is None else zone.pk,
    )


def _book(source: AlarmSource, signs: Sequence[Sign], alarms: dict[int, Alarm]) -> Book:
    """What is known before these messages. The alarms that may take them are locked and put into `alarms`."""
    rules = list(source.rules.select_related("zone"))
    book = Book(rules)
    names = {group_name(sign, rule_for(rules, sign)) for sign in signs}
    latest = Alarm.objects.filter(source=source, group__in=names).order_by("group", "-pk").distinct("group")
    locked = Alarm.objects.select_for_update(of=("self",), no_key=True).select_related("zone", "case")
    by_rule: dict[int | None, AlarmRule] = {rule.pk: rule for rule in rules}
    for alarm in locked.filter(pk__in=list(latest.values_list("pk", flat=True))).order_by("pk"):
        if alarm.state in _TAKING:
            alarm.source, alarm.site = source, source.site
            alarms[alarm.pk] = alarm
            book.groups[alarm.group] = _group(alarm, by_rule.get(alarm.rule_id))
    _remember(source, signs, book, by_rule)
    return book


def _remember(
    source: AlarmSource, signs: Sequence[Sign], book: Book, by_rule: dict[int | None, AlarmRule]
) -> None:
    """When each device's codes were counted last, as far back as debouncing looks."""
    since = min(sign.at for sign in signs) - longest_debounce(book.rules)
    counted = AlarmReading.objects.filter(  # named twice, so that the index of the messages serves
        source=source, message__source=source, outcome=Outcome.COUNTED, message__at__gt=since
    )
    latest = counted.order_by("message__device", "message__code", "-message__at", "-pk")
    known = {group.alarm_id: group for group in book.groups.values()}
    for reading in latest.distinct("message__device", "message__code").select_related("message", "alarm"):
        message, alarm = reading.message, reading.alarm
        assert alarm is not None, "a counted message has its alarm"
        group = known.setdefault(alarm.pk, _group(alarm, by_rule.get(alarm.rule_id)))
        book.counted[message.device, message.code] = message.at, group


def _group(alarm: Alarm, rule: AlarmRule | None) -> Group:
    return Group(
        name=alarm.group,
        rule=rule,
        first=None,
        first_at=alarm.first_at,
        last_at=alarm.last_at,
        severity=alarm.severity,
        alarm_id=alarm.pk,
    )


def _write(
    source: AlarmSource,
    waiting: Sequence[AlarmReading],
    judged: Sequence[Judged],
    alarms: dict[int, Alarm],
    zones: Sequence[Zone],
) -> None:
    """Begin the alarms that are new, add to the others, and say of each message what was made of it."""
    messages = {reading.message_id: reading.message for reading in waiting}
    groups = {id(one.group): one.group for one in judged if one.group is not None}
    touched: dict[int, Alarm] = {}
    for key, group in groups.items():
        if group.first is not None:
            zone = next((zone for zone in zones if zone.pk == group.first.zone_id), None)
            touched[key] = raise_alarm(source, group.rule, Raising.of(group, messages[group.first.key], zone))
        else:
            touched[key] = extend(source, alarms, group)
    for reading, one in zip(waiting, judged, strict=True):
        reading.outcome = one.outcome
        reading.alarm = None if one.group is None else touched[id(one.group)]
    AlarmReading.objects.bulk_update(waiting, ["outcome", "alarm"])
    if touched:
        live.publish(
            f"site:{source.site_id}", "alarms", alarms=sorted(alarm.pk for alarm in touched.values())
        )
