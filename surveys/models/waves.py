"""Waves of a survey: whom it asks, drawn how, from when to when; and the invitations (R075)."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.audit import tracked
from core.querysets import PolicyQuerySet
from core.translated import TranslatedField
from organization.models import Building, Company, Household, Site, Zone

from .plans import SurveyPlan
from .questionnaires import QuestionnaireVersion


class Audience(models.TextChoices):
    """Who is asked."""

    HOUSEHOLDS = "households", pgettext_lazy("audience of a survey", "Households")
    STAFF = "staff", pgettext_lazy("audience of a survey", "Staff")
    OPEN = "open", _("Whoever scans the code")


class Selection(models.TextChoices):
    """A random sample, or everybody."""

    SAMPLE = "sample", _("Random sample")
    ALL = "all", pgettext_lazy("selection of a survey", "Everybody")


class Stratify(models.TextChoices):
    """Parts each of which is asked in proportion to its size."""

    NONE = "none", _("Whole site")
    BUILDING = "building", _("By building")
    ZONE = "zone", _("By zone")


class WaveState(models.TextChoices):
    """Prepared, answered, over. A closed wave never opens again."""

    DRAFT = "draft", pgettext_lazy("survey", "In preparation")
    OPEN = "open", pgettext_lazy("survey", "Running")
    CLOSED = "closed", pgettext_lazy("survey", "Closed")
    CANCELLED = "cancelled", pgettext_lazy("survey", "Cancelled")


WAVE_TONES = {
    WaveState.DRAFT: "warn",
    WaveState.OPEN: "info",
    WaveState.CLOSED: "ok",
    WaveState.CANCELLED: "idle",
}

_SHARE = (MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(1)))


@tracked(exclude=["gate_token_sha256"])
class Wave(models.Model):
    """One asking of a questionnaire at a site. Times are UTC; it counts wholly on the site's day it is closed on.

    `population` is how many could have been asked when it was drawn, `needed` how many answers the margin takes.
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
    closes_at = models.DateTimeField(_("closes"))
    remind_after_days = models.PositiveSmallIntegerField(
        _("remind after (days)"), default=7, help_text=_("0: nobody is reminded.")
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
    reminders = models.PositiveSmallIntegerField(_("reminders sent"), default=0, editable=False)
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
                | Q(audience="open")
                | Q(seed__isnull=False, population__isnull=False, drawn_at__isnull=False),
                name="wave_open_is_drawn",
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


class Stratum(models.Model):
    """A part of the site drawn by itself, in proportion to its size."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="strata", verbose_name=_("survey wave"))
    building = models.ForeignKey(
        Building, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("building")
    )
    zone = models.ForeignKey(
        Zone, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("zone")
    )
    label = models.CharField(
        pgettext_lazy("of a part", "name"),
        max_length=140,
        blank=True,
        help_text=_("As it was called when drawn; empty: households in no building."),
    )
    population = models.PositiveIntegerField(_("could be asked"))
    invited = models.PositiveIntegerField(_("invited"))

    objects = PolicyQuerySet["Stratum"].as_manager()

    class Meta:
        verbose_name = _("part of a sample")
        verbose_name_plural = _("parts of samples")
        ordering = ("wave_id", "label", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "building", "zone"], name="stratum_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(invited__lte=F("population")), name="stratum_invites_at_most_all"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class InvitationState(models.TextChoices):
    """What became of an invitation. In anonymous waves this is all that is known of it."""

    INVITED = "invited", pgettext_lazy("survey", "No answer yet")
    ANSWERED = "answered", pgettext_lazy("survey", "Answered")
    REFUSED = "refused", _("Does not take part")
    UNREACHABLE = "unreachable", _("Could not be reached")


INVITATION_TONES = {
    InvitationState.INVITED: "idle",
    InvitationState.ANSWERED: "ok",
    InvitationState.REFUSED: "warn",
    InvitationState.UNREACHABLE: "warn",
}


class Invitation(models.Model):
    """A household or colleague asked in a wave.

    The token of its link is derived by signature and never stored. It keeps no time of the answer, and no history:
    in an anonymous wave nothing may say when somebody answered.
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="invitations", verbose_name=_("survey wave"))
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("household")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    stratum = models.ForeignKey(
        Stratum,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("part of the sample"),
    )
    serial = models.PositiveIntegerField(_("link number"), default=1, editable=False)
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    state = models.CharField(
        _("state"), max_length=12, choices=InvitationState, default=InvitationState.INVITED
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True)

    objects = PolicyQuerySet["Invitation"].as_manager()

    class Meta:
        verbose_name = _("invitation to a survey")
        verbose_name_plural = _("invitations to surveys")
        ordering = ("wave_id", "id")
        indexes = [
            models.Index(fields=["wave", "id"], condition=Q(state="invited"), name="invitation_waiting")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "household"],
                condition=Q(household__isnull=False),
                name="invitation_once_per_household",
            ),
            models.UniqueConstraint(
                fields=["wave", "person"],
                condition=Q(person__isnull=False),
                name="invitation_once_per_person",
            ),
            models.CheckConstraint(
                condition=Q(household=None, person__isnull=False) | Q(household__isnull=False, person=None),
                name="invitation_of_household_or_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id}/{self.pk}"

    @property
    def state_tone(self) -> str:
        """Colour by meaning."""
        return INVITATION_TONES[InvitationState(self.state)]
