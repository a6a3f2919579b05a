"""The monthly reports that were issued."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7
from core.querysets import PolicyQuerySet
from organization.models import Company, Site


def report_path(report: "MonthlyReport", filename: str) -> str:
    """Where an issued report is stored: private, under a name nobody can guess."""
    return f"reports/{report.site_id}/{uuid7().hex}-{filename}"


class MonthlyReport(models.Model):
    """The report of one site and month as it was issued; made once, on the first working day after it."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="+", verbose_name=_("company"))
    site = models.ForeignKey(Site, models.CASCADE, related_name="monthly_reports", verbose_name=_("site"))
    month = models.DateField(_("month"), help_text=_("Its first day."))
    made_at = models.DateTimeField(_("made at"))
    xlsx = models.FileField(_("workbook"), upload_to=report_path, max_length=200)
    pdf = models.FileField(_("document"), upload_to=report_path, max_length=200, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("monthly report")
        verbose_name_plural = _("monthly reports")
        ordering = ("-month", "site_id")
        constraints = [models.UniqueConstraint(fields=["site", "month"], name="monthly_report_once")]

    def __str__(self) -> str:
        return f"{self.site_id} {self.month:%Y-%m}"
