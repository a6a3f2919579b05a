"""Real workers, real beats, real kills: every piece of work is done, and done once (reliability.md F30–F35)."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.contrib.auth.models import Group
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client

from core import jobs, live, outbox
from core.models import Job, Notification, OutboxItem, Slot
from core.outbox import bell, running
from core.redis import breaker, client
from tests.core import celery_handlers  # noqa: F401 - registers the handlers here as well
from tests.core.celery_processes import beat, killed_at_end, wait_until, worker
from tests.core.own_redis import OwnRedis, own_redis
from tests.organization.factories import PersonFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


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


def _done(name: str) -> bool:
    return Group.objects.filter(name=name).exists()


@pytest.mark.timeout(240)
@pytest.mark.fault("F30")
@pytest.mark.fault("F31")
def test_killed_children_and_killed_workers_leave_the_work_to_others_within_a_minute(
    own: OwnRedis, tmp_path: Path
) -> None:
    marks = tmp_path / "faults"
    marks.mkdir()
    with killed_at_end() as programs:
        # The process of the first item is killed after its work and before its commit; that of the job after
        # its file is written and before the job says so.
        points = "outbox.worked=kill,job.worked=kill"
        programs.append(worker(tmp_path, own.url, ORDERLY_FAULTS=points, ORDERLY_FAULTS_DIR=str(marks)))
        programs.append(beat(tmp_path, own.url, "beat"))
        outbox.enqueue("test.make_group", {"name": "child"})
        job = jobs.start("test.written_report", user=PersonFactory.create())
        for point in ("outbox.worked", "job.worked"):
            wait_until((marks / point).exists, seconds=60)
        killed = time.monotonic()
        job.refresh_from_db()
        assert (job.state, bool(job.file)) == ("running", False)
        wait_until(
            lambda: _done("child") and Job.objects.filter(pk=job.pk, state="done").exists(), seconds=75
        )
        assert time.monotonic() - killed <= 60
        job.refresh_from_db()
        assert job.attempts == 2
        with job.file.open() as file:
            assert file.read() == b"whole"
        assert len(default_storage.listdir(f"jobs/{job.pk}")[1]) == 1

        # Then the whole worker is killed in the middle of an item, and another one is there.
        outbox.enqueue("test.make_group", {"name": "worker", "seconds": 4})
        wait_until(lambda: OutboxItem.objects.filter(payload__name="worker", attempts=1).exists(), seconds=30)
        programs[0].kill()
        killed = time.monotonic()
        programs.append(worker(tmp_path, own.url))
        wait_until(lambda: _done("worker"), seconds=75)
        assert time.monotonic() - killed <= 64  # the work itself lasts 4 seconds
    assert Group.objects.count() == 2
    wait_until(lambda: not OutboxItem.objects.waiting().exists(), seconds=1)
    groups = OutboxItem.objects.filter(handler="test.make_group")
    assert sorted(groups.values_list("payload__name", "attempts")) == [("child", 2), ("worker", 2)]
    assert Notification.objects.filter(kind="core.job_done").count() == 1


@pytest.mark.timeout(120)
@pytest.mark.fault("F33")
def test_two_beats_make_one_occurrence_per_slot(own: OwnRedis, tmp_path: Path) -> None:
    app = "tests.core.celery_two_beats"
    with killed_at_end() as programs:
        programs.append(worker(tmp_path, own.url))
        programs.append(beat(tmp_path, own.url, "first", app))
        programs.append(beat(tmp_path, own.url, "second", app))
        wait_until(lambda: Slot.objects.count() >= 5, seconds=60)
        programs[1].kill()  # one of the two may die at any moment
        seen = Slot.objects.count()
        wait_until(lambda: Slot.objects.count() >= seen + 2, seconds=30)
    ticks = sum(
        (tmp_path / f"{name}.log").read_text().count("Sending due task") for name in ("first", "second")
    )
    numbers = sorted(int(slot) for slot in Slot.objects.values_list("slot", flat=True))
    assert sorted(Group.objects.values_list("name", flat=True)) == [f"slot-{number}" for number in numbers]
    assert ticks > 2 * len(numbers)


@pytest.mark.fault("F35")
def test_without_redis_a_write_succeeds_quickly_and_nothing_is_lost(own: OwnRedis) -> None:
    own.kill()
    begun = time.monotonic()
    for number in range(20):
        with transaction.atomic():
            outbox.enqueue("test.make_group", {"name": f"g{number}"})
            live.publish("site:1", "rounds")
    assert time.monotonic() - begun < 3
    assert OutboxItem.objects.waiting().count() == 20
    own.start()
    bell.breaker.reset()
    assert running.sweep() == 20


@pytest.mark.fault("F35")
def test_a_redis_that_hangs_costs_a_moment_and_not_the_request(own: OwnRedis) -> None:
    outbox.enqueue("test.make_group", {"name": "before"})
    live.publish("site:1", "rounds")
    assert own.process is not None
    own.process.send_signal(signal.SIGSTOP)
    try:
        begun = time.monotonic()
        for number in range(20):
            outbox.enqueue("test.make_group", {"name": f"g{number}"})
            live.publish("site:1", "rounds")
        assert time.monotonic() - begun < 5
    finally:
        own.process.send_signal(signal.SIGCONT)
    assert OutboxItem.objects.waiting().count() == 21


@pytest.mark.fault("F35")
def test_a_flushed_redis_loses_rings_and_the_sweeper_rings_again(own: OwnRedis) -> None:
    outbox.enqueue("test.make_group", {"name": "a"})
    with own.client() as redis:
        assert redis.llen("celery") == 1
        redis.flushall()
    assert running.sweep() == 1
    with own.client() as redis:
        assert redis.llen("celery") == 1


@pytest.mark.fault("F35")
def test_a_full_redis_refuses_and_the_write_succeeds_all_the_same(own: OwnRedis) -> None:
    with own.client() as redis:
        assert own.process is not None
        assert redis.info("server")["process_id"] == own.process.pid
        redis.config_set("maxmemory", "1mb")
        redis.config_set("maxmemory-policy", "noeviction")
    outbox.enqueue("test.make_group", {"name": "a"})
    live.publish("site:1", "rounds")
    assert OutboxItem.objects.waiting().count() == 1


@pytest.mark.fault("F35")
def test_who_is_signed_in_stays_so_without_redis(own: OwnRedis) -> None:
    person = PersonFactory.create()
    browser = Client()
    browser.force_login(person)
    own.kill()
    assert browser.get("/notifications/unread/").json() == {"unread": 0}
