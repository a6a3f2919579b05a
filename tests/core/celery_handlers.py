"""What the workers of test_celery_survives_kills.py do. Loaded by `celery worker --include`."""

import time
from typing import Any

from celery import shared_task
from django.contrib.auth.models import Group
from django.db import transaction

from core import clock, jobs, outbox, slots
from core.models import OutboxItem

#: Seconds of one slot of the ticking task.
SLOT = 2


@outbox.handler("test.make_group")
def make_group(payload: dict[str, Any], item: OutboxItem) -> None:
    """Write one row, slowly if asked to."""
    time.sleep(payload.get("seconds", 0))
    Group.objects.create(name=payload["name"])


@jobs.kind("test.written_report")
def write_report(job: jobs.Running) -> None:
    """Leave a small file."""
    job.progress(1, 1)
    job.attach("report.csv", b"whole")


@shared_task(name="test.tick")
def tick() -> None:
    """What a recurring task does: once per slot, however often it is called."""
    number = int(clock.now().timestamp()) // SLOT
    with transaction.atomic():
        if slots.take("test.tick", str(number)):
            Group.objects.create(name=f"slot-{number}")
