"""The devices of the demo: systems that are connected, what they noticed and became of it, and signs of life while it runs."""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from core.clock import set_to
from incidents.models import SILENCE, Alarm, AlarmRule, AlarmSource, MessageChannel
from incidents.services import alarm_handling
from incidents.services.alarm_handling import NewCase
from incidents.services.alarm_intake import Given, Read, take
from incidents.services.alarm_judging import judge_waiting
from incidents.services.alarm_listening import watch
from incidents.services.alarm_sources import add_source, save_rule
from organization.models import Role
from portal.demo.cases import walk_to_its_end
from portal.demo.chance import dice, share
from portal.demo.world import Place, World

#: Chance that a site's devices notice something in an hour.
HOURLY = 0.06
#: While the demo runs: the same for ten minutes, so that the desk is never quiet for long.
TURN, CHANCE = timedelta(minutes=10), 0.25
#: Signs of life, and after how long without one a device counts as silent.
BEAT, SILENT = timedelta(minutes=5), timedelta(minutes=15)
#: What nobody has settled after this, the supervisor does, so that open alarms do not pile up.
PATIENCE = timedelta(minutes=50)


@cache
def content() -> dict[str, Any]:
    """The devices of every site, by its code."""
    path = Path(__file__).parent / "content" / "devices.yaml"
    read: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return read


def connect(place: Place, first: datetime, moment: datetime) -> None:
    """Connect the site's systems at `first`, let them notice things until `moment`; nothing when they are there."""
    spec = content().get(place.spec.code)
    if spec is None or AlarmSource.objects.filter(site=place.site).exists():
        return
    with set_to(first):
        for one in spec["sources"]:
            _add(place, one)
    hour = first
    while (hour := hour + timedelta(hours=1)) < moment - timedelta(hours=1):
        if share("device", place.spec.code, hour.isoformat()) < HOURLY:
            usual = _choose(spec, hour)
            _happens(place, usual, hour, f"{hour:%Y%m%d%H}")
            _settle_open(place, hour + timedelta(minutes=1))
    if "silent" in spec:
        with set_to(moment - timedelta(hours=3)):
            one = spec["silent"]
            _say(place, one["source"], [Given(code="heartbeat", device=one["device"], zone=one["zone"])])
    _beat(place, spec, moment)
    for number, one in enumerate(spec["open"]):
        at = moment - timedelta(minutes=one["ago"])
        _happens(place, one, at, f"open-{number}")
        if one.get("looking"):
            with set_to(at + timedelta(minutes=1)):
                alarm = Alarm.objects.filter(site=place.site).latest("pk")
                alarm_handling.acknowledge_alarm(user=place.first_with(Role.SUPERVISOR), alarm_id=alarm.pk)
    with set_to(moment):
        watch()


def go_on(world: World, moment: datetime) -> None:
    """Signs of life every few minutes, now and then an alarm, and old ones settled."""
    for place in world.places:
        spec = content().get(place.spec.code)
        if spec is None or not AlarmSource.objects.filter(site=place.site).exists():
            continue
        late = AlarmSource.objects.filter(
            site=place.site, devices__name="", devices__heard_at__gt=moment - BEAT
        )
        if not late.exists():
            _beat(place, spec, moment)
        turn = moment.replace(minute=moment.minute // 10 * 10, second=0, microsecond=0)
        if share("device", place.spec.code, turn.isoformat()) < CHANCE:
            _happens(place, _choose(spec, turn), moment, f"{turn:%Y%m%d%H%M}")
        _settle_open(place, moment - PATIENCE)


def _add(place: Place, spec: dict[str, Any]) -> None:
    zones = {zone.code: zone for zone in place.site.zones.all()}
    manager = place.first_with(Role.PROJECT_MANAGER)
    source = AlarmSource(
        site=place.site,
        kind=spec["kind"],
        name=spec["name"],
        zone=zones[spec["zone"]],
        topic=spec.get("topic", ""),
        heartbeat_seconds=int(BEAT.total_seconds()),
        silence_seconds=int(SILENT.total_seconds()),
    )
    add_source(user=manager, source=source)
    for rule in spec["rules"]:
        save_rule(user=manager, rule=AlarmRule(source=source, **rule))


def _choose(spec: dict[str, Any], at: datetime) -> dict[str, Any]:
    usual = spec["usual"]
    weights = [one["weight"] for one in usual]
    found: dict[str, Any] = dice("device", at.isoformat()).choices(usual, weights)[0]
    return found


def _happens(place: Place, spec: dict[str, Any], at: datetime, name: str) -> None:
    """A burst of messages; the same name is the same burst."""
    given = [
        Given(
            code=spec["code"],
            id=f"{name}-{number}",
            device=spec["devices"][number % len(spec["devices"])],
            severity=spec["severity"],
            at=at + timedelta(seconds=7 * number - 60),
            zone=spec["zone"],
            text=spec.get("text", ""),
            photo=spec.get("photo", ""),
        )
        for number in range(spec["burst"])
    ]
    with set_to(at):
        _say(place, spec["source"], given)


def _say(place: Place, source: str, given: list[Given]) -> None:
    row = AlarmSource.objects.filter(site=place.site, name=source).first()
    if row is None:  # somebody has taken it away or named it anew
        return
    messages = [Read(one, msgspec.json.encode(one).decode()) for one in given]
    if take(source=row, messages=messages, channel=MessageChannel.WEBHOOK).accepted:
        judge_waiting(source_id=row.pk)


def _beat(place: Place, spec: dict[str, Any], moment: datetime) -> None:
    silent = spec.get("silent", {}).get("device")
    with set_to(moment):
        for source in spec["sources"]:
            beats = [Given(code="heartbeat", device=name) for name in source["beats"] if name != silent]
            _say(place, source["name"], beats)


def _settle_open(place: Place, until: datetime) -> None:
    """What became of alarms up to `until` that nobody has settled: as the content says for their source and code."""
    rows = Alarm.objects.filter(site=place.site, resolved_at=None, last_at__lt=until).exclude(code=SILENCE)
    for alarm in rows.select_related("source", "rule"):
        usual = content()[place.spec.code]["usual"]
        known = (one for one in usual if (one["source"], one["code"]) == (alarm.source.name, alarm.code))
        becomes = next((one["becomes"] for one in known), None)
        if becomes is not None:
            _settle(place, alarm, becomes)


def _settle(place: Place, alarm: Alarm, becomes: dict[str, Any]) -> None:
    """The supervisor looks after three minutes and says what it was after six; a case is settled within half an hour."""
    supervisor, said = place.first_with(Role.SUPERVISOR), alarm.last_at + timedelta(minutes=6)
    with set_to(alarm.last_at + timedelta(minutes=3)):
        alarm_handling.acknowledge_alarm(user=supervisor, alarm_id=alarm.pk)
    with set_to(said):
        if "reason" in becomes:
            alarm_handling.call_false(user=supervisor, alarm_id=alarm.pk, **becomes)
            return
        if "case" not in becomes:
            alarm_handling.settle_alarm(user=supervisor, alarm_id=alarm.pk, **becomes)
            return
        rule = alarm.rule
        assert rule is not None, "the content's alarms that become cases have their rule"
        new = NewCase(
            kind=rule.kind,
            title=alarm.title,
            category=rule.category,
            subcategory=rule.subcategory,
            priority=rule.priority,
        )
        case = alarm_handling.make_case(user=supervisor, alarm_id=alarm.pk, given=new).case
    with set_to(said + timedelta(minutes=20)):
        walk_to_its_end(case, worker=place.first_with(Role.SHIFT_LEADER), settled=becomes["case"])
