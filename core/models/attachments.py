"""Photos: what a phone or a form sent, where its clean copy lies, and what it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.clock import now
from core.ids import uuid7
from core.querysets import PolicyQuerySet

if TYPE_CHECKING:
    from uuid import UUID

SHA256 = r"^[0-9a-f]{64}\Z"


class BlobState(models.TextChoices):
    """Have the bytes arrived, and could they be kept?"""

    PENDING = "pending", _("Waiting for the photo")
    STORED = "stored", _("Stored")
    REFUSED = "refused", _("Refused")

    @property
    def tone(self) -> str:
        """Colour by meaning, read by the badge component."""
        return {"pending": "info", "stored": "ok", "refused": "warn"}[self.value]


class BlobQuerySet(PolicyQuerySet["Blob"]):
    """Filters on photos."""

    def pending(self) -> BlobQuerySet:
        """Announced, bytes not (all) here."""
        return self.filter(state=BlobState.PENDING)

    def unused(self) -> BlobQuerySet:
        """Referred to by nothing."""
        return self.filter(attachments__isnull=True)


class Blob(models.Model):
    """One photo of a company, known by the hash of what the phone sent; kept only as a re-encoded copy."""

    company = models.ForeignKey("organization.Company", on_delete=models.CASCADE, related_name="+")
    sha256 = models.CharField(
        max_length=64,
        validators=[RegexValidator(SHA256)],
        help_text=_("SHA-256 of the bytes as sent, in lower-case hexadecimal."),
    )
    size = models.PositiveBigIntegerField(
        null=True, help_text=_("Length of what is sent, in bytes; unknown until the upload begins.")
    )
    state = models.CharField(max_length=10, choices=BlobState, default=BlobState.PENDING)
    reason = models.CharField(max_length=40, blank=True, help_text=_("Why it was refused: a code."))
    media_type = models.CharField(max_length=40, blank=True, help_text=_("Of the stored copy."))
    width = models.PositiveIntegerField(null=True, help_text=_("Pixels, after applying the orientation."))
    height = models.PositiveIntegerField(null=True, help_text=_("Pixels, after applying the orientation."))
    full_name = models.CharField(
        max_length=200, blank=True, help_text=_("Own name of the copy in the storage.")
    )
    thumb_name = models.CharField(max_length=200, blank=True, help_text=_("Own name of its thumbnail."))
    created_at = models.DateTimeField(default=now)
    stored_at = models.DateTimeField(null=True)
    mismatches = models.PositiveSmallIntegerField(
        default=0, help_text=_("How often complete uploads did not have the announced hash.")
    )

    objects = BlobQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        constraints = [
            models.UniqueConstraint(fields=["company", "sha256"], name="blob_once_per_company"),
            models.CheckConstraint(
                condition=~models.Q(state="stored") | (~models.Q(full_name="") & ~models.Q(thumb_name="")),
                name="blob_stored_has_files",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="blob_unfinished", condition=~models.Q(state="stored")),
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.state})"

    @property
    def state_tone(self) -> str:
        """Colour by meaning."""
        return BlobState(self.state).tone

    @property
    def is_stored(self) -> bool:
        """The copy can be shown."""
        return self.state == BlobState.STORED

    @property
    def is_sound(self) -> bool:
        """A voice note: kept as it was sent, both names are the one file."""
        return self.media_type.startswith("audio/")


class BlobClaim(models.Model):
    """A person who announced or sent a photo, and so may send it and ask how far the sending is."""

    blob = models.ForeignKey(Blob, on_delete=models.CASCADE, related_name="claims")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    claimed_at = models.DateTimeField(default=now)

    objects = PolicyQuerySet["BlobClaim"].as_manager()

    class Meta:
        verbose_name = _("sender of a photo")
        verbose_name_plural = _("senders of photos")
        constraints = [models.UniqueConstraint(fields=["blob", "person"], name="blob_claim_once")]

    def __str__(self) -> str:
        return f"{self.blob_id} ← {self.person_id}"


class BlobPart(models.Model):
    """A piece of an unfinished upload; deleted once the whole is stored or refused."""

    blob = models.ForeignKey(Blob, on_delete=models.CASCADE, related_name="parts")
    offset = models.PositiveBigIntegerField(help_text=_("First byte of the piece within the whole."))
    size = models.PositiveIntegerField(help_text=_("Bytes."))
    name = models.CharField(max_length=200, help_text=_("Name in the storage."))
    received_at = models.DateTimeField(default=now)

    objects = PolicyQuerySet["BlobPart"].as_manager()

    class Meta:
        verbose_name = _("piece of a photo")
        verbose_name_plural = _("pieces of photos")
        ordering = ["offset"]
        constraints = [models.UniqueConstraint(fields=["blob", "offset"], name="blob_part_once")]

    def __str__(self) -> str:
        return f"{self.blob_id} @{self.offset}+{self.size}"


class AttachmentQuerySet(PolicyQuerySet["Attachment"]):
    """Filters on attachments."""

    def of(self, *targets: models.Model) -> AttachmentQuerySet:
        """Those of `targets`, which are of one model; oldest first, with their photos."""
        if not targets:
            return self.none()
        kind = ContentType.objects.get_for_model(type(targets[0]))
        found = self.filter(content_type=kind, object_id__in=[str(target.pk) for target in targets])
        companies: set[int] = {target.company_id for target in targets if hasattr(target, "company_id")}
        if companies:  # keys made on phones may be the same in two companies
            found = found.filter(company_id__in=companies)
        return found.select_related("blob", "site").order_by("received_at", "id")


class Attachment(models.Model):
    """A photo belonging to one record, with the device's time and the server's."""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey("organization.Company", on_delete=models.CASCADE, related_name="+")
    site = models.ForeignKey("organization.Site", on_delete=models.CASCADE, related_name="+", null=True)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=64, help_text=_("Key of the record it belongs to."))
    target = GenericForeignKey("content_type", "object_id")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="attachments")
    caption = models.CharField(max_length=200, blank=True, help_text=_("What the photo shows."))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    device_at = models.DateTimeField(
        null=True, help_text=_("When it was taken by the device's clock, corrected; UTC.")
    )
    received_at = models.DateTimeField(default=now, help_text=_("When the server first knew of it; UTC."))

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [
            models.UniqueConstraint(fields=["content_type", "object_id", "blob"], name="attachment_once"),
        ]
        indexes = [models.Index(fields=["site", "received_at"], name="attachment_site_received")]

    def __str__(self) -> str:
        return self.caption or str(self.id)

    @property
    def taken_at(self) -> object:
        """The device's time when known, else the server's; aware, UTC."""
        return self.device_at or self.received_at
