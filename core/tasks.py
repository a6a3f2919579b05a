"""Celery entry points of the platform: one call each. When they run stands in config/schedule.py."""

from uuid import UUID

from celery import shared_task

from core import purging
from core.attachments import sweeping
from core.auditor import heart, rounds
from core.outbox import running


@shared_task
def run_outbox_item(identifier: str) -> None:
    """The bell rang for one outbox item: do it, unless somebody else has it."""
    running.run(ids=[UUID(identifier)])


@shared_task
def sweep_outbox() -> None:
    """Every 30 seconds: ring for what is due and was not rung, or whose worker died."""
    running.sweep()
    heart.beat(heart.SWEEPER)


@shared_task
def run_auditor() -> None:
    """Every five minutes: compare what should exist with what does."""
    rounds.run()


@shared_task
def purge() -> None:
    """Nightly: remove what has served its time."""
    purging.purge()


@shared_task
def finish_photos() -> None:
    """Every minute: keep photos whose bytes are all here but could not be kept then."""
    sweeping.finish_complete()


@shared_task
def sweep_photos() -> None:
    """Nightly: remove photos and files nobody refers to."""
    sweeping.sweep()
