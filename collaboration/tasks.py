"""Celery entry points of collaboration. When they run stands in config/schedule.py."""

from celery import shared_task

from collaboration.services import reminding


@shared_task
def remind() -> None:
    """Every five minutes: remind of what is due, notice what is overdue or unanswered."""
    reminding.remind()
