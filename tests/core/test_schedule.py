"""The table of recurring tasks is sound."""

from datetime import timedelta
from itertools import pairwise

import pytest
from celery import current_app
from celery.schedules import crontab

from config.celery import app
from config.schedule import SCHEDULE, beat_entries, cron, every
from core import clock


@pytest.mark.parametrize("name", SCHEDULE)
def test_every_line_names_a_task_that_exists(name: str) -> None:
    app.loader.import_default_modules()
    assert SCHEDULE[name].task in current_app.tasks


@pytest.mark.parametrize("name", SCHEDULE)
def test_every_tick_expires_before_the_next_one(name: str) -> None:
    tick = SCHEDULE[name]
    gap = tick.when if isinstance(tick.when, float) else _smallest_gap(tick.when)
    assert 0 < tick.expires < gap


def _smallest_gap(when: crontab) -> float:
    moment = clock.now()
    due = []
    for _tick in range(5):
        moment += when.remaining_estimate(moment) + timedelta(seconds=1)
        due.append(moment)
    return min((after - before).total_seconds() for before, after in pairwise(due))


def test_beat_reads_the_table() -> None:
    assert every("a.b", seconds=30).expires < 30
    assert cron("a.b", minute="*/5", expires=200).expires == 200
    assert set(beat_entries()) == set(SCHEDULE)


def test_messages_are_json_acknowledged_late_and_handed_out_again_when_a_worker_dies() -> None:
    conf = app.conf
    assert (conf.task_serializer, conf.accept_content) == ("json", ["json"])
    assert (conf.task_acks_late, conf.task_reject_on_worker_lost) == (True, True)
    assert conf.worker_prefetch_multiplier == 1
    assert not conf.task_always_eager
    visible = conf.broker_transport_options["visibility_timeout"]
    assert visible > 2 * conf.task_time_limit
    assert visible == conf.visibility_timeout == conf.result_backend_transport_options["visibility_timeout"]
