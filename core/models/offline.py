"""What phones handed in: one row per operation, and a place for what could not be taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.clock import now
from core.querysets import PolicyQuerySet

if TYPE_CHECKING:
    from uuid import UUID


class OperationState(models.TextChoices):
    """What became of an operation. Nothing a phone sent is ever dropped."""

    ACCEPTED = "accepted", _("Accepted")
    FLAGGED = "flagged", _("Accepted, flagged")
    QUARANTINED = "quarantined", _("In quarantine")
    CONFLICT = "conflict", _("Conflict")


class Operation(models.Model):
    """The receipt of one operation: committed together with its effect, returned to every replay."""

    pk: models.CompositePrimaryKey = models.CompositePrimaryKey("company_id", "id")
    company = models.ForeignKey("organization.Company", on_delete=models.CASCADE, related_name="+")
    id: models.UUIDField[UUID, UUID] = models.UUIDField(help_text=_("Made on the phone (UUIDv7)."))
    kind = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body_sha256 = models.CharField(max_length=64, help_text=_("Of the canonical form of its facts."))
    state = models.CharField(max_length=12, choices=OperationState)
    receipt = models.JSONField(null=True)
    device: models.UUIDField[UUID | None, UUID | None] = models.UUIDField(null=True)
    seq = models.BigIntegerField(null=True, help_text=_("Counted by the device, from 1."))
    made_at = models.DateTimeField(help_text=_("By the device's clock, uncorrected; UTC."))
    corrected_at = models.DateTimeField(help_text=_("By which it is judged; UTC."))
    received_at = models.DateTimeField(default=now)

    objects = PolicyQuerySet["Operation"].as_manager()

    class Meta:
        verbose_name = _("operation of a phone")
        verbose_name_plural = _("operations of phones")
        indexes = [
            models.Index(fields=["device", "seq"], name="operation_device_seq"),
            models.Index(fields=["received_at"], name="operation_received"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class PhoneDevice(models.Model):
    """A phone that handed something in: what we have of it, in its own numbering."""

    company = models.ForeignKey("organization.Company", on_delete=models.CASCADE, related_name="+")
    device: models.UUIDField[UUID, UUID] = models.UUIDField(
        help_text=_("Made on the phone when it was set up.")
    )
    seq = models.BigIntegerField(default=0, help_text=_("The highest number received."))
    loss: models.UUIDField[UUID | None, UUID | None] = models.UUIDField(
        null=True, help_text=_("The last loss of its storage that it told.")
    )
    seen_at = models.DateTimeField(default=now)

    objects = PolicyQuerySet["PhoneDevice"].as_manager()

    class Meta:
        verbose_name = _("mobile phone")
        verbose_name_plural = _("mobile phones")
        constraints = [
            models.UniqueConstraint(fields=["company", "device"], name="phone_device_once"),
        ]

    def __str__(self) -> str:
        return str(self.device)


class QuarantineState(models.TextChoices):
    """What a supervisor decided."""

    OPEN = "open", _("Waiting for a decision")
    RELEASED = "released", _("Released")
    DISMISSED = "dismissed", _("Dismissed")

    @property
    def tone(self) -> str:
        """Colour by meaning, read by the badge component."""
        return {"open": "warn", "released": "ok", "dismissed": "idle"}[self.value]


class QuarantineQuerySet(PolicyQuerySet["Quarantine"]):
    """Filters on what is in quarantine."""

    def open(self) -> QuarantineQuerySet:
        """Undecided."""
        return self.filter(state=QuarantineState.OPEN)


class Quarantine(models.Model):
    """Something a phone sent that could not be taken as it was, kept as received until somebody decides."""

    company = models.ForeignKey("organization.Company", on_delete=models.CASCADE, related_name="+")
    site = models.ForeignKey("organization.Site", on_delete=models.CASCADE, related_name="+", null=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Whose session handed it in."),
    )
    operation_id: models.UUIDField[UUID | None, UUID | None] = models.UUIDField(null=True)
    kind = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=40, help_text=_("A code: why it could not be taken."))
    detail = models.CharField(max_length=500, blank=True)
    raw = models.BinaryField(help_text=_("As received, at most 256 KiB."))
    raw_sha256 = models.CharField(max_length=64)
    truncated = models.BooleanField(default=False)
    photos = ArrayField(models.CharField(max_length=64), default=list, help_text=_("Hashes it names."))
    received_at = models.DateTimeField(default=now)
    state = models.CharField(max_length=10, choices=QuarantineState, default=QuarantineState.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)

    objects = QuarantineQuerySet.as_manager()

    class Meta:
        verbose_name = _("quarantined record")
        verbose_name_plural = _("quarantined records")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "person", "operation_id", "raw_sha256"],
                nulls_distinct=False,
                name="quarantine_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open") | models.Q(decided_at__isnull=False),
                name="quarantine_decided_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "-received_at"], name="quarantine_open", condition=models.Q(state="open")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind or _('unreadable')} ({self.reason})"

    @property
    def state_tone(self) -> str:
        """Colour by meaning."""
        return QuarantineState(self.state).tone

    @property
    def text(self) -> str:
        """What was received, readable: bytes that are no text appear as escapes, NUL included."""
        return bytes(self.raw).decode("utf-8", "backslashreplace").replace("\x00", "\\x00")
