"""The calendar of R076: which activity of measuring satisfaction is due when, and what became of it."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.audit import tracked
from core.querysets import PolicyQuerySet
from core.recurrence.fields import RuleField
from organization.models import Site

from .questionnaires import Questionnaire


class Activity(models.TextChoices):
    """What is repeated: observation monthly, questionnaire quarterly, analysis monthly, forum half-yearly."""

    OBSERVATION = "observation", _("On-site observation")
    QUESTIONNAIRE = "questionnaire", _("Questionnaire survey")
    ANALYSIS = "analysis", _("Analysis of figures")
    FORUM = "forum", _("Residents' forum")


@tracked()
class SurveyPlan(models.Model):
    """Repeats an activity at a site. A questionnaire's plan makes a wave in preparation some days before it is due."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="survey_plans", verbose_name=_("site"))
    activity = models.CharField(_("activity"), max_length=14, choices=Activity)
    questionnaire = models.ForeignKey(
        Questionnaire,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="plans",
        verbose_name=_("questionnaire"),
    )
    rule = RuleField(_("when"), help_text=_("Days at the site on which it is due."))
    ahead_days = models.PositiveSmallIntegerField(
        _("prepared ahead (days)"),
        default=14,
        validators=[MaxValueValidator(60)],
        help_text=_("So long before the due day it is announced and its wave is prepared."),
    )
    open_days = models.PositiveSmallIntegerField(
        _("open for (days)"), default=14, validators=[MinValueValidator(1), MaxValueValidator(92)]
    )
    margin = models.DecimalField(
        _("margin of error"),
        max_digits=4,
        decimal_places=3,
        default=Decimal("0.05"),
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal("0.25"))],
    )
    is_anonymous = models.BooleanField(_("anonymous"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    starts_on = models.DateField(_("from"), help_text=_("Nothing is due before this day at the site."))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = PolicyQuerySet["SurveyPlan"].as_manager()

    class Meta:
        verbose_name = _("survey plan")
        verbose_name_plural = _("survey plans")
        ordering = ("site_id", "activity", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(activity="questionnaire", questionnaire__isnull=False)
                | ~Q(activity="questionnaire") & Q(questionnaire=None),
                name="survey_plan_names_its_questionnaire",
                violation_error_message=_(
                    "A questionnaire survey names its questionnaire; others name none."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_activity_display())


class OccasionState(models.TextChoices):
    """Missed: the next one fell due before it was done."""

    DUE = "due", pgettext_lazy("occasion", "Due")
    DONE = "done", pgettext_lazy("occasion", "Done")
    MISSED = "missed", pgettext_lazy("occasion", "Missed")


OCCASION_TONES = {OccasionState.DUE: "warn", OccasionState.DONE: "ok", OccasionState.MISSED: "danger"}


class Occasion(models.Model):
    """One day on which a plan's activity is due; made by a tick, once per day."""

    plan = models.ForeignKey(
        SurveyPlan, models.CASCADE, related_name="occasions", verbose_name=_("survey plan")
    )
    due_on = models.DateField(_("due on"), help_text=_("Day at the site."))
    state = models.CharField(_("state"), max_length=8, choices=OccasionState, default=OccasionState.DUE)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("done by"),
    )
    note = models.TextField(_("what came of it"), blank=True)
    wave = models.OneToOneField(
        "surveys.Wave",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="occasion",
        verbose_name=_("survey wave"),
    )

    objects = PolicyQuerySet["Occasion"].as_manager()

    class Meta:
        verbose_name = _("due activity")
        verbose_name_plural = _("due activities")
        ordering = ("due_on", "id")
        indexes = [models.Index(fields=["due_on"], condition=Q(state="due"), name="occasion_still_due")]
        constraints = [
            models.UniqueConstraint(fields=["plan", "due_on"], name="occasion_once_per_day"),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | ~Q(state="done") & Q(done_at=None),
                name="occasion_done_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.due_on}"

    @property
    def state_tone(self) -> str:
        """Colour by meaning."""
        return OCCASION_TONES[OccasionState(self.state)]
