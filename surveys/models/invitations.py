"""Who is asked in a wave: the parts it is drawn from, and the invitations."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.querysets import PolicyQuerySet
from incidents.models import Case
from organization.models import Building, Household, Zone

from .waves import Wave


class Stratum(models.Model):
    """A part of the site drawn by itself, in proportion to its size; in a standing wave a kind of service.

    There `population` counts the closed cases whose residents could have been asked, `invited` those who were.
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="strata", verbose_name=_("survey wave"))
    building = models.ForeignKey(
        Building, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("building")
    )
    zone = models.ForeignKey(
        Zone, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("zone")
    )
    service = models.CharField(
        _("service"),
        max_length=37,
        blank=True,
        help_text=_("Kind and category of the cases, such as service_request.lift; only in standing waves."),
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
                fields=["wave", "building", "zone", "service"], name="stratum_once", nulls_distinct=False
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
    """A household or colleague asked in a wave, or the resident whose case was closed (once for each case).

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
    case = models.OneToOneField(
        Case, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("case")
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
                condition=Q(household__isnull=False, person=None, case=None)
                | Q(household=None, person__isnull=False, case=None)
                | Q(household=None, person=None, case__isnull=False),
                name="invitation_of_household_person_or_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id}/{self.pk}"

    @property
    def state_tone(self) -> str:
        """Colour by meaning."""
        return INVITATION_TONES[InvitationState(self.state)]
