"""Telephone interviews: how often a household was tried, and who is talking to it now."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.querysets import PolicyQuerySet

from .invitations import Invitation


class Call(models.Model):
    """The state of calling one invited household; removed when it has answered, so that it tells nothing of when.

    `held_by` is talking to it until `held_until` (UTC), and nobody else gets it meanwhile.
    """

    invitation = models.OneToOneField(
        Invitation, models.CASCADE, related_name="call", verbose_name=_("invitation")
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    call_after = models.DateTimeField(_("call again after"), null=True, blank=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("being called by"),
    )
    held_until = models.DateTimeField(_("until"), null=True, blank=True)

    objects = PolicyQuerySet["Call"].as_manager()

    class Meta:
        verbose_name = _("call of an interview")
        verbose_name_plural = _("calls of interviews")
        ordering = ("invitation_id",)

    def __str__(self) -> str:
        return str(self.invitation_id)
