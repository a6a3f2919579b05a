"""What the auditor expects of patrols."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from core.auditor import Finding, expectation
from core.clock import now
from patrols.models import OPEN_STATUSES, Plan, Round
from patrols.services.partitions import misplaced

#: How long a tick may be late before it is missed.
PATIENCE = timedelta(minutes=10)
#: Rounds must exist at least this far ahead.
AHEAD = timedelta(hours=36)


@expectation("patrols.rounds_exist", _("Plans have no rounds for the coming days"))
def plans_without_rounds() -> Iterable[Finding]:
    """Plans in use whose rounds end within 36 hours, by site."""
    moment = now()
    behind = Plan.objects.filter(is_active=True, site__is_active=True, created_at__lt=moment - PATIENCE * 2)
    behind = behind.filter(Q(progress=None) | Q(progress__rounds_until__lt=moment + AHEAD)).order_by()
    for row in behind.values("site_id", "site__company_id").annotate(count=Count("pk")):
        yield Finding(
            f"site:{row['site_id']}",
            company_id=row["site__company_id"],
            site_id=row["site_id"],
            details={"count": row["count"]},
        )


@expectation("patrols.rounds_judged", _("Rounds whose time is over are not judged"))
def rounds_without_judgement() -> Iterable[Finding]:
    """Rounds still open more than ten minutes after their end, by site."""
    late = Round.objects.filter(status__in=OPEN_STATUSES, closes_at__lt=now() - PATIENCE).order_by()
    for row in late.values("site_id", "company_id").annotate(count=Count("pk")):
        yield Finding(
            f"site:{row['site_id']}",
            company_id=row["company_id"],
            site_id=row["site_id"],
            details={"count": row["count"]},
        )


@expectation("patrols.partitions", _("Scans lie outside the table of their month"))
def scans_outside_their_month() -> Iterable[Finding]:
    """Scans in the default partition that belong to a month which should have its own."""
    count = misplaced()
    if count:
        yield Finding("default", details={"count": count})
