"""Versioned checklists and the checks made with them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.ids import uuid7
from core.querysets import PolicyQuerySet
from core.translated import TranslatedField
from organization.models import Company, Site


class VersionState(models.TextChoices):
    """Life of a version. Published versions never change; a change is a new version."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class ItemKind(models.TextChoices):
    """How an item is answered."""

    NORMAL = "normal", _("Normal, abnormal or not applicable")
    NUMBER = "number", _("Number with unit and range")
    CHOICE = "choice", _("Choice")
    TEXT = "text", _("Text")
    PHOTO = "photo", _("Photo")


class Opens(models.TextChoices):
    """Kind of case an abnormal answer opens."""

    HAZARD = "hazard", _("Hazard")
    INCIDENT = "incident", _("Incident")
    VIOLATION = "violation", _("Violation")
    SERVICE_REQUEST = "service_request", _("Service request")


@tracked()
class Checklist(models.Model):
    """A named list of things to check; what is asked stands in its versions."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="checklists", verbose_name=_("company"))
    code = models.CharField(_("code"), max_length=30)
    name = TranslatedField(_("name"))
    description = TranslatedField(_("description"), default=dict, blank=True)
    basis = models.CharField(
        _("basis"), max_length=240, blank=True, help_text=_("Law, standard or house rule behind it.")
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        ordering = ("company_id", "code")
        constraints = [models.UniqueConstraint(fields=["company", "code"], name="checklist_code_unique")]

    def __str__(self) -> str:
        return str(self.name)


class ChecklistVersion(models.Model):
    """One wording of a checklist. At most one is published at a time."""

    checklist = models.ForeignKey(
        Checklist, models.CASCADE, related_name="versions", verbose_name=_("checklist")
    )
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=VersionState, default=VersionState.DRAFT)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("checklist version")
        verbose_name_plural = _("checklist versions")
        ordering = ("checklist_id", "-number")
        constraints = [
            models.UniqueConstraint(fields=["checklist", "number"], name="checklist_version_unique"),
            models.UniqueConstraint(
                fields=["checklist"], condition=Q(state="published"), name="checklist_one_published_version"
            ),
            models.UniqueConstraint(
                fields=["checklist"], condition=Q(state="draft"), name="checklist_one_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.checklist} v{self.number}"


class ChecklistItem(models.Model):
    """One question of a version."""

    version = models.ForeignKey(
        ChecklistVersion, models.CASCADE, related_name="items", verbose_name=_("version")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=10, choices=ItemKind, default=ItemKind.NORMAL)
    label = TranslatedField(_("question"))
    help = TranslatedField(_("what to look at"), default=dict, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    low = models.DecimalField(
        _("lowest normal value"), max_digits=12, decimal_places=3, null=True, blank=True
    )
    high = models.DecimalField(
        _("highest normal value"), max_digits=12, decimal_places=3, null=True, blank=True
    )
    choices = models.JSONField(
        _("choices"), default=list, blank=True, help_text=_("List of {value, label by language, abnormal}.")
    )
    is_required = models.BooleanField(_("required"), default=True)
    needs_photo = models.BooleanField(_("photo always"), default=False)
    opens = models.CharField(
        _("an abnormal answer opens"), max_length=16, choices=Opens, default=Opens.HAZARD
    )
    due_hours = models.PositiveSmallIntegerField(_("to be settled within (hours)"), default=24)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        ordering = ("version_id", "position", "id")
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="checklist_item_position")
        ]

    def __str__(self) -> str:
        return str(self.label)


class Check(models.Model):
    """One filled-in checklist. The identifier is made by the phone, so a repeat is the same check."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    site = models.ForeignKey(Site, models.PROTECT, related_name="checks", verbose_name=_("site"))
    version = models.ForeignKey(
        ChecklistVersion, models.PROTECT, related_name="checks", verbose_name=_("version")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    device_at = models.DateTimeField(_("time on the device"))
    made_at = models.DateTimeField(_("made at"), help_text=_("Corrected time, UTC."))
    received_at = models.DateTimeField(_("received at"))
    abnormal_count = models.PositiveSmallIntegerField(_("abnormal answers"), default=0)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        ordering = ("-made_at", "id")
        indexes = [models.Index(fields=["site", "-made_at"], name="check_site_made")]

    def __str__(self) -> str:
        return str(self.version.checklist)


class Answer(models.Model):
    """The answer to one item of a check."""

    check_made = models.ForeignKey(Check, models.CASCADE, related_name="answers", verbose_name=_("check"))
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="+", verbose_name=_("item"))
    value = models.CharField(
        _("answer"), max_length=500, blank=True, help_text=_("normal, abnormal, na, a number, a choice, text")
    )
    number = models.DecimalField(_("reading"), max_digits=14, decimal_places=3, null=True, blank=True)
    is_abnormal = models.BooleanField(_("abnormal"), default=False)
    text = models.TextField(_("what was found"), blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ("check_made_id", "item_id")
        constraints = [models.UniqueConstraint(fields=["check_made", "item"], name="answer_once_per_item")]

    def __str__(self) -> str:
        return self.value
