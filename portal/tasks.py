"""Celery entry points of the portal: one call each. When they run stands in config/schedule.py."""

from celery import shared_task
from django.conf import settings

from portal.demo import filling


@shared_task
def walk_demo() -> None:
    """In the demo only: let its guards walk on, so that the live page moves."""
    if getattr(settings, "DEMO", False):
        filling.go_on()
