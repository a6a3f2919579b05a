"""Devices speak while broker, listener and worker are killed: nothing is lost, nothing doubled."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from celery import current_app
from paho.mqtt.enums import CallbackAPIVersion

from core.outbox import bell
from core.redis import breaker, client
from incidents.models import AlarmMessage, AlarmReading, AlarmRule, AlarmSource, Case, GroupBy
from incidents.selectors.alarm_sources import topic_of
from organization.models import Site
from tests.conftest import Cast
from tests.core.celery_processes import Program, beat, killed_at_end, wait_until, worker
from tests.core.event_stream import environment
from tests.core.own_redis import OwnRedis, own_redis
from tests.core.servers import ROOT
from tests.incidents.alarms.broker import Broker
from tests.incidents.alarms.sending import everything_is_there_once, post
from tests.incidents.factories import AlarmSourceFactory
from tests.organization.factories import ZoneFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.requirement("R067"),
]
ZONES = ("F1", "F2", "F3")


@pytest.fixture
def own(settings: Any) -> Iterator[OwnRedis]:
    """A Redis of our own, used by this process and by the workers."""
    with own_redis() as server:
        settings.REDIS_URL = server.url
        before = current_app.conf["broker_url"]
        current_app.conf.update(broker_url=server.url, broker_write_url=server.url)
        _forget_connections()
        yield server
        current_app.conf.update(broker_url=before, broker_write_url=before)
        _forget_connections()


def _forget_connections() -> None:
    client.cache_clear()
    bell._connection.cache_clear()
    breaker.reset()
    bell.breaker.reset()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """The broker."""
    started = Broker(tmp_path)
    yield started
    started.kill()


@pytest.fixture
def source(cast: Cast, site: Site) -> AlarmSource:
    """A fire panel; every zone with smoke is a case."""
    for code in ZONES:
        ZoneFactory.create(site=site, code=code)
    made = AlarmSourceFactory.create(site=site, kind="fire_panel", topic="panel/+")
    AlarmRule.objects.create(
        source=made, code="fire", effect="case", category="002", group_by=GroupBy.ZONE, debounce_seconds=0, window_seconds=3600
    )  # fmt: skip
    return made


def listener(folder: Path, broker: Broker, redis_url: str, **env: str) -> Program:
    """`manage.py alarms_listen`."""
    program = Program.__new__(Program)
    program.log = folder / "listener.log"
    with program.log.open("ab") as output:
        program.process = subprocess.Popen(
            [sys.executable, "manage.py", "alarms_listen"],
            cwd=ROOT,
            env=environment(MQTT_URL=broker.url, REDIS_URL=redis_url, **env),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    return program


class Devices:
    """A gateway of devices: publishes with QoS 1 and sends again what the broker has not confirmed."""

    def __init__(self, broker: Broker, topic: str) -> None:
        self.topic, self.ids, self.confirmed = topic, set[str](), set[int]()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="gateway", clean_session=False)
        self.client.reconnect_delay_set(1, 1)
        self.client.on_publish = lambda _client, _data, packet, *_rest: self.confirmed.add(packet)
        self.client.connect("127.0.0.1", broker.port)
        self.client.loop_start()

    def say(self, count: int) -> None:
        """So many more messages, round the zones."""
        for _one in range(count):
            number = len(self.ids)
            self.ids.add(str(number))
            body = {"id": str(number), "code": "fire", "device": f"D{number}", "zone": ZONES[number % 3]}
            self.client.publish(self.topic, json.dumps(body), qos=1)
            time.sleep(0.005)

    def all_confirmed(self) -> bool:
        """Has the broker confirmed everything?"""
        return len(self.confirmed) == len(self.ids)

    def close(self) -> None:
        """Hang up."""
        self.client.disconnect()
        self.client.loop_stop()


def kept(source: AlarmSource) -> int:
    """Messages that are there."""
    return AlarmMessage.objects.filter(source=source).count()


def nothing_waits(source: AlarmSource) -> bool:
    """Is everything judged?"""
    return not AlarmReading.objects.filter(source=source, outcome="waiting").exists()


def test_broker_listener_and_worker_are_killed_in_the_middle(
    own: OwnRedis, broker: Broker, source: AlarmSource, tmp_path: Path
) -> None:
    marks = tmp_path / "faults"
    marks.mkdir()
    armed = {"ORDERLY_FAULTS_DIR": str(marks)}
    with killed_at_end() as programs:
        programs.append(worker(tmp_path, own.url, ORDERLY_FAULTS="alarms.judged=kill@3", **armed))
        programs.append(beat(tmp_path, own.url, "beat"))
        # Killed after the message is written and before its commit, later after the commit and before the
        # broker hears of it.
        programs.append(listener(tmp_path, broker, own.url, ORDERLY_FAULTS="alarms.taken=kill@30", **armed))
        wait_until(lambda: "listening" in (tmp_path / "listener.log").read_text(), seconds=60)
        devices = Devices(broker, topic_of(source).replace("+", "main"))
        try:
            devices.say(60)
            wait_until(lambda: programs[-1].process.poll() is not None, seconds=60)
            assert programs[-1].process.returncode == -signal.SIGKILL
            devices.say(20)  # nobody listens; the broker keeps them
            programs.append(
                listener(tmp_path, broker, own.url, ORDERLY_FAULTS="alarms.kept=kill@50", **armed)
            )
            devices.say(40)
            wait_until(lambda: programs[-1].process.poll() is not None, seconds=60)
            programs.append(listener(tmp_path, broker, own.url))
            wait_until(lambda: kept(source) >= 100, seconds=60)
            devices.say(20)
            wait_until(lambda: devices.all_confirmed() and broker.has_written(), seconds=60)
            broker.kill()
            devices.say(30)  # nobody takes them; the devices keep them
            broker.start()
            wait_until(devices.all_confirmed, seconds=60)
            programs[-1].kill()
            devices.say(30)  # nobody listens, and the broker dies once it has written them down
            wait_until(lambda: devices.all_confirmed() and broker.has_written(), seconds=60)
            broker.kill()
            broker.start()
            programs.append(listener(tmp_path, broker, own.url))
            wait_until(lambda: kept(source) >= 200, seconds=60)
        finally:
            devices.close()
        assert (marks / "alarms.judged").exists()
        wait_until(lambda: nothing_waits(source), seconds=90)
    assert {"alarms.taken", "alarms.kept", "alarms.judged"} <= {path.name for path in marks.iterdir()}
    everything_is_there_once(source, devices.ids)
    cases = Case.objects.filter(source="alarm")
    assert sorted(cases.values_list("zone__code", flat=True)) == list(ZONES)
    assert sorted(source.alarms.values_list("count", flat=True)) == [66, 67, 67]


def test_a_worker_killed_again_and_again_makes_everything_of_the_webhooks_once(
    own: OwnRedis, source: AlarmSource, tmp_path: Path
) -> None:
    with killed_at_end() as programs:
        programs.append(beat(tmp_path, own.url, "beat"))
        ids = set()
        for burst in range(4):
            programs.append(worker(tmp_path, own.url, ORDERLY_FAULTS="alarms.judged=kill@2"))
            for number in range(50):
                name = f"{burst}-{number}"
                ids.add(name)
                assert (
                    post(source, {"id": name, "code": "fire", "zone": ZONES[number % 3]}).status_code == 202
                )
            time.sleep(2)
            programs[-1].kill()
        programs.append(worker(tmp_path, own.url))
        wait_until(lambda: nothing_waits(source), seconds=90)
    everything_is_there_once(source, ids)
    assert Case.objects.count() == 3
