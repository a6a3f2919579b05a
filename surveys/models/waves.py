"""Waves of a survey: whom it asks, drawn how, from when to when (R075)."""

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.audit import tracked
from core.querysets import PolicyQuerySet
from core.translated import TranslatedField
from organization.models import Company, Site

from .designs import WAVE_TONES, Audience, Selection, Stratify, WaveState
from .plans import SurveyPlan
from .questionnaires import QuestionnaireVersion

#: How often those who have not answered are reminded of a wave at the most.
MOST_REMINDERS = 3
_SHARE = (MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(1)))


def after_a_week() -> list[int]:
    """A new wave reminds once."""
    return [7]


# Counts grow with each case of a standing wave; what a draw came to is an act of record of its own.
@tracked(exclude=["gate_token_sha256", "population", "invited"])
class Wave(models.Model):
    """One asking of a questionnaire at a site. Times are UTC; it counts wholly on the site's day it is closed on.

    A standing wave (audience "service") has no end: each closed case of a resident invites once (R075); `population`
    counts the closings after which somebody could be asked, `invited` those after which somebody was. Else `population` is how many could have been asked when it was drawn, `needed` how many answers the margin takes.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    site = models.ForeignKey(Site, models.PROTECT, related_name="survey_waves", verbose_name=_("site"))
    version = models.ForeignKey(
        QuestionnaireVersion, models.PROTECT, related_name="waves", verbose_name=_("questionnaire")
    )
    plan = models.ForeignKey(
        SurveyPlan, models.SET_NULL, null=True, blank=True, related_name="waves", verbose_name=_("plan")
    )
    title = TranslatedField(_("title"))
    audience = models.CharField(_("who is asked"), max_length=10, choices=Audience)
    selection = models.CharField(
        pgettext_lazy("of a survey", "selection"), max_length=6, choices=Selection, default=Selection.SAMPLE
    )
    confidence = models.DecimalField(
        _("confidence"), max_digits=3, decimal_places=2, default=Decimal("0.95"), validators=_SHARE
    )
    margin = models.DecimalField(
        _("margin of error"), max_digits=4, decimal_places=3, default=Decimal("0.05"), validators=_SHARE
    )
    expected_response = models.DecimalField(
        _("expected response"), max_digits=4, decimal_places=3, default=Decimal("0.3"), validators=_SHARE
    )
    stratify = models.CharField(
        pgettext_lazy("of a sample", "drawn"), max_length=8, choices=Stratify, default=Stratify.NONE
    )
    is_anonymous = models.BooleanField(
        _("anonymous"), default=True, help_text=_("Nobody can tell afterwards who answered what.")
    )
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(
        _("closes"), null=True, blank=True, help_text=_("Empty: it stands until it is switched off.")
    )
    cap_days = models.PositiveSmallIntegerField(
        _("days between two invitations"),
        default=30,
        validators=[MaxValueValidator(366)],
        help_text=_(
            "After a service no household is asked again within so many days. 0: after every service."
        ),
    )
    remind_days = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("remind after (days)"),
        default=after_a_week,
        blank=True,
        help_text=_("Days after its opening, at most three, in their order; none: nobody is reminded."),
    )
    state = models.CharField(_("state"), max_length=10, choices=WaveState, default=WaveState.DRAFT)
    seed = models.BigIntegerField(
        _("seed of the draw"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("With it and the register anybody can draw the same households again."),
    )
    population = models.PositiveIntegerField(_("could be asked"), null=True, blank=True, editable=False)
    needed = models.PositiveIntegerField(_("answers needed"), null=True, blank=True, editable=False)
    invited = models.PositiveIntegerField(_("invited"), default=0, editable=False)
    gate_serial = models.PositiveIntegerField(_("number of the open code"), default=0, editable=False)
    gate_token_sha256 = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001 - NULL: no open code; many may be
    reminders = models.PositiveSmallIntegerField(
        _("reminders sent"),
        default=0,
        editable=False,
        help_text=_("So many of its days have passed, each with its reminder."),
    )
    drawn_at = models.DateTimeField(_("drawn at"), null=True, blank=True, editable=False)
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)
    closed_on = models.DateField(
        _("closed on"), null=True, blank=True, editable=False, help_text=_("Day at the site.")
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("closed by"),
        help_text=_("Empty: closed by itself at its end."),
    )
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True, editable=False)
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=240, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("added by"),
        help_text=_("Empty: made by its plan."),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = PolicyQuerySet["Wave"].as_manager()

    class Meta:
        verbose_name = _("survey wave")
        verbose_name_plural = _("survey waves")
        ordering = ("-opens_at", "-id")
        indexes = [
            models.Index(fields=["site", "-opens_at"], name="wave_site_latest"),
            models.Index(fields=["site", "closed_on"], name="wave_site_closed"),
            models.Index(fields=["closes_at"], condition=Q(state="open"), name="wave_to_close"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="wave_closes_after_opening",
                violation_error_message=_("It closes before it opens."),
            ),
            models.CheckConstraint(
                condition=Q(state="draft", opened_at=None, closed_at=None)
                | Q(state="open", opened_at__isnull=False, closed_at=None)
                | Q(state="closed", opened_at__isnull=False, closed_at__isnull=False, closed_on__isnull=False)
                | Q(state="cancelled", cancelled_at__isnull=False, closed_at=None),
                name="wave_state_has_its_times",
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(state="cancelled")
                | Q(audience__in=["open", "service"])
                | Q(seed__isnull=False, population__isnull=False, drawn_at__isnull=False),
                name="wave_open_is_drawn",
            ),
            models.CheckConstraint(
                condition=Q(closes_at__isnull=False) | Q(audience="service"),
                name="wave_stands_only_after_service",
                violation_error_message=_("Say when it closes."),
            ),
            models.CheckConstraint(
                condition=Q(remind_days__len__lte=MOST_REMINDERS),
                name="wave_reminds_three_times_at_most",
            ),
            models.UniqueConstraint(
                fields=["site"],
                condition=Q(audience="service", state="open"),
                name="wave_one_standing_at_a_site",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancel_reason=""), name="wave_cancelled_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def state_tone(self) -> str:
        """Colour by meaning."""
        return WAVE_TONES[WaveState(self.state)]

    @property
    def is_standing(self) -> bool:
        """Does it ask after each service, until it is switched off?"""
        return self.audience == Audience.SERVICE

    @property
    def margin_percent(self) -> str:
        """The margin of error, as people write it."""
        return f"{(self.margin * 100).normalize():f}"

    @property
    def confidence_percent(self) -> str:
        """The confidence, as people write it."""
        return f"{(self.confidence * 100).normalize():f}"

    @property
    def expected_percent(self) -> str:
        """The expected response, as people write it."""
        return f"{(self.expected_response * 100).normalize():f}"
