"""Checkpoints, 巡更点, and the printed labels that prove a visit."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from checklists.models import Checklist
from core.audit import tracked
from core.querysets import PolicyQuerySet
from organization.models import Building, Site, Zone

FRACTION = [MinValueValidator(0), MaxValueValidator(1)]


@tracked()
class Checkpoint(models.Model):
    """A place to visit. Never deleted: retired, so that what was scanned there keeps its name."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="checkpoints", verbose_name=_("site"))
    zone = models.ForeignKey(
        Zone, models.SET_NULL, null=True, blank=True, related_name="checkpoints", verbose_name=_("zone")
    )
    building = models.ForeignKey(
        Building,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="checkpoints",
        verbose_name=_("building"),
    )
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=80)
    place = models.CharField(
        _("where exactly"), max_length=160, blank=True, help_text=_("So that a new guard finds it.")
    )
    floor = models.CharField(_("floor"), max_length=10, blank=True)
    x = models.FloatField(
        _("across the plan"),
        null=True,
        blank=True,
        validators=FRACTION,
        help_text=_("Fraction of the plan's width, from the left."),
    )
    y = models.FloatField(
        _("down the plan"),
        null=True,
        blank=True,
        validators=FRACTION,
        help_text=_("Fraction of the plan's height, from the top."),
    )
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    positioned_at = models.DateTimeField(
        _("position valid since"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Scans made before a point was moved are not measured against its new position."),
    )
    radius_m = models.PositiveSmallIntegerField(
        _("radius (m)"), default=40, help_text=_("How far a position may lie off, besides its own accuracy.")
    )
    freshness_hours = models.PositiveSmallIntegerField(
        _("should be seen every (hours)"), default=24, help_text=_("Colours the point on the plan.")
    )
    checklist = models.ForeignKey(
        Checklist,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="checkpoints",
        verbose_name=_("checklist"),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        ordering = ("site_id", "code")
        constraints = [
            models.UniqueConstraint(fields=["site", "code"], name="checkpoint_code_unique_in_site")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class CheckpointLabel(models.Model):
    """A printed QR label. A new one voids the old; the token is derived by signature, never stored."""

    checkpoint = models.ForeignKey(
        Checkpoint, models.CASCADE, related_name="labels", verbose_name=_("checkpoint")
    )
    serial = models.PositiveIntegerField(_("serial"))
    token_sha256 = models.CharField(_("token hash"), max_length=64, unique=True, editable=False)
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("issued by"),
    )
    voided_at = models.DateTimeField(_("voided at"), null=True, blank=True)
    void_reason = models.CharField(_("why voided"), max_length=200, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        ordering = ("checkpoint_id", "-serial")
        constraints = [
            models.UniqueConstraint(fields=["checkpoint", "serial"], name="label_serial_unique"),
            models.UniqueConstraint(
                fields=["checkpoint"],
                condition=Q(voided_at__isnull=True),
                name="label_one_valid_per_checkpoint",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.checkpoint_id}.{self.serial}"
