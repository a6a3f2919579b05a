"""Sending one delivery through its channel: claimed by UPDATE, so that it goes out once."""

from datetime import timedelta
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock, faults
from core.models import Delivery, OutboxItem
from core.notifications.channels import channel_of
from core.outbox import GiveUp, TryLater, handler

#: How long a claimed delivery is left alone; mail servers answer or time out well before.
CLAIM = timedelta(minutes=2)


def _given_up(item: OutboxItem) -> None:
    Delivery.objects.filter(pk=item.payload["delivery"]).update(
        state=Delivery.State.FAILED, claimed_until=None, last_error=item.last_error
    )


@handler("core.deliver", atomic=False, after_death=_given_up, title=_("Send a notification by mail"))
def deliver(payload: dict[str, Any], item: OutboxItem) -> None:
    """Send one delivery, unless it went out already or is just going out elsewhere."""
    delivery = _claim(payload["delivery"])
    if delivery is None:
        return
    try:
        channel = channel_of(delivery.channel)
    except LookupError as error:
        raise GiveUp(str(error)) from error
    try:
        channel.send(delivery)
    except Exception as error:
        _release(delivery, error)
        raise
    faults.point("delivery.sent")
    Delivery.objects.filter(pk=delivery.pk).update(
        state=Delivery.State.SENT, sent_at=clock.now(), claimed_until=None, last_error=""
    )


def _claim(identifier: str) -> Delivery | None:
    now = clock.now()
    free = Q(state=Delivery.State.WAITING) | Q(state=Delivery.State.SENDING, claimed_until__lt=now)
    claimed = Delivery.objects.filter(free, pk=identifier).update(
        state=Delivery.State.SENDING, claimed_until=now + CLAIM, attempts=F("attempts") + 1
    )
    found = Delivery.objects.filter(pk=identifier)
    if claimed:
        return found.select_related("notification__recipient__company", "notification__site").get()
    if found.filter(state=Delivery.State.SENDING).exists():
        raise TryLater("being sent by another process", after=CLAIM)
    return None


def _release(delivery: Delivery, error: Exception) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(
        state=Delivery.State.WAITING, claimed_until=None, last_error=f"{type(error).__name__}: {error}"[:2000]
    )
