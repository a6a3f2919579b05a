"""What the auditor expects of figures."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from core.auditor import Finding, expectation
from core.clock import now
from core.models import ChangedDay
from kpi.models import DayFigure, FigureCheck
from organization.models import Site

#: How long a changed day may wait to be counted again.
PATIENCE = timedelta(minutes=15)
#: How old the last comparison of figures may be where there are figures.
CHECKED_WITHIN = timedelta(hours=50)


@expectation("kpi.days_counted", _("Daily figures are behind the records"))
def days_waiting() -> Iterable[Finding]:
    """Days marked more than a quarter of an hour ago and still not counted again, by site."""
    late = ChangedDay.objects.filter(marked_at__lt=now() - PATIENCE).order_by()
    for row in late.values("site_id", "site__company_id").annotate(count=Count("pk")):
        yield Finding(
            f"site:{row['site_id']}",
            company_id=row["site__company_id"],
            site_id=row["site_id"],
            details={"count": row["count"]},
        )


@expectation("kpi.figures_equal_records", _("Daily figures differ from the records"))
def figures_that_differ() -> Iterable[Finding]:
    """Sites whose figures did not agree with the records when they were last compared."""
    for check in FigureCheck.objects.exclude(differences=[]).select_related("site"):
        day, measure, kept, counted = check.differences[0]
        yield Finding(
            f"site:{check.pk}",
            company_id=check.site.company_id,
            site_id=check.pk,
            details={
                "count": len(check.differences),
                "day": day,
                "measure": measure,
                "kept": kept,
                "counted": counted,
            },
        )


@expectation("kpi.figures_compared", _("Nobody compares the daily figures with the records"))
def nobody_compares() -> Iterable[Finding]:
    """No comparison at all for two days although there are figures older than that."""
    since = now() - CHECKED_WITHIN
    if FigureCheck.objects.filter(checked_at__gt=since).exists():
        return
    if DayFigure.objects.filter(counted_at__lt=since, site__in=Site.objects.filter(is_active=True)).exists():
        yield Finding("nightly")
