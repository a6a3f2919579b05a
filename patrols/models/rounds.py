"""A round is one occurrence of a plan, with the points it had when it was made."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.querysets import PolicyQuerySet
from organization.models import Company, Site
from rosters.models import Post

from .plans import Discipline, Order, Plan, Route


class RoundStatus(models.TextChoices):
    """How a round stands. COMPLETED and LATE need 95 % of the points (domain K09)."""

    SCHEDULED = "scheduled", _("Due")
    RUNNING = "running", _("Under way")
    COMPLETED = "completed", _("Completed")
    LATE = "late", _("Completed late")
    PARTIAL = "partial", _("Partial")
    MISSED = "missed", _("Missed")
    CANCELLED = "cancelled", _("Cancelled")


STATUS_TONES = {
    RoundStatus.SCHEDULED: "idle",
    RoundStatus.RUNNING: "info",
    RoundStatus.COMPLETED: "ok",
    RoundStatus.LATE: "warn",
    RoundStatus.PARTIAL: "warn",
    RoundStatus.MISSED: "danger",
    RoundStatus.CANCELLED: "idle",
}
OPEN_STATUSES = (RoundStatus.SCHEDULED, RoundStatus.RUNNING)


class Round(models.Model):
    """One occurrence of a plan.

    `visited` (inside the window and grace) and `visited_outside` are sets kept by union, and the first and
    last scan by least and greatest, so the order in which phones deliver scans does not matter.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    site = models.ForeignKey(Site, models.PROTECT, related_name="rounds", verbose_name=_("site"))
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="rounds", verbose_name=_("plan"))
    route = models.ForeignKey(Route, models.PROTECT, related_name="rounds", verbose_name=_("route"))
    post = models.ForeignKey(
        Post, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("post")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="rounds",
        verbose_name=_("person"),
    )
    discipline = models.CharField(_("discipline"), max_length=12, choices=Discipline)
    order = models.CharField(_("order"), max_length=8, choices=Order, default=Order.ANY)
    opens_at = models.DateTimeField(_("may begin from"))
    due_start = models.DateTimeField(_("due from"))
    due_end = models.DateTimeField(_("due until"))
    closes_at = models.DateTimeField(_("judged at"))
    points = ArrayField(
        models.BigIntegerField(), verbose_name=_("points"), help_text=_("Checkpoints in order.")
    )
    visited = ArrayField(models.BigIntegerField(), verbose_name=_("visited in time"), default=list)
    visited_times = ArrayField(
        models.DateTimeField(),
        verbose_name=_("first visits in time"),
        default=list,
        help_text=_("When each point of “visited in time” was first seen, in the same order."),
    )
    visited_outside = ArrayField(
        models.BigIntegerField(), verbose_name=_("visited outside the window"), default=list
    )
    first_scan_at = models.DateTimeField(_("begun at"), null=True, blank=True)
    last_scan_at = models.DateTimeField(_("last scan at"), null=True, blank=True)
    completed_at = models.DateTimeField(
        _("completed at"),
        null=True,
        blank=True,
        help_text=_("When the last needed point was visited in time."),
    )
    status = models.CharField(_("status"), max_length=10, choices=RoundStatus, default=RoundStatus.SCHEDULED)
    judged_at = models.DateTimeField(_("last judged at"), null=True, blank=True)
    cancel_reason = models.CharField(_("why cancelled"), max_length=200, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        ordering = ("-due_start", "-id")
        constraints = [
            models.UniqueConstraint(fields=["plan", "due_start"], name="round_once_per_plan_and_time"),
            models.CheckConstraint(
                condition=Q(
                    opens_at__lte=F("due_start"), due_start__lt=F("due_end"), due_end__lte=F("closes_at")
                ),
                name="round_times_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["site", "due_start"], name="round_site_due"),
            models.Index(
                fields=["closes_at"],
                condition=Q(status__in=["scheduled", "running"]),
                name="round_open_closes",
            ),
            models.Index(fields=["company", "-due_start"], name="round_company_due"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.due_start:%Y-%m-%d %H:%M}"

    @property
    def tone(self) -> str:
        """Tone of the status badge."""
        return STATUS_TONES[RoundStatus(self.status)]

    @property
    def duration(self) -> timedelta | None:
        """From the first scan to the last; None before there are any."""
        if self.first_scan_at is None or self.last_scan_at is None:
            return None
        return self.last_scan_at - self.first_scan_at
