"""What the lines of every timeline share: when, who, and what was said."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.querysets import PolicyQuerySet


class TimelineEntry(models.Model):
    """One line of a timeline. Never edited. Models of it add what it belongs to, and the kinds of line there are."""

    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    text = models.TextField(_("text"), blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        abstract = True
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline entries")

    def __str__(self) -> str:
        return self.text
