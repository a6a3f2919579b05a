"""Site-local days on which something countable changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.querysets import PolicyQuerySet


class ChangedDay(models.Model):
    """A day whose daily figures must be counted again. Marked in the transaction that changed the records."""

    site = models.ForeignKey("organization.Site", models.CASCADE, related_name="+", verbose_name=_("site"))
    day = models.DateField(_("day"), help_text=_("In the site's time zone."))
    marked_at = models.DateTimeField(_("marked at"))

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("day to count again")
        verbose_name_plural = _("days to count again")
        ordering = ("day", "site_id")
        constraints = [models.UniqueConstraint(fields=["site", "day"], name="changed_day_unique")]

    def __str__(self) -> str:
        return f"{self.site_id} {self.day}"
