"""What the auditor expects of the queue itself."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from core import clock
from core.auditor.expectations import Finding, expectation
from core.models import OutboxItem

#: Work that is due for longer than this although nobody holds it means that no worker is alive.
PATIENCE = timedelta(minutes=5)


@expectation("core.outbox", _("Work is waiting and nobody takes it up"))
def overdue() -> Iterable[Finding]:
    """Items due for more than five minutes, by handler and company."""
    late = OutboxItem.objects.due().filter(not_before__lt=clock.now() - PATIENCE).order_by()
    for row in late.values("handler", "company_id").annotate(count=Count("pk")):
        key = f"{row['handler']}:{row['company_id'] or 0}"
        yield Finding(
            key, company_id=row["company_id"], details={"work": row["handler"], "count": row["count"]}
        )


@expectation("core.given_up", _("Work was given up after repeated failure"))
def given_up() -> Iterable[Finding]:
    """Given-up items, by handler and company."""
    for row in (
        OutboxItem.objects.dead().order_by().values("handler", "company_id").annotate(count=Count("pk"))
    ):
        key = f"{row['handler']}:{row['company_id'] or 0}"
        yield Finding(
            key, company_id=row["company_id"], details={"work": row["handler"], "count": row["count"]}
        )
