"""The household register 住户档案: units of a site and the residents one may have to reach there (R027, R095).

Residents are no people in the sense of `Person`: they do not sign in. What is kept of them is personal data under
China's PIPL: every row names what it is kept for and, where there is one, the day it is erased.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.audit import tracked
from core.querysets import PolicyQuerySet

from .sites import Building, Site

#: What stands in place of the name of somebody who was erased.
ERASED_NAME = "—"


class HouseholdKind(models.TextChoices):
    """How a unit is used."""

    OWNER_OCCUPIED = "owner_occupied", _("Lived in by its owner")
    LET = "let", pgettext_lazy("use of a unit", "Let")
    VACANT = "vacant", _("Vacant")
    COMMERCIAL = "commercial", _("Shop or office")


class ResidentKind(models.TextChoices):
    """What somebody is to the unit; the Civil Code (art. 278, 940) and 物业管理条例 name owners and occupiers."""

    OWNER = "owner", pgettext_lazy("of a property", "Owner")
    OCCUPIER = "occupier", _("Occupier")
    FAMILY = "family", _("Family member")
    TENANT = "tenant", _("Tenant")


class ResidentPurpose(models.TextChoices):
    """What somebody's data are kept for. PIPL art. 17 demands that it is told to them, art. 6 that there is one."""

    SERVICE = "service", _("Property service")
    EMERGENCY = "emergency", _("Emergency contact")
    SURVEY = "survey", _("Satisfaction survey")


@tracked()
class Household(models.Model):
    """A unit of a site: a flat, a shop, an office."""

    TONES: ClassVar[dict[str, str]] = {
        HouseholdKind.OWNER_OCCUPIED: "ok",
        HouseholdKind.LET: "info",
        HouseholdKind.VACANT: "idle",
        HouseholdKind.COMMERCIAL: "info",
    }

    # `Site.households` is the typed number of households.
    site = models.ForeignKey(Site, models.CASCADE, related_name="household_register", verbose_name=_("site"))
    building = models.ForeignKey(
        Building,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="household_register",
        verbose_name=_("building"),
    )
    code = models.CharField(
        pgettext_lazy("of a building", "unit"),
        max_length=40,
        help_text=_("As it stands at the door: 3-1-1502, 3幢1单元1502, Flat 15A."),
    )
    floor = models.CharField(_("floor"), max_length=10, blank=True)
    kind = models.CharField(
        _("use of the unit"), max_length=20, choices=HouseholdKind, default=HouseholdKind.OWNER_OCCUPIED
    )
    note = models.CharField(
        _("note"), max_length=200, blank=True, help_text=_("Of the unit, not of the people in it.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = PolicyQuerySet["Household"].as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("household register")
        ordering = ("site_id", "code")
        constraints = [
            models.UniqueConstraint(fields=["site", "code"], name="household_code_unique_in_site"),
            models.CheckConstraint(condition=~Q(code=""), name="household_code_not_empty"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def kind_tone(self) -> str:
        """Colour by meaning."""
        return self.TONES[self.kind]


class ResidentQuerySet(PolicyQuerySet["Resident"]):
    """Filters by whether anything is still known of somebody."""

    def known(self) -> "ResidentQuerySet":
        """Residents who were not erased."""
        return self.filter(erased_at=None)


@tracked()
class Resident(models.Model):
    """Somebody of a household and how they are reached. Erased, never deleted: the versions are scrubbed with it."""

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="residents", verbose_name=_("household")
    )
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=80)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    kind = models.CharField(
        _("relation to the unit"), max_length=12, choices=ResidentKind, default=ResidentKind.OWNER
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.SITE_LANGUAGES,
        blank=True,
        help_text=_("Leave empty for the language of the site."),
    )
    purpose = models.CharField(
        _("kept for"),
        max_length=12,
        choices=ResidentPurpose,
        default=ResidentPurpose.SERVICE,
        help_text=_(
            "What their data are kept for, as they were told (Personal Information Protection Law, art. 17)."
        ),
    )
    basis = models.CharField(
        _("basis"),
        max_length=120,
        blank=True,
        help_text=_("The service contract, or how and where consent was given."),
    )
    consent_at = models.DateField(
        _("consent given on"),
        null=True,
        blank=True,
        help_text=_("Day at the site; empty where a contract is the basis."),
    )
    keep_until = models.DateField(
        _("keep until"),
        null=True,
        blank=True,
        help_text=_(
            "Last day at the site; the night after it the person is erased. Empty: as long as they belong to the unit."
        ),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)

    objects = ResidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("resident")
        verbose_name_plural = _("residents")
        ordering = ("household_id", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["household", "name"],
                condition=Q(erased_at=None),
                name="resident_name_unique_in_household",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(name=ERASED_NAME, phone="", basis=""),
                name="resident_erased_is_anonymous",
            ),
            models.CheckConstraint(
                condition=~Q(purpose=ResidentPurpose.SURVEY) | Q(keep_until__isnull=False),
                name="resident_of_survey_has_an_end",
                violation_error_message=_("Who is kept for a survey only is kept until a day."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["keep_until"],
                name="resident_to_erase",
                condition=Q(erased_at=None, keep_until__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name
