"""Facts of hazards: grade, origin, deadline, measure, signature."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.querysets import PolicyQuerySet
from incidents.models.cases import Case
from organization.models import Department


class HazardGrade(models.TextChoices):
    """General: small, can be put right at once. Major: grave, needs a shutdown and time, or outside our power."""

    GENERAL = "general", _("General hazard")
    MAJOR = "major", _("Major hazard")


class HazardOrigin(models.TextChoices):
    """How a hazard came to light (domain 2.7)."""

    PATROL = "patrol", _("Found on patrol")
    INSPECTION = "inspection", _("Fire inspection")
    SELF_CHECK = "self_check", _("Self-check")
    RESIDENT = "resident", _("Reported by an owner or tenant")
    FIRE_NOTICE = "fire_notice", _("Notice of the fire and rescue authority")
    POLICE_ORDER = "police_order", _("Order of the police station")
    REVIEW = "review", _("Drill or review of an incident")


AUTHORITY_ORIGINS = (HazardOrigin.FIRE_NOTICE, HazardOrigin.POLICE_ORDER)


class Deadline(models.TextChoices):
    """Default time for putting a hazard right (domain 2.7; proposed, may be changed with a reason)."""

    SHIFT = "shift", _("At once, within the shift")
    DAY = "day", _("24 hours")
    WEEK = "week", _("7 days")
    MONTH = "month", _("30 days, with a plan")
    NOTICE = "notice", _("The date on the authority's notice")


@tracked()
class HazardFacts(models.Model):
    """A hazard: grade, protection meanwhile, measure with means, verification by another person, signature."""

    case = models.OneToOneField(
        Case, models.CASCADE, primary_key=True, related_name="hazard", verbose_name=_("case")
    )
    grade = models.CharField(_("grade"), max_length=10, choices=HazardGrade, blank=True)
    origin = models.CharField(_("found by"), max_length=12, choices=HazardOrigin, default=HazardOrigin.PATROL)
    is_fire = models.BooleanField(
        _("fire hazard"),
        default=False,
        help_text=_("Signed off by the fire-safety manager (消防安全管理人)."),
    )
    deadline = models.CharField(_("deadline"), max_length=8, choices=Deadline, blank=True)
    interim_protection = models.TextField(
        _("protection meanwhile"), blank=True, help_text=_("What keeps people safe until it is put right.")
    )
    measure = models.TextField(_("measure"), blank=True)
    goal = models.TextField(_("goal and method"), blank=True, help_text=_("Demanded for major hazards."))
    department = models.ForeignKey(
        Department,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible department"),
    )
    funds = models.DecimalField(
        _("funds (yuan)"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    verification = models.TextField(_("result of the verification"), blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signed by"),
    )
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    authority = models.CharField(_("authority"), max_length=120, blank=True)
    document_number = models.CharField(_("document number"), max_length=80, blank=True)
    replied_at = models.DateTimeField(_("written reply to the authority at"), null=True, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("facts of a hazard")
        verbose_name_plural = _("facts of hazards")

    def __str__(self) -> str:
        return str(self.case_id)
