"""What robots and webhooks have in common: an endpoint outside, and one delivery to it and where it stands."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.ids import uuid7


class SendingState(models.TextChoices):
    """Where a delivery stands."""

    WAITING = "waiting", pgettext_lazy("delivery", "Waiting")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class Endpoint(models.Model):
    """Somewhere outside that a company tells things. While it fails, one delivery at a time tries it again."""

    company = models.ForeignKey(
        "organization.Company", models.CASCADE, related_name="+", verbose_name=_("company")
    )
    site = models.ForeignKey(
        "organization.Site",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("site"),
        help_text=_("Empty: all sites of the company."),
    )
    name = models.CharField(_("name"), max_length=80)
    is_active = models.BooleanField(_("active"), default=True)
    failures = models.PositiveSmallIntegerField(
        _("failures"), default=0, editable=False, help_text=_("In a row, up to now.")
    )
    quiet_until = models.DateTimeField(_("quiet until"), null=True, blank=True, editable=False)
    posted_at = ArrayField(
        models.DateTimeField(),
        verbose_name=_("recent posts"),
        default=list,
        editable=False,
        help_text=_("Times of the posts of the last minute, where the other side has a limit."),
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


#: Fields that change with every post and are no business of the history.
STANDING = ("failures", "quiet_until", "posted_at")


class Sending(models.Model):
    """One delivery to an endpoint. Claimed by UPDATE; FAILED is the end until a person tries again."""

    #: Name of the foreign key to the endpoint.
    ENDPOINT: ClassVar[str]

    TONES: ClassVar[dict[str, str]] = {
        SendingState.WAITING: "info",
        SendingState.SENDING: "info",
        SendingState.SENT: "ok",
        SendingState.FAILED: "danger",
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    state = models.CharField(
        _("state"), max_length=8, choices=SendingState.choices, default=SendingState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    answer_status = models.PositiveSmallIntegerField(
        _("answer"), null=True, blank=True, help_text=_("HTTP status of the last answer.")
    )
    last_error = models.TextField(_("last error"), blank=True)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    since = models.DateTimeField(
        _("tried since"),
        default=clock.now,
        editable=False,
        help_text=_("Its time to be given up counts from here."),
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def state_tone(self) -> str:
        """Colour by meaning."""
        return self.TONES[self.state]

    @property
    def endpoint(self) -> Any:
        """The robot or webhook it is for."""
        return getattr(self, self.ENDPOINT)
