"""Alarms as they stand at the desk: each made of the messages that belong together."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.audit import tracked
from core.querysets import PolicyQuerySet
from organization.models import Company, Site, Zone

from .alarm_sources import SEVERITY_TONES, AlarmRule, AlarmSeverity, AlarmSource
from .cases import Case

#: The code of an alarm that a silent device raised; messages cannot take it.
SILENCE = "silence"
#: The code of a sign of life.
HEARTBEAT = "heartbeat"
#: The code of a trial: shown and judged as any other, counted in no figure.
TRIAL = "test"


class AlarmState(models.TextChoices):
    """Where an alarm stands."""

    NEW = "new", pgettext_lazy("alarm", "New")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("alarm", "Taken up")
    CASE = "case", _("Became a case")
    FALSE = "false", _("False alarm")
    CLOSED = "closed", _("Settled")


ALARM_TONES = {
    AlarmState.NEW: "danger",
    AlarmState.ACKNOWLEDGED: "warn",
    AlarmState.CASE: "info",
    AlarmState.FALSE: "idle",
    AlarmState.CLOSED: "ok",
}
#: Somebody has to say what it was.
OPEN_STATES = (AlarmState.NEW, AlarmState.ACKNOWLEDGED)


class FalseReason(models.TextChoices):
    """Why a device called although there was nothing."""

    SENSOR = "sensor", _("Faulty device")
    ENVIRONMENT = "environment", _("Weather, dust, steam or smoke of cooking")
    ANIMAL = "animal", _("Animal or plant")
    PERSON = "person", _("Harmless person or vehicle")
    MISUSE = "misuse", _("Wrong handling")
    WORKS = "works", _("Works or maintenance that were not announced")
    SETTING = "setting", _("Set too sensitive")
    OTHER = "other", pgettext_lazy("false alarm", "Something else")


class AlarmNature(models.TextChoices):
    """Nature of an alarm in the record of a fire control room (消防控制室值班记录, GB 25201 annex A)."""

    FIRE = "fire", _("Fire alarm")
    FALSE = "false", _("False alarm")
    FAULT = "fault", _("Fault signal")
    SUPERVISORY = "supervisory", _("Supervisory signal")
    TEST = "test", _("Announced test")


@tracked(exclude=["last_at", "count", "repeats"])
class Alarm(models.Model):
    """Messages of one source that belong together by a rule and follow each other closely.

    `count` are the messages counted, `repeats` those a bouncing contact added. An alarm of a silent device has no
    messages; it has `ended_at` once the device was heard again.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="alarms", verbose_name=_("company"))
    site = models.ForeignKey(Site, models.PROTECT, related_name="alarms", verbose_name=_("site"))
    source = models.ForeignKey(
        AlarmSource, models.PROTECT, related_name="alarms", verbose_name=_("alarm source")
    )
    rule = models.ForeignKey(
        AlarmRule, models.SET_NULL, null=True, blank=True, related_name="alarms", verbose_name=_("rule")
    )
    group = models.CharField(_("group"), max_length=160, editable=False)
    code = models.CharField(_("alarm code"), max_length=60, help_text=_("Of its first message."))
    device = models.CharField(_("device"), max_length=120, blank=True, help_text=_("Of its first message."))
    severity = models.CharField(
        _("severity"), max_length=10, choices=AlarmSeverity, help_text=_("The gravest of its messages.")
    )
    title = models.CharField(_("what"), max_length=200)
    zone = models.ForeignKey(
        Zone, models.SET_NULL, null=True, blank=True, related_name="alarms", verbose_name=_("zone")
    )
    first_at = models.DateTimeField(_("first at"))
    last_at = models.DateTimeField(_("last at"))
    received_at = models.DateTimeField(
        _("received at"), help_text=_("When its first message arrived here; figures count by it.")
    )
    count = models.PositiveIntegerField(_("messages"), default=0)
    repeats = models.PositiveIntegerField(_("repeats"), default=0)
    state = models.CharField(_("state"), max_length=12, choices=AlarmState, default=AlarmState.NEW)
    acknowledged_at = models.DateTimeField(_("taken up at"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken up by"),
    )
    resolved_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("settled by"),
        help_text=_("Empty: by a rule, or because the device was heard again."),
    )
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="alarms", verbose_name=_("case")
    )
    false_reason = models.CharField(_("why it was false"), max_length=12, choices=FalseReason, blank=True)
    nature = models.CharField(
        _("nature"),
        max_length=12,
        choices=AlarmNature,
        blank=True,
        help_text=_("For the record of the fire control room."),
    )
    note = models.TextField(_("cause and handling"), blank=True)
    ended_at = models.DateTimeField(_("heard again at"), null=True, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        ordering = ("-first_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="case", case__isnull=False) | ~Q(state="case"), name="alarm_case_is_named"
            ),
            models.CheckConstraint(
                condition=~Q(state="false") | ~Q(false_reason=""), name="alarm_false_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["new", "acknowledged"], resolved_at__isnull=True)
                | Q(state__in=["case", "false", "closed"], resolved_at__isnull=False),
                name="alarm_settled_has_time",
            ),
            models.UniqueConstraint(
                fields=["source", "device"],
                condition=Q(code=SILENCE, ended_at__isnull=True),
                name="alarm_silence_once",
            ),
        ]
        indexes = [
            models.Index(fields=["source", "group", "-id"], name="alarm_source_group"),
            models.Index(fields=["site", "-first_at"], name="alarm_site_first"),
            models.Index(fields=["site", "received_at"], name="alarm_site_received"),
            models.Index(fields=["company", "-first_at"], name="alarm_company_first"),
            models.Index(
                fields=["site", "-last_at"], condition=Q(resolved_at__isnull=True), name="alarm_open"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state_tone(self) -> str:
        """Tone of the badge of its state."""
        return ALARM_TONES[AlarmState(self.state)]

    @property
    def severity_tone(self) -> str:
        """Tone of the badge of its severity."""
        return SEVERITY_TONES[AlarmSeverity(self.severity)]

    @property
    def is_open(self) -> bool:
        """Has nobody said yet what it was?"""
        return self.state in OPEN_STATES

    @property
    def is_silence(self) -> bool:
        """Did a device raise it by saying nothing?"""
        return self.code == SILENCE
