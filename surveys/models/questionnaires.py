"""Questionnaires in versions, and the bank their questions come from (R075)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from checklists.models import VersionState
from core.audit import tracked
from core.querysets import PolicyQuerySet
from core.translated import TranslatedField
from organization.models import Company


class Purpose(models.TextChoices):
    """What a questionnaire is asked for."""

    SATISFACTION = "satisfaction", _("Satisfaction survey")
    AFTER_SERVICE = "after_service", _("After a service")
    DRILL = "drill", _("After a drill")
    TRAINING = "training", _("After a training")
    STAFF = "staff", _("Staff survey")
    OBSERVATION = "observation", _("On-site observation")
    OTHER = "other", pgettext_lazy("purpose of a questionnaire", "Other")


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    SCALE = "scale", _("Scale from 1 to 5")
    NPS = "nps", _("Recommendation from 0 to 10")
    SINGLE = "single", _("One of several")
    MULTIPLE = "multiple", _("Several of several")
    MATRIX = "matrix", _("Scale from 1 to 5 for each row")
    TEXT = "text", pgettext_lazy("kind of question", "Own words")
    PHOTO = "photo", _("Photo")


class Dimension(models.TextChoices):
    """What of the service a scale question measures (R075); the indicators K38–K40 are counted by it."""

    OVERALL = "overall", _("Overall satisfaction")
    SERVICE_QUALITY = "service_quality", _("Service quality")
    RESPONSE_SPEED = "response_speed", _("Response speed")
    COMMUNICATION = "communication", _("Communication")
    ATTITUDE = "attitude", pgettext_lazy("of staff", "Attitude")
    SAFETY = "safety", _("Feeling of safety")
    SECURITY_STAFF = "security_staff", _("Security staff")
    OTHER = "other", pgettext_lazy("dimension of a survey", "Other")


@tracked()
class Questionnaire(models.Model):
    """A named questionnaire; what it asks stands in its versions."""

    company = models.ForeignKey(
        Company, models.CASCADE, related_name="questionnaires", verbose_name=_("company")
    )
    code = models.CharField(_("code"), max_length=30)
    title = TranslatedField(_("title"))
    purpose = models.CharField(_("purpose"), max_length=14, choices=Purpose, default=Purpose.SATISFACTION)
    is_active = models.BooleanField(_("active"), default=True)

    objects = PolicyQuerySet["Questionnaire"].as_manager()

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ("company_id", "code")
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="questionnaire_code_unique"),
            models.CheckConstraint(condition=~Q(code=""), name="questionnaire_code_not_empty"),
        ]

    def __str__(self) -> str:
        return str(self.title)


class QuestionnaireVersion(models.Model):
    """One wording of a questionnaire. A published one never changes, so that answers stay answers to what was asked."""

    TONES = {VersionState.DRAFT: "warn", VersionState.PUBLISHED: "ok", VersionState.RETIRED: "idle"}

    questionnaire = models.ForeignKey(
        Questionnaire, models.CASCADE, related_name="versions", verbose_name=_("questionnaire")
    )
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=VersionState, default=VersionState.DRAFT)
    intro = TranslatedField(
        _("introduction"), default=dict, blank=True, help_text=_("Why you ask and what becomes of it.")
    )
    thanks = TranslatedField(_("words of thanks"), default=dict, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )

    objects = PolicyQuerySet["QuestionnaireVersion"].as_manager()

    class Meta:
        verbose_name = _("questionnaire version")
        verbose_name_plural = _("questionnaire versions")
        ordering = ("questionnaire_id", "-number")
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="questionnaire_version_unique"),
            models.UniqueConstraint(
                fields=["questionnaire"],
                condition=Q(state="published"),
                name="questionnaire_one_published_version",
            ),
            models.UniqueConstraint(
                fields=["questionnaire"], condition=Q(state="draft"), name="questionnaire_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False),
                name="questionnaire_version_published_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} v{self.number}"

    @property
    def state_tone(self) -> str:
        """Colour by meaning."""
        return self.TONES[VersionState(self.state)]


class Section(models.Model):
    """A part of a questionnaire with a heading of its own.

    `condition` is empty, or {"question": code, "any": [answers]}: the section is asked only when that earlier
    question was answered with one of them (numbers of scales as text).
    """

    version = models.ForeignKey(
        QuestionnaireVersion, models.CASCADE, related_name="sections", verbose_name=_("version")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    title = TranslatedField(_("title"), default=dict, blank=True)
    condition = models.JSONField(_("asked only if"), default=dict, blank=True)

    objects = PolicyQuerySet["Section"].as_manager()

    class Meta:
        verbose_name = _("section of a questionnaire")
        verbose_name_plural = _("sections of questionnaires")
        ordering = ("version_id", "position")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "position"],
                name="survey_section_position",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return str(self.title)


class Asked(models.Model):
    """How something is asked, in a questionnaire or in the bank.

    `options` and `rows` are lists of {"code": …, "text": {language: …}}; codes never change from one version to the
    next, so that answers of two versions can be compared.
    """

    code = models.SlugField(
        _("code"), max_length=40, help_text=_("Stays the same in every version; answers are compared by it.")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=QuestionKind, default=QuestionKind.SCALE)
    item = models.CharField(
        pgettext_lazy("of a question", "measures"),
        max_length=16,
        choices=Dimension,
        blank=True,
        help_text=_("Only questions that measure something are counted in the figures of satisfaction."),
    )
    text = TranslatedField(pgettext_lazy("of a questionnaire", "question"))
    help = TranslatedField(_("explanation"), default=dict, blank=True)
    options = models.JSONField(pgettext_lazy("of a question", "choices"), default=list, blank=True)
    rows = models.JSONField(pgettext_lazy("of a question", "rows"), default=list, blank=True)
    low_label = TranslatedField(_("word at the low end"), default=dict, blank=True)
    high_label = TranslatedField(_("word at the high end"), default=dict, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.text)


class Question(Asked):
    """One question of a version. `condition` as in `Section`."""

    version = models.ForeignKey(
        QuestionnaireVersion, models.CASCADE, related_name="questions", verbose_name=_("version")
    )
    section = models.ForeignKey(Section, models.CASCADE, related_name="questions", verbose_name=_("section"))
    position = models.PositiveSmallIntegerField(_("position"), help_text=_("In the whole version."))
    is_required = models.BooleanField(_("must be answered"), default=False)
    condition = models.JSONField(_("asked only if"), default=dict, blank=True)

    objects = PolicyQuerySet["Question"].as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of a questionnaire", "question")
        verbose_name_plural = pgettext_lazy("of questionnaires", "questions")
        ordering = ("version_id", "position")
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="survey_question_code"),
            models.UniqueConstraint(
                fields=["version", "position"],
                name="survey_question_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]


@tracked()
class BankQuestion(Asked):
    """A proven wording kept to be used again; those shipped, and the company's own."""

    company = models.ForeignKey(
        Company, models.CASCADE, related_name="survey_bank", verbose_name=_("company")
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = PolicyQuerySet["BankQuestion"].as_manager()

    class Meta:
        verbose_name = _("question of the bank")
        verbose_name_plural = _("question bank")
        ordering = ("company_id", "item", "code")
        constraints = [models.UniqueConstraint(fields=["company", "code"], name="bank_question_code_unique")]
