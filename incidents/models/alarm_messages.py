"""What devices said, as they said it, and what was made of each message."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.querysets import PolicyQuerySet
from organization.models import Site

from .alarm_sources import AlarmSeverity, AlarmSource
from .alarms import Alarm


class MessageChannel(models.TextChoices):
    """How it came in."""

    WEBHOOK = "webhook", _("Webhook")
    MQTT = "mqtt", "MQTT"
    TEST = "test", _("Test from the desk")


class AlarmMessage(models.Model):
    """One message, kept as it came. The database refuses to change it, and to delete it within thirty days
    (保安服务管理条例 art. 25: alarm records are kept at least so long, neither deleted nor altered).

    `message_id` is the device's own, so that the same message delivered again is the same row.
    """

    site = models.ForeignKey(Site, models.PROTECT, related_name="+", verbose_name=_("site"))
    source = models.ForeignKey(
        AlarmSource, models.PROTECT, related_name="messages", verbose_name=_("alarm source")
    )
    message_id = models.CharField(_("message"), max_length=100)
    channel = models.CharField(_("came by"), max_length=8, choices=MessageChannel)
    code = models.CharField(_("alarm code"), max_length=60)
    device = models.CharField(_("device"), max_length=120, blank=True)
    severity = models.CharField(_("severity"), max_length=10, choices=AlarmSeverity)
    zone_code = models.CharField(_("zone"), max_length=20, blank=True)
    text = models.CharField(_("text"), max_length=500, blank=True)
    photo_url = models.CharField(
        _("photo"), max_length=500, blank=True, help_text=_("An address the device gave; never fetched.")
    )
    at = models.DateTimeField(
        _("at"), help_text=_("The device's time where it is believable, else that of receipt.")
    )
    received_at = models.DateTimeField(_("received at"), default=clock.now)
    raw = models.TextField(_("as it came"))

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("alarm message")
        verbose_name_plural = _("alarm messages")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["source", "message_id"], name="alarm_message_once"),
        ]
        indexes = [
            models.Index(fields=["source", "at"], name="alarm_message_at"),
            models.Index(fields=["site", "received_at"], name="alarm_message_received"),
        ]
        triggers = [
            pgtrigger.Protect(name="unaltered", operation=pgtrigger.Update),
            pgtrigger.Protect(
                name="kept_thirty_days",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.received_at > NOW() - INTERVAL '30 days'"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.device}".strip()


class Outcome(models.TextChoices):
    """What was made of a message."""

    WAITING = "waiting", pgettext_lazy("alarm message", "Waiting")
    COUNTED = "counted", _("Counted")
    REPEATED = "repeated", _("Repeated at once")
    IGNORED = "ignored", _("Ignored by a rule")
    HEARTBEAT = "heartbeat", _("Sign of life")


OUTCOME_TONES = {
    Outcome.WAITING: "warn",
    Outcome.COUNTED: "info",
    Outcome.REPEATED: "idle",
    Outcome.IGNORED: "idle",
    Outcome.HEARTBEAT: "ok",
}


class AlarmReading(models.Model):
    """What was made of one message. It waits from the moment the message is there, so nothing is overlooked."""

    message = models.OneToOneField(
        AlarmMessage, models.CASCADE, primary_key=True, related_name="reading", verbose_name=_("message")
    )
    source = models.ForeignKey(AlarmSource, models.PROTECT, related_name="+", verbose_name=_("alarm source"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.WAITING)
    alarm = models.ForeignKey(
        Alarm, models.CASCADE, null=True, blank=True, related_name="readings", verbose_name=_("alarm")
    )

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading of a message")
        verbose_name_plural = _("readings of messages")
        ordering = ("message_id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=[Outcome.COUNTED, Outcome.REPEATED], alarm__isnull=False)
                | Q(outcome__in=[Outcome.WAITING, Outcome.IGNORED, Outcome.HEARTBEAT], alarm__isnull=True),
                name="alarm_reading_outcome_fits",
            ),
        ]
        indexes = [
            models.Index(
                fields=["source", "message"], condition=Q(outcome="waiting"), name="alarm_reading_waiting"
            ),
        ]

    def __str__(self) -> str:
        return self.outcome

    @property
    def outcome_tone(self) -> str:
        """Tone of its badge."""
        return OUTCOME_TONES[Outcome(self.outcome)]


class AlarmDevice(models.Model):
    """A device of a source, and when it was last heard. The one without a name is the source as a whole."""

    source = models.ForeignKey(
        AlarmSource, models.CASCADE, related_name="devices", verbose_name=_("alarm source")
    )
    name = models.CharField(_("device"), max_length=120, blank=True)
    zone_code = models.CharField(_("zone"), max_length=20, blank=True)
    heard_at = models.DateTimeField(_("last heard"))
    has_heartbeat = models.BooleanField(
        _("gives signs of life"), default=False, help_text=_("Only such a device can be silent for too long.")
    )

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("alarm device")
        verbose_name_plural = _("alarm devices")
        ordering = ("source_id", "name")
        constraints = [
            models.UniqueConstraint(fields=["source", "name"], name="alarm_device_once"),
        ]

    def __str__(self) -> str:
        return self.name
