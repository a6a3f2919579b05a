"""How long the platform keeps its own working rows. Records of the trade are not touched here."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q

from core import clock
from core.imports.checking import end
from core.models import (
    AuditorFinding,
    IdempotentRequest,
    ImportRun,
    Job,
    Notification,
    OutboxItem,
    RobotMessage,
    Slot,
    WebhookDelivery,
)

#: Done work; longer than any client may retry with the same key.
OUTBOX = timedelta(days=30)
#: Files of jobs, and their rows.
JOBS = timedelta(days=30)
#: Files that were checked and not decided: they hold what people wrote about people.
UNDECIDED_IMPORTS = timedelta(days=1)
#: Notifications, read or not.
NOTIFICATIONS = timedelta(days=180)
#: The logs of group robots and webhooks.
SENDINGS = timedelta(days=90)
SLOTS = timedelta(days=400)
FINDINGS = timedelta(days=180)
#: Answers under an idempotency key; longer than any client repeats.
ANSWERS = timedelta(days=30)


def purge() -> None:
    """Remove ended outbox items, jobs and imports with their files, old notifications, logs of what was sent, slots,
    findings, answers, sessions.
    """
    now = clock.now()
    OutboxItem.objects.filter(state=OutboxItem.State.DONE, ended_at__lt=now - OUTBOX).delete()
    for job in Job.objects.filter(ended_at__lt=now - JOBS).iterator():
        job.file.delete(save=False)
        job.delete()
    undecided = Q(state=ImportRun.State.CHECKED) | Q(job=None) | Q(job__ended_at__isnull=False)
    for run in ImportRun.objects.filter(undecided, ended_at=None, created_at__lt=now - UNDECIDED_IMPORTS):
        with transaction.atomic():
            end(run, ImportRun.State.DISCARDED)
    ImportRun.objects.filter(ended_at__lt=now - JOBS).delete()
    Notification.objects.filter(created_at__lt=now - NOTIFICATIONS).delete()
    for sending in (RobotMessage, WebhookDelivery):
        sending._default_manager.filter(ended_at__lt=now - SENDINGS).delete()
    Slot.objects.filter(taken_at__lt=now - SLOTS).delete()
    AuditorFinding.objects.filter(resolved_at__lt=now - FINDINGS).delete()
    IdempotentRequest.objects.filter(created_at__lt=now - ANSWERS).delete()
    Session.objects.filter(expire_date__lt=now).delete()
