"""Requests that may arrive twice and must work once."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.clock import now
from core.querysets import PolicyQuerySet


class IdempotentRequest(models.Model):
    """A request that succeeded under a key, committed together with its effect, and the answer it got."""

    company = models.ForeignKey("organization.Company", on_delete=models.CASCADE, related_name="+", null=True)
    key = models.CharField(max_length=128, help_text=_("Chosen by the client; unique in its company."))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    fingerprint = models.CharField(
        max_length=64,
        help_text=_("SHA-256 of person, method, path and body: the same key must mean the same."),
    )
    status = models.PositiveSmallIntegerField(null=True, help_text=_("HTTP status of the answer."))
    headers = models.JSONField(default=dict, help_text=_("Headers of the answer that are replayed."))
    body = models.BinaryField(default=bytes)
    created_at = models.DateTimeField(default=now)

    objects = PolicyQuerySet["IdempotentRequest"].as_manager()

    class Meta:
        verbose_name = _("request under a key")
        verbose_name_plural = _("requests under a key")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "key"], nulls_distinct=False, name="idempotent_request_once"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotent_request_created")]

    def __str__(self) -> str:
        return self.key
