"""Group robots: a chat group of WeCom, DingTalk or Feishu that is told what happens."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.audit.tracking import tracked
from core.models.sending import STANDING, Endpoint, Sending, SendingState
from core.querysets import PolicyQuerySet
from core.sealing import Unreadable, seal, unseal


class RobotVendor(models.TextChoices):
    """Whose chat it is."""

    WECOM = "wecom", _("WeCom")
    DINGTALK = "dingtalk", _("DingTalk")
    FEISHU = "feishu", _("Feishu")


@tracked(exclude=["sealed_address", "sealed_secret", *STANDING])
class Robot(Endpoint):
    """A group robot. Its address holds the key to the group, so address and secret are stored sealed and never shown."""

    vendor = models.CharField(_("vendor"), max_length=10, choices=RobotVendor.choices)
    sealed_address = models.TextField(_("webhook address"), editable=False)
    sealed_secret = models.TextField(_("signing secret"), blank=True, editable=False)
    kinds = ArrayField(
        models.CharField(max_length=100),
        verbose_name=_("tells"),
        default=list,
        blank=True,
        help_text=_("Names of kinds of notices; empty: every kind meant for groups."),
    )
    least_rank = models.PositiveSmallIntegerField(
        _("down to priority"),
        null=True,
        blank=True,
        help_text=_("1 is the most urgent; what has no priority is always told."),
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.SITE_LANGUAGES)

    objects = PolicyQuerySet["Robot"].as_manager()

    class Meta:
        verbose_name = _("group robot")
        verbose_name_plural = _("group robots")
        ordering = ("name", "id")
        constraints = (models.UniqueConstraint(fields=("company", "name"), name="robot_name_unique"),)

    @property
    def address(self) -> str:
        """Where to post. Raises core.sealing.Unreadable."""
        return unseal(self.sealed_address)

    @address.setter
    def address(self, value: str) -> None:
        self.sealed_address = seal(value)

    @property
    def secret(self) -> str:
        """What signs; "" for a robot without. Raises core.sealing.Unreadable."""
        return unseal(self.sealed_secret)

    @secret.setter
    def secret(self, value: str) -> None:
        self.sealed_secret = seal(value)

    @property
    def hint(self) -> str:
        """The end of the address, to tell robots apart; not enough to use one."""
        try:
            return f"…{self.address[-4:]}"
        except Unreadable:
            return "?"


class RobotMessage(Sending):
    """One event for one robot. Several that wait go out in one post."""

    ENDPOINT = "robot"

    robot = models.ForeignKey(Robot, models.CASCADE, related_name="messages", verbose_name=_("group robot"))
    kind = models.CharField(_("kind"), max_length=100)
    context = models.JSONField(
        _("context"), default=dict, blank=True, help_text=_("Only what the words for groups name.")
    )
    site = models.ForeignKey(
        "organization.Site", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("site")
    )
    url = models.CharField(_("address"), max_length=500, blank=True)
    once = models.CharField(  # noqa: DJ001 - NULL: may be told again
        _("once"),
        max_length=400,
        null=True,
        blank=True,
        help_text=_("Kind, object and key: the same reach a robot once."),
    )

    objects = PolicyQuerySet["RobotMessage"].as_manager()

    class Meta:
        verbose_name = _("robot message")
        verbose_name_plural = _("robot messages")
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("robot", "once"), name="robot_message_once"),)
        indexes = (
            models.Index(fields=("robot", "-id"), name="robot_message_list"),
            models.Index(
                fields=("robot", "id"),
                name="robot_message_open",
                condition=Q(state__in=[SendingState.WAITING, SendingState.SENDING]),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
