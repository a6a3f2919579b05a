"""Letting given-up work be tried again."""

from typing import Any

from django.db import transaction

from core import audit, policies
from core.audit import actions
from core.models import OutboxItem
from core.outbox import bell, claiming


@transaction.atomic
def retry(*, item: OutboxItem, user: Any) -> bool:
    """Put a given-up item back into the queue, from its first attempt. False when somebody was faster.

    Raises PermissionDenied.
    """
    policies.require(user, "retry", item)
    revived = claiming.revive(item)
    if revived:
        details = {"work": item.handler, "error": item.last_error[:200]}
        audit.record(actions.WORK_RETRIED, actor=user, company=item.company, target=item, details=details)
        transaction.on_commit(lambda: bell.ring([str(item.pk)]), robust=True)
    return revived
