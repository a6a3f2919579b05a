"""Facts of incidents: levels, moments, casualties, losses."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.querysets import PolicyQuerySet
from incidents.models.cases import Case


class Level(models.IntegerChoices):
    """Operational level of an incident (property industry; red, orange, yellow, blue)."""

    EXTRAORDINARY = 1, _("Level 1 extraordinarily serious")
    SERIOUS = 2, _("Level 2 serious")
    CONSIDERABLE = 3, _("Level 3 fairly serious")
    GENERAL = 4, _("Level 4 general")


LEVEL_TONES = {
    Level.EXTRAORDINARY: "danger",
    Level.SERIOUS: "danger",
    Level.CONSIDERABLE: "warn",
    Level.GENERAL: "info",
}


class StatutoryGrade(models.TextChoices):
    """Grade of a work-safety accident by State Council Order 493 §3; other events have none."""

    NONE = "none", _("Not an accident by law")
    GENERAL = "general", _("General accident")
    CONSIDERABLE = "considerable", _("Fairly serious accident")
    SERIOUS = "serious", _("Serious accident")
    EXTRAORDINARY = "extraordinary", _("Extraordinarily serious accident")


@tracked()
class IncidentFacts(models.Model):
    """An incident: how grave, who was hurt, what was lost, and the times its figures need (all aware, UTC)."""

    case = models.OneToOneField(
        Case, models.CASCADE, primary_key=True, related_name="incident", verbose_name=_("case")
    )
    level = models.PositiveSmallIntegerField(
        _("operational level"), choices=Level, null=True, blank=True, help_text=_("1 is the gravest.")
    )
    statutory_grade = models.CharField(
        _("statutory grade"),
        max_length=15,
        choices=StatutoryGrade,
        default=StatutoryGrade.NONE,
        help_text=_("Only for work-safety accidents (生产安全事故)."),
    )
    discovered_at = models.DateTimeField(_("discovered at"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    plan_activated_at = models.DateTimeField(_("plan activated at"), null=True, blank=True)
    dispatched_at = models.DateTimeField(_("sent out at"), null=True, blank=True)
    external_called_at = models.DateTimeField(_("outside help called at"), null=True, blank=True)
    external_arrived_at = models.DateTimeField(_("outside help arrived at"), null=True, blank=True)
    evacuation_started_at = models.DateTimeField(_("evacuation started at"), null=True, blank=True)
    first_notice_at = models.DateTimeField(_("first public notice at"), null=True, blank=True)
    reported_up_at = models.DateTimeField(_("reported upward at"), null=True, blank=True)
    recovered_at = models.DateTimeField(_("recovered at"), null=True, blank=True)
    injured = models.PositiveIntegerField(_("injured"), default=0)
    seriously_injured = models.PositiveIntegerField(_("seriously injured"), default=0)
    dead = models.PositiveIntegerField(_("dead"), default=0)
    loss_amount = models.DecimalField(
        _("loss (yuan)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    households_affected = models.PositiveIntegerField(_("households affected"), null=True, blank=True)
    people_affected = models.PositiveIntegerField(_("people affected"), null=True, blank=True)
    scope = models.CharField(
        _("scope of impact"), max_length=300, blank=True, help_text=_("Who and what was affected (R016).")
    )
    people_involved = models.TextField(_("people involved"), blank=True)
    is_our_responsibility = models.BooleanField(_("we were responsible"), default=False)
    recovery = models.TextField(_("recovery"), blank=True, help_text=_("Clean-up, repair, services."))

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("facts of an incident")
        verbose_name_plural = _("facts of incidents")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level__isnull=True) | models.Q(level__range=(1, 4)), name="incident_level"
            )
        ]
        indexes = [
            models.Index(
                fields=["plan_activated_at"],
                condition=models.Q(plan_activated_at__isnull=False),
                name="incident_activated",
            )
        ]

    def __str__(self) -> str:
        return str(self.case_id)

    @property
    def level_tone(self) -> str:
        """Tone of the level's badge."""
        return LEVEL_TONES[Level(self.level)] if self.level else "idle"
