"""Integration tokens: how another program asks, on behalf of the person who made the token."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.clock import now
from core.querysets import PolicyQuerySet

from .companies import Company


class IntegrationTokenQuerySet(PolicyQuerySet["IntegrationToken"]):
    """Filters on tokens."""

    def usable(self) -> "IntegrationTokenQuerySet":
        """Neither revoked nor expired, of a person who is still active."""
        return self.filter(revoked_at=None, expires_at__gt=now(), created_by__is_active=True)


class IntegrationToken(models.Model):
    """A secret with scopes and an end. Only its hash is kept; it may do at most what its maker may."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="tokens", verbose_name=_("company"))
    name = models.CharField(
        _("name"), max_length=80, help_text=_("What uses it, for example “parking system”.")
    )
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(
        _("begins with"),
        max_length=12,
        editable=False,
        help_text=_("To tell tokens apart; not enough to use one."),
    )
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("scopes"))
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, help_text=_("To the minute."))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens", verbose_name=_("acts for")
    )
    created_at = models.DateTimeField(_("created"), default=now)

    objects = IntegrationTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("integration token")
        verbose_name_plural = _("integration tokens")
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """Usable, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        return "usable" if self.expires_at > now() else "expired"
