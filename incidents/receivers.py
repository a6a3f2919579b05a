"""What follows when something happens to a case: other programs hear of it."""

from typing import Any

from django.dispatch import receiver

from core.webhooks import announce
from incidents import signals


@receiver(signals.case_opened)
def announce_opened(sender: Any, case_id: int, site_id: int, **kwargs: Any) -> None:
    """A new case."""
    announce("case.opened", [case_id], site_id=site_id)


@receiver(signals.case_changed)
def announce_changed(sender: Any, case_id: int, site_id: int, **kwargs: Any) -> None:
    """A note, a photo, another person or due time."""
    announce("case.changed", [case_id], site_id=site_id)


@receiver(signals.case_stepped)
def announce_stepped(sender: Any, case_id: int, site_id: int, **kwargs: Any) -> None:
    """Any step of the workflow; the new state is told."""
    announce("case.stepped", [case_id], site_id=site_id)


@receiver(signals.case_closed)
def announce_closed(sender: Any, case_id: int, site_id: int, **kwargs: Any) -> None:
    """Closed, or void."""
    announce("case.closed", [case_id], site_id=site_id)


@receiver(signals.case_resolved)
def announce_resolved(sender: Any, case_id: int, site_id: int, **kwargs: Any) -> None:
    """A settled case."""
    announce("case.resolved", [case_id], site_id=site_id)


@receiver(signals.case_reopened)
def announce_reopened(sender: Any, case_id: int, site_id: int, **kwargs: Any) -> None:
    """A case that was not settled after all."""
    announce("case.reopened", [case_id], site_id=site_id)
