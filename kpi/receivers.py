"""What figures do when something was announced."""

from typing import Any

from django.dispatch import receiver

from core import outbox
from kpi.models import ClosedMonth
from kpi.signals import month_closed


@receiver(month_closed)
def keep_its_report(closed_id: int, **_more: Any) -> None:
    """Have the files of a closed month made, once."""
    closed = ClosedMonth.objects.get(pk=closed_id)
    outbox.enqueue(
        "kpi.keep_closed_report", {"closed": closed_id}, key=str(closed_id), company_id=closed.company_id
    )
