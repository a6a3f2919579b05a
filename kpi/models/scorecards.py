"""The weights of the department scorecard, of a company or one of its sites, from a month on (R102)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.querysets import PolicyQuerySet
from organization.models import Company, Site


@tracked()
class Scorecard(models.Model):
    """By what weights a department is scored from the month `starts` on, until later weights; site empty: at every site without its own.

    The weights are whole percent and sum to 100. They may be changed until their month begins; then they are frozen.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="+", verbose_name=_("company"))
    site = models.ForeignKey(
        Site, models.CASCADE, null=True, blank=True, related_name="scorecards", verbose_name=_("site")
    )
    starts = models.DateField(_("from"), help_text=_("First day of the month from which it counts."))
    weights = models.JSONField(_("weights"), default=dict, help_text=_("Percent by code of the indicator."))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by")
    )
    made_at = models.DateTimeField(_("set at"))

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("scorecard")
        verbose_name_plural = _("scorecards")
        ordering = ("-starts", "-id")
        constraints = [
            models.CheckConstraint(condition=Q(starts__day=1), name="scorecard_starts_with_a_month"),
            models.UniqueConstraint(
                fields=["company", "site", "starts"], name="scorecard_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site_id or self.company_id} {self.starts:%Y-%m}"
