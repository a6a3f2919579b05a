"""Scans: one visit each, never changed, never refused. The table is partitioned by month on its UUIDv7."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.querysets import PolicyQuerySet
from organization.models import Company, Site

from .checkpoints import Checkpoint
from .rounds import Round


class Method(models.TextChoices):
    """How the point was identified."""

    QR = "qr", _("Label scanned in the page")
    CAMERA_URL = "camera_url", _("Label opened with the phone's camera")
    NFC = "nfc", _("NFC tag")
    TYPED = "typed", _("Code typed")
    CANNOT = "cannot", _("Could not be scanned")


class Verdict(models.TextChoices):
    """How well presence is shown. Doubtful is a question, never a sanction."""

    VERIFIED = "verified", _("Verified")
    PLAUSIBLE = "plausible", _("Plausible")
    DOUBTFUL = "doubtful", _("Doubtful")


VERDICT_TONES = {Verdict.VERIFIED: "ok", Verdict.PLAUSIBLE: "info", Verdict.DOUBTFUL: "warn"}


class TimeTrust(models.TextChoices):
    """How the corrected time was found."""

    EXACT = "exact", _("Clock right")
    OFFSET = "offset", _("Corrected by the measured offset")
    DEVICE = "device", _("Device clock only")


class CannotReason(models.TextChoices):
    """Why a point could not be scanned."""

    DAMAGED = "damaged", _("Label damaged or missing")
    BLOCKED = "blocked", _("Way blocked")
    LOCKED = "locked", _("Door locked")
    UNSAFE = "unsafe", _("Not safe to go there")
    PHONE = "phone", _("Camera does not work")
    OTHER = "other", _("Other")


class TypedReason(models.TextChoices):
    """Why a code was typed instead of scanned."""

    DAMAGED = "damaged", _("Label damaged or missing")
    CAMERA = "camera", _("Camera does not work")
    DARK = "dark", _("Too dark or out of reach")
    OTHER = "other", _("Other")


class Scan(models.Model):
    """One visit as a phone sent it. The key is (company, id): a repeat is the same scan (F1-F5)."""

    id = models.UUIDField(primary_key=True, editable=False)
    company = models.ForeignKey(
        Company, models.DO_NOTHING, related_name="+", db_constraint=False, verbose_name=_("company")
    )
    site = models.ForeignKey(
        Site, models.DO_NOTHING, related_name="scans", db_constraint=False, verbose_name=_("site")
    )
    checkpoint = models.ForeignKey(
        Checkpoint,
        models.DO_NOTHING,
        null=True,
        related_name="scans",
        db_constraint=False,
        verbose_name=_("checkpoint"),
    )
    round = models.ForeignKey(
        Round,
        models.DO_NOTHING,
        null=True,
        related_name="scans",
        db_constraint=False,
        verbose_name=_("round"),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        related_name="scans",
        db_constraint=False,
        verbose_name=_("person"),
    )
    device_time = models.DateTimeField(_("time on the device"))
    offset_ms = models.BigIntegerField(
        _("measured offset (ms)"), null=True, help_text=_("Server minus device.")
    )
    corrected_at = models.DateTimeField(
        _("scanned at"), help_text=_("Corrected time, UTC; work is judged by it.")
    )
    time_trust = models.CharField(_("time"), max_length=8, choices=TimeTrust)
    received_at = models.DateTimeField(_("received at"))
    method = models.CharField(_("method"), max_length=10, choices=Method)
    label_serial = models.PositiveIntegerField(_("label serial"), null=True)
    latitude = models.FloatField(_("latitude"), null=True)
    longitude = models.FloatField(_("longitude"), null=True)
    accuracy_m = models.FloatField(_("accuracy (m)"), null=True)
    distance_m = models.FloatField(_("distance from the point (m)"), null=True)
    speed_mps = models.FloatField(_("speed since the previous scan (m/s)"), null=True)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict)
    reasons = ArrayField(models.CharField(max_length=24), verbose_name=_("reasons"), default=list)
    explanation = models.CharField(_("reason given"), max_length=300, blank=True)
    device_id = models.UUIDField(_("phone"), null=True)
    seq = models.BigIntegerField(_("sequence on the phone"), null=True)
    body_sha256 = models.BinaryField(_("content hash"), max_length=32)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        ordering = ("-corrected_at", "-id")
        indexes = [
            models.Index(fields=["site", "-corrected_at"], name="scan_site_time"),
            models.Index(fields=["round"], name="scan_round"),
            models.Index(fields=["person", "corrected_at"], name="scan_person_time"),
            models.Index(fields=["checkpoint", "-corrected_at"], name="scan_point_time"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def tone(self) -> str:
        """Tone of the verdict badge."""
        return VERDICT_TONES[Verdict(self.verdict)]


class ScanReview(models.Model):
    """A supervisor's overruling of a verdict, with a note. The scan itself stays as it was."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    site = models.ForeignKey(Site, models.PROTECT, related_name="+", verbose_name=_("site"))
    scan_id = models.UUIDField(_("scan"))
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict)
    counts = models.BooleanField(_("counts as a visit"), default=True)
    note = models.TextField(_("note"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    made_at = models.DateTimeField(_("at"))

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("overruled verdict")
        verbose_name_plural = _("overruled verdicts")
        ordering = ("-made_at", "-id")
        indexes = [models.Index(fields=["company", "scan_id", "-made_at"], name="scan_review_latest")]

    def __str__(self) -> str:
        return self.note
