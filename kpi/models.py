"""Daily figures per site and zone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.querysets import PolicyQuerySet
from organization.models import Company, Site, Zone


class DayFigure(models.Model):
    """Numerator and denominator of one indicator on one site-local day; zone empty: the whole site.

    A month is the sum of its days.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="+", verbose_name=_("company"))
    site = models.ForeignKey(Site, models.CASCADE, related_name="day_figures", verbose_name=_("site"))
    zone = models.ForeignKey(
        Zone, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("zone")
    )
    day = models.DateField(_("day"))
    indicator = models.CharField(_("indicator"), max_length=40)
    numerator = models.FloatField(_("numerator"))
    denominator = models.FloatField(_("denominator"))

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("daily figure")
        verbose_name_plural = _("daily figures")
        ordering = ("site_id", "day", "indicator")
        constraints = [
            models.UniqueConstraint(
                fields=["site", "zone", "day", "indicator"], name="day_figure_unique", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["company", "indicator", "day"], name="day_figure_company")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.day}"
