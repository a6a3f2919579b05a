"""How long messages of devices are kept: never less than the thirty days the database guards."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from core.clock import now
from incidents.models import AlarmMessage, Outcome

#: Signs of life, and what a rule ignored.
IDLE = timedelta(days=31)
#: Messages that were part of an alarm (reliability.md: three years). The alarm itself stays.
ALARMS = timedelta(days=3 * 365)
BATCH = 1_000


def purge_messages() -> int:
    """Delete what is older, a batch a transaction, so that a killed run has lost nothing; how many."""
    moment = now()
    idle = Q(reading__outcome__in=(Outcome.HEARTBEAT, Outcome.IGNORED), received_at__lt=moment - IDLE)
    old = AlarmMessage.objects.filter(idle | Q(received_at__lt=moment - ALARMS)).order_by("pk")
    deleted = last = 0
    while batch := list(old.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            AlarmMessage.objects.filter(pk__in=batch).delete()
        deleted, last = deleted + len(batch), batch[-1]
    return deleted
