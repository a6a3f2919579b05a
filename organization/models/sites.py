"""Sites with the profile that drives every cadence (domain 2.1), their buildings and holidays."""

from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.querysets import PolicyQuerySet

from .companies import CODE, Company


class SiteType(models.TextChoices):
    """Property type, 物业类型."""

    RESIDENTIAL = "residential", _("Residential")
    OFFICE = "office", _("Office")
    MALL = "mall", _("Shopping mall")
    HOTEL = "hotel", _("Hotel")
    HOSPITAL = "hospital", _("Hospital")
    SCHOOL = "school", _("School")
    CARE_HOME = "care_home", _("Care home")
    INDUSTRIAL_PARK = "industrial_park", _("Industrial park")
    MIXED = "mixed", _("Mixed use")
    PUBLIC_BUILDING = "public_building", _("Public building")


class HeightClass(models.TextChoices):
    """Height class of the tallest building, 建筑高度类别."""

    LOW = "low", _("Low-rise and multi-storey")
    HIGH_RESIDENTIAL = "high_residential", _("High-rise residential (over 27 m)")
    HIGH_PUBLIC = "high_public", _("High-rise public (over 24 m)")
    SUPER_HIGH = "super_high", _("Super high-rise (over 100 m)")


class OrganizationKind(models.TextChoices):
    """Nature of the unit, 单位性质: decides the statutory inspection cadence."""

    ENTERPRISE = "enterprise", _("Enterprise")
    INSTITUTION = "institution", _("Government body or public institution")


def valid_time_zone(value: str) -> None:
    """Raise ValidationError unless `value` is an IANA time zone."""
    if value not in available_timezones():
        raise ValidationError(_("%(value)s is not a time zone."), params={"value": value})


def plan_path(site: "Site", filename: str) -> str:
    """Where a plan image is stored; the name is ours, never the uploader's."""
    return f"plans/{site.company_id}/{site.pk or 'new'}-{filename.rsplit('.', 1)[-1].lower()[:4]}"


@tracked()
class Site(models.Model):
    """A property under management, 项目. Its profile decides which rules apply."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="sites", verbose_name=_("company"))
    code = models.CharField(_("code"), max_length=20, validators=[CODE])
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=240, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default=settings.DEFAULT_SITE_TIME_ZONE, validators=[valid_time_zone]
    )
    language = models.CharField(
        _("site language"),
        max_length=10,
        choices=settings.SITE_LANGUAGES,
        default="zh-hans",
        help_text=_("Reports and labels of this site are made in this language."),
    )
    site_type = models.CharField(
        _("property type"), max_length=20, choices=SiteType, default=SiteType.RESIDENTIAL
    )
    height_class = models.CharField(
        _("height class"), max_length=20, choices=HeightClass, default=HeightClass.LOW
    )
    organization_kind = models.CharField(
        _("nature of the unit"), max_length=20, choices=OrganizationKind, default=OrganizationKind.ENTERPRISE
    )
    is_fire_key_unit = models.BooleanField(
        _("fire key unit"), default=False, help_text=_("Declared by the fire authority (消防安全重点单位).")
    )
    is_public_gathering = models.BooleanField(_("public gathering place"), default=False)
    is_assembly_occupancy = models.BooleanField(_("assembly occupancy"), default=False)
    has_night_sleeping_care = models.BooleanField(_("night-time accommodation or care"), default=False)
    has_control_room = models.BooleanField(_("fire control room"), default=False)
    is_antiterror_target = models.BooleanField(_("anti-terrorism key target"), default=False)
    business_hours = models.JSONField(
        _("business hours"),
        default=dict,
        blank=True,
        help_text=_("Opening times per weekday, in the site's time zone."),
    )
    households = models.PositiveIntegerField(_("households"), null=True, blank=True)
    population = models.PositiveIntegerField(_("resident population"), null=True, blank=True)
    net_weekly_hours = models.DecimalField(
        _("net weekly hours per guard"),
        max_digits=4,
        decimal_places=1,
        default=40,
        validators=[MinValueValidator(1), MaxValueValidator(84)],
        help_text=_("Used to estimate how many guards a post needs."),
    )
    plan = models.FileField(_("site plan"), upload_to=plan_path, blank=True)
    plan_width_m = models.DecimalField(
        _("width of the plan in metres"),
        max_digits=7,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
    )
    plan_height_m = models.DecimalField(
        _("height of the plan in metres"),
        max_digits=7,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ("company_id", "code")
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="site_code_unique_in_company")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone_info(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.time_zone)


@tracked()
class Building(models.Model):
    """A building of a site."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="buildings", verbose_name=_("site"))
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=120)
    floors_above = models.PositiveSmallIntegerField(_("floors above ground"), default=1)
    floors_below = models.PositiveSmallIntegerField(_("floors below ground"), default=0)
    height_m = models.DecimalField(
        _("height in metres"), max_digits=5, decimal_places=1, null=True, blank=True
    )

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        ordering = ("site_id", "code")
        constraints = [models.UniqueConstraint(fields=["site", "code"], name="building_code_unique_in_site")]

    def __str__(self) -> str:
        return self.name


class Holiday(models.Model):
    """A day on which a company's calendar differs: a holiday, or a weekend worked instead (调休)."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="holidays", verbose_name=_("company"))
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=80)
    is_working_day = models.BooleanField(_("worked instead"), default=False)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ("company_id", "day")
        constraints = [models.UniqueConstraint(fields=["company", "day"], name="holiday_unique_in_company")]

    def __str__(self) -> str:
        return self.name
