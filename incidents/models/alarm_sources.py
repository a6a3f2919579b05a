"""Where alarms of devices come from, and what is made of them."""

from uuid import uuid4

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.audit import tracked
from core.querysets import PolicyQuerySet
from core.sealing import seal, unseal
from organization.models import Company, Site, Zone

from .kinds import CaseKind, Priority

#: What is said below a site's own topic: levels of a topic, with the wildcards of MQTT only where MQTT allows them.
TOPIC = RegexValidator(
    r"^(?:\+|[^/+#\x00]+)(?:/(?:\+|[^/+#\x00]+))*(?:/#)?$",
    _("Levels divided by /, such as east/perimeter/+ or cameras/#."),
)
#: Seconds in a day: the longest window and the longest silence that may be set.
DAY = 86_400


class SourceKind(models.TextChoices):
    """What system it is."""

    CAMERA = "camera", _("Cameras")
    ACCESS = "access", _("Access control")
    PERIMETER = "perimeter", _("Perimeter")
    FIRE_PANEL = "fire_panel", _("Fire alarm panel")
    LIFT = "lift", _("Lift")
    OTHER = "other", _("Another system")


class AlarmSeverity(models.TextChoices):
    """How grave a device calls it."""

    INFO = "info", _("For information")
    WARNING = "warning", _("Warning")
    CRITICAL = "critical", _("Critical")


SEVERITY_TONES = {AlarmSeverity.INFO: "info", AlarmSeverity.WARNING: "warn", AlarmSeverity.CRITICAL: "danger"}
#: From the least to the most grave.
GRAVITY = {AlarmSeverity.INFO: 1, AlarmSeverity.WARNING: 2, AlarmSeverity.CRITICAL: 3}


@tracked(exclude=["sealed_secret", "sealed_former_secret", "watched_since"])
class AlarmSource(models.Model):
    """A system that sends messages: signed to an address of its own, or under a topic of the MQTT broker.

    Its secret is made here, shown once, and stored sealed; a former one is taken for a day.
    """

    company = models.ForeignKey(
        Company, models.CASCADE, related_name="alarm_sources", verbose_name=_("company")
    )
    site = models.ForeignKey(Site, models.PROTECT, related_name="alarm_sources", verbose_name=_("site"))
    public_id = models.UUIDField(_("name in the address"), default=uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=SourceKind)
    name = models.CharField(_("name"), max_length=80)
    zone = models.ForeignKey(
        Zone,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="alarm_sources",
        verbose_name=_("zone"),
        help_text=_("Where its devices are, unless a message or a rule says otherwise."),
    )
    topic = models.CharField(
        _("MQTT topic"),
        max_length=120,
        blank=True,
        validators=[TOPIC],
        help_text=_("Below the site's own topic. Empty: by webhook only."),
    )
    heartbeat_seconds = models.PositiveIntegerField(
        _("sign of life every (seconds)"),
        default=0,
        validators=[MaxValueValidator(DAY)],
        help_text=_("How often it is to say “heartbeat”. 0: never."),
    )
    silence_seconds = models.PositiveIntegerField(
        _("silent for too long after (seconds)"),
        default=0,
        validators=[MaxValueValidator(7 * DAY)],
        help_text=_("An alarm is raised after so much silence. 0: silence is no matter."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Switched off, its messages are refused.")
    )
    sealed_secret = models.TextField(_("secret"), editable=False)
    sealed_former_secret = models.TextField(_("former secret"), blank=True, editable=False)
    former_until = models.DateTimeField(_("former secret valid until"), null=True, blank=True, editable=False)
    watched_since = models.DateTimeField(
        _("watched since"),
        default=clock.now,
        editable=False,
        help_text=_("Silence counts from here at the earliest."),
    )
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("alarm source")
        verbose_name_plural = _("alarm sources")
        ordering = ("site_id", "name", "id")
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="alarm_source_name_unique"),
            models.UniqueConstraint(
                fields=["site", "topic"], condition=~Q(topic=""), name="alarm_source_topic_unique"
            ),
            models.CheckConstraint(
                condition=Q(silence_seconds=0) | Q(silence_seconds__gte=models.F("heartbeat_seconds")),
                name="alarm_source_silence_after_heartbeat",
                violation_error_message=_("Silence must be longer than the time between two signs of life."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def secret(self) -> str:
        """What it signs with. Raises core.sealing.Unreadable."""
        return unseal(self.sealed_secret)

    @secret.setter
    def secret(self, value: str) -> None:
        self.sealed_secret = seal(value)

    def secrets(self) -> list[str]:
        """The secret, and the former one while it is still taken. Raises core.sealing.Unreadable."""
        former = self.former_until is not None and self.former_until > clock.now()
        return [self.secret, unseal(self.sealed_former_secret)] if former else [self.secret]


class AlarmEffect(models.TextChoices):
    """What becomes of a message that a rule matches."""

    CASE = "case", _("Opens a case at once")
    DESK = "desk", _("Waits at the desk")
    IGNORE = "ignore", _("Is kept, and nothing more")


class GroupBy(models.TextChoices):
    """What messages must have in common to be one alarm."""

    DEVICE = "device", _("Device")
    ZONE = "zone", _("Zone")
    SOURCE = "source", _("The whole source")


@tracked()
class AlarmRule(models.Model):
    """What is made of messages of a source. The first rule by position that matches counts.

    Patterns know * (anything) and ? (one character), in any case of letters; empty matches everything.
    """

    source = models.ForeignKey(
        AlarmSource, models.CASCADE, related_name="rules", verbose_name=_("alarm source")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    code = models.CharField(
        _("alarm code"),
        max_length=80,
        blank=True,
        help_text=_("Such as fire or door_*. “silence” stands for a device that says nothing."),
    )
    device = models.CharField(_("device"), max_length=120, blank=True, help_text=_("Such as CAM-3F-*."))
    at_least = models.CharField(
        _("severity at least"), max_length=10, choices=AlarmSeverity, default=AlarmSeverity.INFO
    )
    effect = models.CharField(_("what it does"), max_length=8, choices=AlarmEffect, default=AlarmEffect.DESK)
    kind = models.CharField(_("kind of case"), max_length=16, choices=CaseKind, default=CaseKind.INCIDENT)
    category = models.CharField(_("category"), max_length=20, blank=True)
    subcategory = models.CharField(_("sub-category"), max_length=20, blank=True)
    priority = models.CharField(_("priority"), max_length=2, choices=Priority, default=Priority.P2)
    title = models.CharField(
        _("title"), max_length=120, blank=True, help_text=_("Empty: the source, the code and the device.")
    )
    zone = models.ForeignKey(
        Zone, models.SET_NULL, null=True, blank=True, related_name="alarm_rules", verbose_name=_("zone")
    )
    debounce_seconds = models.PositiveIntegerField(
        _("debounce (seconds)"),
        default=10,
        validators=[MaxValueValidator(DAY)],
        help_text=_("The same code of the same device within so many seconds counts once."),
    )
    window_seconds = models.PositiveIntegerField(
        _("one alarm within (seconds)"),
        default=300,
        validators=[MaxValueValidator(DAY)],
        help_text=_("A message joins an alarm whose latest message is no older than this."),
    )
    group_by = models.CharField(_("grouped by"), max_length=8, choices=GroupBy, default=GroupBy.DEVICE)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("alarm rule")
        verbose_name_plural = _("alarm rules")
        ordering = ("source_id", "position", "id")

    def __str__(self) -> str:
        return self.title or self.code or str(self.get_effect_display())
