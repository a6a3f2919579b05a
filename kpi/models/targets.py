"""Targets of indicators, of a company or one of its sites, from a month on (R103)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.querysets import PolicyQuerySet
from organization.models import Company, Site


class TargetState(models.TextChoices):
    """How far a target is. Only approved ones count; none ever changes its value."""

    PROPOSED = "proposed", pgettext_lazy("a target", "Proposed")
    APPROVED = "approved", pgettext_lazy("a target", "Approved")
    DECLINED = "declined", pgettext_lazy("a target", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("a target", "Withdrawn")


TONES = {
    TargetState.PROPOSED: "warn",
    TargetState.APPROVED: "ok",
    TargetState.DECLINED: "idle",
    TargetState.WITHDRAWN: "idle",
}
#: States from which something still follows, or that count.
OPEN = (TargetState.PROPOSED, TargetState.APPROVED)


class Target(models.Model):
    """What an indicator is to reach from the month `starts` on, until a later target; site empty: at every site without one of its own.

    It is approved by somebody else than who proposed it, before its month begins; so a month's targets are frozen when it starts.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="+", verbose_name=_("company"))
    site = models.ForeignKey(
        Site, models.CASCADE, null=True, blank=True, related_name="targets", verbose_name=_("site")
    )
    indicator = models.CharField(_("indicator"), max_length=12, help_text=_("Its code in the catalogue."))
    value = models.FloatField(
        _("value"),
        null=True,
        blank=True,
        help_text=_("Shares as fractions, lengths of time in minutes; empty: for information only."),
    )
    starts = models.DateField(_("from"), help_text=_("First day of the month from which it counts."))
    state = models.CharField(_("state"), max_length=10, choices=TargetState, default=TargetState.PROPOSED)
    reason = models.CharField(_("reason"), max_length=500)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision = models.CharField(_("reason of the decision"), max_length=500, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ("-starts", "-id")
        constraints = [
            models.CheckConstraint(condition=Q(starts__day=1), name="target_starts_with_a_month"),
            models.UniqueConstraint(
                fields=["company", "site", "indicator", "starts"],
                condition=Q(state="approved"),
                name="target_approved_once",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["company", "site", "indicator", "starts"],
                condition=Q(state="proposed"),
                name="target_proposed_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["company", "starts"], condition=Q(state="approved"), name="target_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.starts:%Y-%m}"

    @property
    def state_tone(self) -> str:
        """Colour of its state."""
        return TONES[TargetState(self.state)]
