"""Signs of life of the watchers, and what they found missing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.querysets import PolicyQuerySet


class Heartbeat(models.Model):
    """When a watcher last finished its round. Older than its limit shows red on the dashboard."""

    name = models.CharField(_("name"), max_length=100, primary_key=True)
    beaten_at = models.DateTimeField(_("last sign of life"))
    duration_ms = models.PositiveIntegerField(_("took (ms)"), default=0)
    findings = models.PositiveIntegerField(_("open findings"), default=0)

    objects = PolicyQuerySet["Heartbeat"].as_manager()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name


class AuditorFinding(models.Model):
    """Something that should exist and does not (or the reverse), as one expectation of the auditor saw it."""

    expectation = models.CharField(_("expectation"), max_length=100)
    key = models.CharField(
        _("key"), max_length=200, help_text=_("What it is about; stays the same while it lasts.")
    )
    company = models.ForeignKey(
        "organization.Company",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("company"),
    )
    site = models.ForeignKey(
        "organization.Site", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("site")
    )
    details = models.JSONField(_("details"), default=dict, blank=True)
    first_seen_at = models.DateTimeField(_("first seen"), default=clock.now)
    last_seen_at = models.DateTimeField(_("last seen"), default=clock.now)
    resolved_at = models.DateTimeField(_("gone"), null=True, blank=True)

    objects = PolicyQuerySet["AuditorFinding"].as_manager()

    class Meta:
        verbose_name = _("finding of the auditor")
        verbose_name_plural = _("findings of the auditor")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("expectation", "key"), condition=models.Q(resolved_at=None), name="finding_open_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.expectation} {self.key}"
