"""Celery entry points of patrols: one call each. When they run stands in config/schedule.py."""

from celery import shared_task

from patrols.services import judging, materialising, partitions


@shared_task
def materialise_rounds() -> None:
    """Every ten minutes: make the rounds of the next 48 hours."""
    materialising.materialise()


@shared_task
def judge_rounds() -> None:
    """Every minute: judge the rounds whose time is over."""
    judging.judge_due()


@shared_task
def make_partitions() -> None:
    """Daily: see to it that the months around now have their part of the scan table."""
    partitions.ensure()
