"""What residents said and what was done about it, told to them (R069)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collaboration.models import ActionItem
from core.audit import tracked
from core.querysets import PolicyQuerySet
from core.translated import TranslatedField
from organization.models import Site

from .waves import Wave


@tracked()
class SaidDone(models.Model):
    """One line of "you said, we did", in up to three languages; residents read it once it is published."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="said_done", verbose_name=_("site"))
    wave = models.ForeignKey(
        Wave, models.SET_NULL, null=True, blank=True, related_name="said_done", verbose_name=_("survey wave")
    )
    action = models.ForeignKey(
        ActionItem, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("action item")
    )
    said = TranslatedField(_("you said"))
    did = TranslatedField(_("we did"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = PolicyQuerySet["SaidDone"].as_manager()

    class Meta:
        verbose_name = _("feedback to residents")
        verbose_name_plural = _("feedback to residents")
        ordering = ("-published_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="said_done_published_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.said)
