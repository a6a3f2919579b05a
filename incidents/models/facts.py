"""What only one kind of case has, one row beside its case."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.querysets import PolicyQuerySet
from organization.models import Department

from .cases import Case
from .kinds import CaseKind


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


class Offender(models.TextChoices):
    """Who broke a rule. A company may sanction its staff; of residents it may only ask, stop, and report (※9)."""

    STAFF = "staff", _("Staff")
    RESIDENT = "resident", _("Owner or occupier")
    VISITOR = "visitor", _("Visitor")
    CONTRACTOR = "contractor", _("Contractor")


class Severity(models.TextChoices):
    """How grave a violation is."""

    MINOR = "minor", _("Minor")
    ORDINARY = "ordinary", _("Ordinary")
    SERIOUS = "serious", _("Serious")


class Sanction(models.TextChoices):
    """What may follow for staff. There is no fine: its legal basis was repealed in 2008 (※9)."""

    NONE = "none", _("None")
    REMINDER = "reminder", _("Oral reminder")
    WARNING = "warning", _("Written warning")
    TRAINING = "training", _("Training off the post")
    POINTS = "points", _("Points off the appraisal")
    TRANSFER = "transfer", _("Transfer to another post")
    DEMOTION = "demotion", _("Demotion")
    DISMISSAL = "dismissal", _("End of the labour contract (after review by HR and legal)")


@tracked()
class ViolationFacts(models.Model):
    """A violation through the seven steps of R022: facts, evidence, plan, re-inspection, accountability, lessons."""

    case = models.OneToOneField(
        Case, models.CASCADE, primary_key=True, related_name="violation", verbose_name=_("case")
    )
    offender = models.CharField(_("who"), max_length=12, choices=Offender, default=Offender.RESIDENT)
    offender_name = models.CharField(_("name or unit"), max_length=120, blank=True)
    rule = models.CharField(_("rule broken"), max_length=200, blank=True)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, blank=True)
    facts = models.TextField(_("facts found"), blank=True)
    evidence = models.TextField(
        _("chain of evidence"), blank=True, help_text=_("What there is, who secured it, where it is kept.")
    )
    proposal = models.TextField(_("proposed handling"), blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    plan = models.TextField(_("rectification plan"), blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    reinspection = models.TextField(_("result of the re-inspection"), blank=True)
    sanction = models.CharField(
        _("accountability"), max_length=12, choices=Sanction, blank=True, help_text=_("Staff only.")
    )
    sanction_note = models.TextField(_("on accountability"), blank=True)
    dissuaded_at = models.DateTimeField(_("dissuaded at"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("stopped at"), null=True, blank=True)
    notified_at = models.DateTimeField(_("notified in writing at"), null=True, blank=True)
    authority = models.CharField(_("authority"), max_length=120, blank=True)
    authority_receipt = models.CharField(_("number of the authority's receipt"), max_length=80, blank=True)
    authority_at = models.DateTimeField(_("reported to the authority at"), null=True, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("facts of a violation")
        verbose_name_plural = _("facts of violations")

    def __str__(self) -> str:
        return str(self.case_id)


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


@tracked()
class RequestFacts(models.Model):
    """A service request or repair report."""

    case = models.OneToOneField(
        Case, models.CASCADE, primary_key=True, related_name="request", verbose_name=_("case")
    )
    is_repair = models.BooleanField(_("repair"), default=False)
    needs_visit = models.BooleanField(_("needs a visit"), default=True)
    appointment_at = models.DateTimeField(_("appointment"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed by the resident at"), null=True, blank=True)
    is_closed_by_rule = models.BooleanField(_("closed by rule"), default=False)
    rating = models.PositiveSmallIntegerField(_("rating (1 to 5)"), null=True, blank=True)
    rating_text = models.TextField(_("what the resident said"), blank=True)
    rated_at = models.DateTimeField(_("rated at"), null=True, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("facts of a service request")
        verbose_name_plural = _("facts of service requests")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rating__isnull=True) | models.Q(rating__range=(1, 5)),
                name="request_rating",
            )
        ]

    def __str__(self) -> str:
        return str(self.case_id)


class ResidentAnswer(models.TextChoices):
    """What a resident says to the reply."""

    SATISFIED = "satisfied", _("Satisfied")
    ACCEPTED = "accepted", _("Accepted")
    NOT_SATISFIED = "not_satisfied", _("Not satisfied")
    NO_ANSWER = "no_answer", _("No answer")


@tracked()
class ComplaintFacts(models.Model):
    """A complaint or dispute: what about, whether it holds, the reply, the mediation, the resident's answer."""

    case = models.OneToOneField(
        Case, models.CASCADE, primary_key=True, related_name="complaint", verbose_name=_("case")
    )
    is_dispute = models.BooleanField(
        _("dispute"), default=False, help_text=_("Between owners or users; may be mediated (R003).")
    )
    parties = models.TextField(_("parties"), blank=True)
    is_valid = models.BooleanField(
        _("holds"),
        null=True,
        blank=True,
        help_text=_("Whether the complaint proved right; empty: not yet known."),
    )
    reply = models.TextField(_("reply"), blank=True, help_text=_("As given to the resident."))
    mediation = models.TextField(
        _("mediation record"), blank=True, help_text=_("Who met, what each side said, what was agreed.")
    )
    mediated_at = models.DateTimeField(_("mediated at"), null=True, blank=True)
    answer = models.CharField(_("resident's answer"), max_length=14, choices=ResidentAnswer, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    is_closed_by_rule = models.BooleanField(_("closed by rule"), default=False)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("facts of a complaint")
        verbose_name_plural = _("facts of complaints")

    def __str__(self) -> str:
        return str(self.case_id)


#: The facts of each kind.
FACTS: dict[CaseKind, type[models.Model]] = {
    CaseKind.INCIDENT: IncidentFacts,
    CaseKind.VIOLATION: ViolationFacts,
    CaseKind.HAZARD: HazardFacts,
    CaseKind.SERVICE_REQUEST: RequestFacts,
    CaseKind.COMPLAINT: ComplaintFacts,
}
