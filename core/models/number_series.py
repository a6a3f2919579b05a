"""Counters for numbers people read, such as a case number."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.querysets import PolicyQuerySet


class NumberSeries(models.Model):
    """The last number given out in one series of a company, or of one of its sites."""

    series = models.CharField(_("series"), max_length=100)
    company = models.ForeignKey(
        "organization.Company", models.CASCADE, related_name="+", verbose_name=_("company")
    )
    site = models.ForeignKey(
        "organization.Site", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("site")
    )
    last = models.PositiveBigIntegerField(_("last number"), default=0)

    objects = PolicyQuerySet["NumberSeries"].as_manager()

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = (
            models.UniqueConstraint(
                fields=("series", "company", "site"), nulls_distinct=False, name="number_series_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.series}: {self.last}"
