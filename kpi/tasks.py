"""Celery entry points of figures: one call each. When they run stands in config/schedule.py."""

from celery import shared_task

from kpi.services import checking, folding, issuing, turning
from kpi.services.improving import reminding


@shared_task
def fold_changed_days() -> None:
    """Every minute: count the days again on which something changed, and those that have just ended."""
    turning.turn_days()
    folding.fold_changed()


@shared_task
def compare_figures() -> None:
    """Nightly: compare a sample of the daily figures with the records."""
    checking.check_sample()


@shared_task
def issue_monthly_reports() -> None:
    """Every ten minutes: have the reports made whose first working day has come."""
    issuing.issue_due()


@shared_task
def remind_of_measures() -> None:
    """Every half hour: tell of improvement measures that are due soon, overdue, or ready to be checked."""
    reminding.remind()
