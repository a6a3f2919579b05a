"""Celery entry points of cases: one call each. When they run stands in config/schedule.py."""

from celery import shared_task

from incidents.services import (
    alarm_listening,
    alarm_purging,
    escalating,
    expiring,
    forgetting,
    mailboxes,
    pausing,
)


@shared_task
def escalate() -> None:
    """Every 20 seconds: end the pauses that are over, then call whoever is due to be called."""
    pausing.resume_over()
    escalating.escalate()


@shared_task
def close_silent() -> None:
    """Every ten minutes: close by rule what nobody has said a word about."""
    expiring.close_silent()


@shared_task
def forget_residents() -> None:
    """Every hour: erase what names the residents of cases that ended 180 days ago."""
    forgetting.forget_overdue()


@shared_task
def watch_devices() -> None:
    """Every 30 seconds: raise an alarm for devices that have been silent for too long."""
    alarm_listening.watch()


@shared_task
def look_into_mailboxes() -> None:
    """Every minute: mails of residents become cases."""
    mailboxes.look_into_all()


@shared_task
def purge_messages() -> None:
    """Every night: delete signs of life of more than a month ago, and messages of alarms of more than three years ago."""
    alarm_purging.purge_messages()
