"""Celery entry points of surveys. When they run stands in config/schedule.py."""

from celery import shared_task

from surveys.services import calendar, standing


@shared_task
def keep_calendar() -> None:
    """Every ten minutes: make what is due, prepare, open, remind of and close waves."""
    calendar.tick()


@shared_task
def unlink_anonymous() -> None:
    """Each night: nothing tells which answer of an anonymous standing wave belongs to whom."""
    standing.unlink_anonymous()
