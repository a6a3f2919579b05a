"""What a person is told, by which channel it reached them, and what they asked not to get by mail."""

from typing import ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.ids import uuid7
from core.querysets import PolicyQuerySet


class NotificationQuerySet(PolicyQuerySet["Notification"]):
    """Filters over what people were told."""

    def unread(self) -> "NotificationQuerySet":
        """Not yet marked as read."""
        return self.filter(read_at=None)


class Notification(models.Model):
    """One message to one person. The words are made when it is shown, in the reader's language, from the
    registered kind and the stored context.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", verbose_name=_("recipient")
    )
    kind = models.CharField(_("kind"), max_length=100, help_text=_("Registered name, such as core.job_done."))
    context = models.JSONField(_("context"), default=dict, blank=True)
    site = models.ForeignKey(
        "organization.Site", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("site")
    )
    target_type = models.ForeignKey(
        "contenttypes.ContentType",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kind of object"),
    )
    target_id = models.CharField(_("object"), max_length=64, blank=True)
    target = GenericForeignKey("target_type", "target_id")
    url = models.CharField(
        _("address"), max_length=500, blank=True, help_text=_("Path of the page it opens.")
    )
    key = models.CharField(  # noqa: DJ001 - NULL: may be told again
        _("key"),
        max_length=200,
        null=True,
        blank=True,
        help_text=_("The same kind and key reach a person once."),
    )
    created_at = models.DateTimeField(_("at"), default=clock.now, editable=False)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("recipient", "kind", "key"), name="notification_once_per_key"),
        )
        indexes = (
            models.Index(fields=("recipient", "-id"), name="notification_list"),
            models.Index(fields=("recipient",), name="notification_unread", condition=models.Q(read_at=None)),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Delivery(models.Model):
    """The way of one notification through one channel that leaves the house (e-mail). Claimed by UPDATE."""

    class State(models.TextChoices):
        """Where the delivery stands."""

        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    TONES: ClassVar[dict[str, str]] = {
        State.WAITING: "info",
        State.SENDING: "info",
        State.SENT: "ok",
        State.FAILED: "danger",
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    notification = models.ForeignKey(
        Notification, models.CASCADE, related_name="deliveries", verbose_name=_("notification")
    )
    channel = models.CharField(_("channel"), max_length=30)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)

    objects = PolicyQuerySet["Delivery"].as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = (
            models.UniqueConstraint(fields=("notification", "channel"), name="delivery_once_per_channel"),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.notification_id}"

    @property
    def state_tone(self) -> str:
        """Colour by meaning."""
        return self.TONES[self.state]


class NotificationPreference(models.Model):
    """A person's wish for one kind and one channel; without a row the kind's own default holds."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="notification_preferences",
        verbose_name=_("person"),
    )
    kind = models.CharField(_("kind"), max_length=100)
    channel = models.CharField(_("channel"), max_length=30)
    wanted = models.BooleanField(_("wanted"))

    objects = PolicyQuerySet["NotificationPreference"].as_manager()

    class Meta:
        verbose_name = _("notification preference")
        verbose_name_plural = _("notification preferences")
        constraints = (models.UniqueConstraint(fields=("person", "kind", "channel"), name="preference_once"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.channel}: {self.wanted}"
