"""Months whose figures were frozen (R103)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.querysets import PolicyQuerySet
from organization.models import Company, Site


class ClosedMonth(models.Model):
    """The figures of a site's month as they were when it was closed; written once, never changed.

    `content` is canonical JSON (kpi.selectors.freezing): counts of every day and zone, figures with their targets, the profile
    they were reckoned by, and the definitions. `sha256` is the hash of its bytes. What the records say later is shown
    beside it, never in it.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    site = models.ForeignKey(Site, models.PROTECT, related_name="closed_months", verbose_name=_("site"))
    month = models.DateField(_("month"), help_text=_("Its first day."))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("closed by")
    )
    closed_at = models.DateTimeField(_("closed at"))
    content = models.TextField(_("content"), help_text=_("Canonical JSON."))
    sha256 = models.CharField(_("SHA-256"), max_length=64, help_text=_("Of the content, in hex."))

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("closed month")
        verbose_name_plural = _("closed months")
        ordering = ("-month", "site_id")
        constraints = [
            models.UniqueConstraint(fields=["site", "month"], name="month_closed_once"),
            models.CheckConstraint(
                condition=models.Q(month__day=1), name="closed_month_is_named_by_its_first_day"
            ),
        ]
        triggers = (pgtrigger.Protect(name="insert_only", operation=pgtrigger.Update | pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"{self.site_id} {self.month:%Y-%m}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("kpi:closed_month", args=[self.pk])
