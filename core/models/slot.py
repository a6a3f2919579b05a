"""Occurrences of recurring tasks that have been dealt with: beat ticks, the unique key decides."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.querysets import PolicyQuerySet


class Slot(models.Model):
    """One occurrence of one schedule. The row commits together with the work it stands for."""

    schedule = models.CharField(_("schedule"), max_length=100)
    slot = models.CharField(
        _("slot"), max_length=100, help_text=_("The occurrence, such as 2026-11 or an instant.")
    )
    taken_at = models.DateTimeField(_("taken"), default=clock.now)

    objects = PolicyQuerySet["Slot"].as_manager()

    class Meta:
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        constraints = (models.UniqueConstraint(fields=("schedule", "slot"), name="slot_once"),)

    def __str__(self) -> str:
        return f"{self.schedule} {self.slot}"
