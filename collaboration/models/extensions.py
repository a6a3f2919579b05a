"""Asking for more time: the reason, the new due time, and who decided."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.querysets import PolicyQuerySet

from .actions import ActionItem


class Decision(models.TextChoices):
    """What became of the request."""

    PENDING = "pending", _("Not decided")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    VOID = "void", _("Fell away")


class Extension(models.Model):
    """A request for more time for an action item, decided by somebody other than who asked."""

    action = models.ForeignKey(
        ActionItem, models.CASCADE, related_name="extensions", verbose_name=_("action item")
    )
    reason = models.TextField(_("reason"))
    due_before = models.DateTimeField(_("due when asked"))
    until = models.DateTimeField(_("new due time"))
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, default=Decision.PENDING)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    note = models.TextField(_("note"), blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for more time")
        verbose_name_plural = _("requests for more time")
        ordering = ("action_id", "asked_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["action"], condition=Q(decision="pending"), name="extension_one_pending"
            ),
            models.CheckConstraint(condition=Q(until__gt=F("due_before")), name="extension_is_later"),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_reason"),
            models.CheckConstraint(
                condition=Q(decision="pending", decided_at__isnull=True)
                | Q(decision="void", decided_at__isnull=False)
                | Q(decision__in=["approved", "refused"], decided_at__isnull=False, decided_by__isnull=False),
                name="extension_decided_has_time",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="extension_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.reason
