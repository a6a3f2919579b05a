"""Reading notifications in the application."""

from typing import Any

from django.db import transaction

from core import clock, live
from core.models import Notification

#: The bell shows "99+" beyond this, and counts no further.
MOST = 100


def unread_count(person: Any) -> int:
    """Unread notifications of a person, counted up to MOST."""
    return Notification.objects.filter(recipient=person).unread().order_by()[:MOST].count()


@transaction.atomic
def mark_read(*, notification: Notification) -> bool:
    """Tick one off; False when it was read before."""
    changed = Notification.objects.filter(pk=notification.pk).unread().update(read_at=clock.now())
    if changed:
        _announce(notification.recipient_id)
    return bool(changed)


@transaction.atomic
def mark_all_read(*, person: Any) -> int:
    """Tick off everything a person has not read; returns how many."""
    changed = Notification.objects.filter(recipient=person).unread().update(read_at=clock.now())
    if changed:
        _announce(person.pk)
    return changed


def _announce(person_id: int) -> None:
    live.publish(live.person_topic(person_id), "notifications")
