"""What was counted per day, how far the counting has come, and what a check of it found."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.querysets import PolicyQuerySet
from organization.models import Company, Site, Zone


class DayFigure(models.Model):
    """Everything counted on one site-local day in one zone; zone empty: the whole site, each thing once.

    `counts` maps the codes of measures (kpi.indicators) to numbers; a measure that is not named is 0. A month is
    the sum of its days. A day on which nothing happened has no row.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="+", verbose_name=_("company"))
    site = models.ForeignKey(Site, models.CASCADE, related_name="day_figures", verbose_name=_("site"))
    zone = models.ForeignKey(
        Zone, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("zone")
    )
    day = models.DateField(_("day"), help_text=_("In the site's time zone."))
    counts = models.JSONField(_("counts"), default=dict, help_text=_("Number by measure."))
    counted_at = models.DateTimeField(_("counted at"))

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("daily figure")
        verbose_name_plural = _("daily figures")
        ordering = ("site_id", "day", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["site", "zone", "day"], name="day_figure_once", nulls_distinct=False
            )
        ]
        indexes = [
            models.Index(fields=["site", "day"], name="day_figure_site_day"),
            models.Index(fields=["company", "day"], condition=Q(zone=None), name="day_figure_company_day"),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.day}"


class CountedUntil(models.Model):
    """The last day of a site whose end was followed by a count: limits that ended on it are all judged (kpi.services.turning)."""

    site = models.OneToOneField(
        Site, models.CASCADE, primary_key=True, related_name="counted_until", verbose_name=_("site")
    )
    day = models.DateField(_("day"), help_text=_("In the site's time zone."))

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("last day counted after its end")
        verbose_name_plural = _("last days counted after their end")
        ordering = ("site_id",)

    def __str__(self) -> str:
        return f"{self.site_id} {self.day}"


class FigureCheck(models.Model):
    """The last comparison of a site's daily figures with a count over the records themselves."""

    site = models.OneToOneField(
        Site, models.CASCADE, primary_key=True, related_name="figure_check", verbose_name=_("site")
    )
    checked_at = models.DateTimeField(_("checked at"))
    days = models.JSONField(_("days compared"), default=list, help_text=_("ISO dates."))
    differences = models.JSONField(
        _("differences"), default=list, help_text=_("Day, measure, number kept, number counted.")
    )

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of figures")
        verbose_name_plural = _("checks of figures")
        ordering = ("-checked_at",)

    def __str__(self) -> str:
        return f"{self.site_id} {self.checked_at:%Y-%m-%d}"
