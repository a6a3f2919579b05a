"""What a worker does, done here and now."""

from core.models import OutboxItem
from core.outbox import running


def work_off(handler: str) -> int:
    """Do all waiting work of `handler`; how many pieces there were."""
    return running.run(
        ids=list(OutboxItem.objects.waiting().filter(handler=handler).values_list("pk", flat=True))
    )
