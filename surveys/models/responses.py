"""Answers to a wave, however they came; and sheets of paper typed in twice."""

from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.querysets import PolicyQuerySet
from organization.models import Site

from .invitations import Invitation, Stratum
from .questionnaires import Question
from .waves import Wave


class Channel(models.TextChoices):
    """How an answer came."""

    LETTER = "letter", _("Letter with a code")
    LINK = "link", pgettext_lazy("channel of a survey", "Link in the application")
    MAIL = "mail", pgettext_lazy("channel of a survey", "E-mail")
    GATE = "gate", _("Code at the gate")
    PAPER = "paper", _("Paper form")
    INTERVIEW = "interview", _("Telephone interview")
    SERVICE = "service", _("Link after a service")


class Evidence(models.TextChoices):
    """How well it is known that nobody answered twice: one personal link each, or anybody who passed the code."""

    PERSONAL = "personal", _("Personal invitation")
    OPEN = "open", pgettext_lazy("evidence", "Open code")


class ResponseQuerySet(PolicyQuerySet["Response"]):
    """Filters by what counts."""

    def valid(self) -> "ResponseQuerySet":
        """Those that count."""
        return self.filter(is_valid=True)


class Response(models.Model):
    """One answered questionnaire.

    In an anonymous wave it names no invitation and no time of day, and its key says nothing about its order.
    """

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    wave = models.ForeignKey(Wave, models.CASCADE, related_name="responses", verbose_name=_("survey wave"))
    is_anonymous = models.BooleanField(_("anonymous"), editable=False, help_text=_("As its wave is."))
    channel = models.CharField(_("came by"), max_length=10, choices=Channel)
    evidence = models.CharField(_("evidence"), max_length=8, choices=Evidence)
    invitation = models.ForeignKey(
        Invitation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="responses",
        verbose_name=_("invitation"),
    )
    stratum = models.ForeignKey(
        Stratum,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="responses",
        verbose_name=_("part of the sample"),
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    received_on = models.DateField(_("received on"), help_text=_("Day at the site."))
    received_at = models.DateTimeField(_("received at"), null=True, blank=True)
    form_key = models.UUIDField(
        _("key of the form"), editable=False, help_text=_("The same form sent twice is one answer.")
    )
    is_valid = models.BooleanField(pgettext_lazy("answer", "counts"), default=True)
    invalid_reason = models.CharField(_("why it does not count"), max_length=240, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("answered questionnaire")
        verbose_name_plural = _("answered questionnaires")
        ordering = ("wave_id", "id")
        constraints = [
            models.UniqueConstraint(fields=["wave", "form_key"], name="response_once_per_form"),
            models.UniqueConstraint(
                fields=["wave", "invitation"],
                condition=Q(invitation__isnull=False),
                name="response_once_per_invitation",
            ),
            models.CheckConstraint(
                condition=Q(is_anonymous=False) | Q(invitation=None, received_at=None),
                name="response_anonymous_names_nobody",
            ),
            models.CheckConstraint(
                condition=Q(is_valid=True) | ~Q(invalid_reason=""), name="response_invalid_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def site(self) -> Site:
        """The site of its wave."""
        return self.wave.site


class Answer(models.Model):
    """The answer to one question, or to one row of a matrix. What was not answered has no row here."""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    response = models.ForeignKey(
        Response, models.CASCADE, related_name="answers", verbose_name=_("answered questionnaire")
    )
    question = models.ForeignKey(
        Question,
        models.PROTECT,
        related_name="answers",
        verbose_name=pgettext_lazy("of a questionnaire", "question"),
    )
    row = models.CharField(
        pgettext_lazy("of a matrix", "row"), max_length=40, blank=True, help_text=_("Code of the row.")
    )
    number = models.PositiveSmallIntegerField(
        _("score"), null=True, blank=True, help_text=_("1 to 5, or 0 to 10 for recommendations.")
    )
    choices = models.JSONField(
        pgettext_lazy("of an answer", "choices"), default=list, blank=True, help_text=_("List of codes.")
    )
    text = models.TextField(_("words"), blank=True)

    objects = PolicyQuerySet["Answer"].as_manager()

    class Meta:
        verbose_name = pgettext_lazy("to a survey", "answer")
        verbose_name_plural = pgettext_lazy("to a survey", "answers")
        ordering = ("response_id", "question_id", "row")
        constraints = [
            models.UniqueConstraint(
                fields=["response", "question", "row"], name="survey_answer_once_per_question"
            ),
            models.CheckConstraint(
                condition=Q(number=None) | Q(number__lte=10), name="survey_answer_on_its_scale"
            ),
        ]

    def __str__(self) -> str:
        return self.text or str(self.number if self.number is not None else self.choices)

    @property
    def site(self) -> Site:
        """The site of its wave: photos belong there."""
        return self.response.site


class SheetState(models.TextChoices):
    """How far a sheet of paper has been typed in."""

    BLANK = "blank", _("Not typed in yet")
    FIRST = "first", _("Typed in once")
    DIFFERS = "differs", _("The two entries differ")
    AGREED = "agreed", pgettext_lazy("paper form", "Both entries agree")
    VOID = "void", pgettext_lazy("paper form", "Void")


SHEET_TONES = {
    SheetState.BLANK: "idle",
    SheetState.FIRST: "info",
    SheetState.DIFFERS: "danger",
    SheetState.AGREED: "ok",
    SheetState.VOID: "idle",
}


class PaperSheet(models.Model):
    """A printed form with a code of its own, typed in by two people. Scans of it are attachments.

    In an anonymous wave a sheet names no household: `invitation` stays empty.
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="sheets", verbose_name=_("survey wave"))
    code = models.CharField(_("code on the form"), max_length=16)
    invitation = models.ForeignKey(
        Invitation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("invitation")
    )
    stratum = models.ForeignKey(
        Stratum, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("part of the sample")
    )
    evidence = models.CharField(
        _("evidence"),
        max_length=8,
        choices=Evidence,
        default=Evidence.PERSONAL,
        help_text=_("Given to one household that was invited, or lying open for whoever takes one."),
    )
    state = models.CharField(_("state"), max_length=8, choices=SheetState, default=SheetState.BLANK)
    first = models.JSONField(_("first entry"), default=dict, blank=True)
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("first entered by"),
    )
    second = models.JSONField(_("second entry"), default=dict, blank=True)
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("second entered by"),
    )
    mismatches = models.JSONField(
        _("differences"), default=list, blank=True, help_text=_("Codes of the questions that differ.")
    )
    response = models.OneToOneField(
        Response,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="sheet",
        verbose_name=_("answered questionnaire"),
    )

    objects = PolicyQuerySet["PaperSheet"].as_manager()

    class Meta:
        verbose_name = _("paper form")
        verbose_name_plural = _("paper forms")
        ordering = ("wave_id", "code")
        constraints = [
            models.UniqueConstraint(fields=["wave", "code"], name="paper_sheet_code_unique"),
            models.CheckConstraint(
                condition=Q(second_by=None) | Q(first_by__isnull=False) & ~Q(second_by=F("first_by")),
                name="paper_sheet_typed_by_two",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def state_tone(self) -> str:
        """Colour by meaning."""
        return SHEET_TONES[SheetState(self.state)]

    @property
    def site(self) -> Site:
        """The site of its wave: scans belong there."""
        return self.wave.site
