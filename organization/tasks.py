"""Celery entry points of the organization."""

from celery import shared_task

from organization.services import households


@shared_task
def erase_residents() -> None:
    """Every hour, as midnight comes to each site: forget the residents whose last day has passed."""
    households.erase_overdue()
