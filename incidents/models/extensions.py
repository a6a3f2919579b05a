"""More time for a case, asked for and decided; the first due time stays."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.querysets import PolicyQuerySet

from .cases import Case


class Extension(models.Model):
    """A wish for a later due time with its reason, and what was decided. At most one is open per case."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="extensions", verbose_name=_("case"))
    until = models.DateTimeField(_("until"))
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    is_granted = models.BooleanField(_("granted"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ("case_id", "asked_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(is_granted__isnull=True), name="extension_one_open"
            ),
            models.CheckConstraint(
                condition=Q(is_granted__isnull=True, decided_at__isnull=True, decided_by__isnull=True)
                | Q(is_granted__isnull=False, decided_at__isnull=False, decided_by__isnull=False),
                name="extension_decided_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class Pause(models.Model):
    """A stretch in which a case's limits stood still, and why (R071; domain 3.1 rule 4)."""

    class Reason(models.TextChoices):
        """Why nothing could be done."""

        OWNER = "owner", _("Waiting for the owner")
        PARTS = "parts", _("Waiting for parts")
        ACCESS = "access", _("No access")
        OTHER = "other", _("Other")

    case = models.ForeignKey(Case, models.CASCADE, related_name="pauses", verbose_name=_("case"))
    reason = models.CharField(_("reason"), max_length=8, choices=Reason)
    note = models.TextField(_("note"), blank=True)
    started_at = models.DateTimeField(_("from"))
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("paused by")
    )
    expected_until = models.DateTimeField(
        _("expected until"),
        null=True,
        blank=True,
        help_text=_("The limits run again by themselves then."),
    )
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("resumed by"),
    )

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ("case_id", "started_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at__isnull=True), name="pause_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("started_at")),
                name="pause_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_reason_display())
