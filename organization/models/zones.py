"""Zones: the parts a site is divided into, each with a named person (R023, R028-R030)."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.querysets import PolicyQuerySet

from .sites import Building, Site


class ZoneKind(models.TextChoices):
    """What a zone is used for."""

    ENTRANCE = "entrance", _("Entrance and gate")
    PERIMETER = "perimeter", _("Perimeter")
    ROAD = "road", _("Road")
    PARKING = "parking", _("Car park")
    GREEN = "green", _("Green area")
    BUILDING = "building", _("Building interior")
    LOBBY = "lobby", _("Lobby")
    PLANT_ROOM = "plant_room", _("Plant room")
    COMMERCIAL = "commercial", _("Commercial area")
    PUBLIC = "public", _("Public facilities")
    KEY_AREA = "key_area", _("Key fire-safety area")
    OTHER = "other", _("Other")


@tracked()
class Zone(models.Model):
    """A row of the zone table 区域划分表: number, name, responsible person, phone, main duties."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="zones", verbose_name=_("site"))
    building = models.ForeignKey(
        Building, models.SET_NULL, null=True, blank=True, related_name="zones", verbose_name=_("building")
    )
    code = models.CharField(_("number"), max_length=20)
    name = models.CharField(_("zone name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=ZoneKind, default=ZoneKind.OTHER)
    length_m = models.DecimalField(
        _("length (m)"),
        max_digits=7,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    width_m = models.DecimalField(
        _("width (m)"),
        max_digits=7,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    area_m2 = models.DecimalField(
        _("area (m²)"),
        max_digits=10,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Type the area, or length and width to have it computed (area = length × width)."),
    )
    staffing_standard = models.DecimalField(
        _("staffing standard"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Persons per 10,000 m². No published standard exists; set your company's own."),
    )
    polygon = models.JSONField(
        _("outline on the plan"),
        default=list,
        blank=True,
        help_text=_("Corner points as fractions of the plan's width and height, from its top left corner."),
    )
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="zones",
        verbose_name=_("responsible person"),
    )
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    duties = models.TextField(_("main duties"), blank=True)
    review_due_on = models.DateField(_("next review"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("zone")
        verbose_name_plural = _("zones")
        ordering = ("site_id", "code")
        constraints = [models.UniqueConstraint(fields=["site", "code"], name="zone_code_unique_in_site")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def heads_by_area(self) -> Decimal | None:
        """Guards by the source's formula: area × standard (persons per 10,000 m²) ÷ 10,000; None if unknown."""
        if self.area_m2 is None or self.staffing_standard is None:
            return None
        return self.area_m2 * self.staffing_standard / Decimal(10_000)
