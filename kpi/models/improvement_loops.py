"""Each time round of an improvement measure, and its timeline."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collaboration.models import TimelineEntry
from core.audit import tracked
from core.querysets import PolicyQuerySet
from kpi.models.improvement_choices import VERDICT_TONES, Verdict
from kpi.models.improvements import Improvement

#: A window before or after is never shorter, and always of whole weeks, so that every weekday counts as often in both.
SHORTEST, LONGEST = 28, 364
WEEK = 7


@tracked(exclude=["reminded_at", "overdue_at", "check_told_at"])
class ImprovementLoop(models.Model):
    """One time round: what was planned, done, and found by the check. Days are of the site's wall clock."""

    improvement = models.ForeignKey(
        Improvement, models.CASCADE, related_name="loops", verbose_name=_("improvement measure")
    )
    number = models.PositiveSmallIntegerField(_("loop"), default=1)
    measure = models.TextField(_("measure"))
    starts_on = models.DateField(_("to begin on"))
    due_on = models.DateField(_("to be done by"))
    begun_on = models.DateField(_("begun on"), null=True, blank=True)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    done_on = models.DateField(_("done on"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("done by"),
    )
    what_was_done = models.TextField(_("what was done"), blank=True)
    verdict = models.CharField(_("result"), max_length=14, choices=Verdict, default=Verdict.NONE, blank=True)
    figures = models.JSONField(
        _("figures of the check"),
        null=True,
        blank=True,
        help_text=_("Windows, counts, values and intervals as they were when the check was confirmed."),
    )
    conclusion = models.TextField(
        _("conclusion"), blank=True, help_text=_("What was found, and what else changed meanwhile.")
    )
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("checked by"),
    )
    reminded_at = models.DateTimeField(_("owner reminded"), null=True, blank=True, editable=False)
    overdue_at = models.DateTimeField(_("noticed as overdue"), null=True, blank=True, editable=False)
    check_told_at = models.DateTimeField(
        _("told that the check is due"), null=True, blank=True, editable=False
    )

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("loop of a measure")
        verbose_name_plural = _("loops of measures")
        ordering = ("improvement_id", "number")
        constraints = [
            models.UniqueConstraint(fields=["improvement", "number"], name="improvement_loop_once"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("starts_on")), name="improvement_due_after_start"
            ),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True)
                | (Q(begun_on__isnull=False, done_on__gte=F("begun_on")) & ~Q(what_was_done="")),
                name="improvement_done_after_begun",
            ),
            models.CheckConstraint(
                condition=Q(verdict="", checked_at__isnull=True, figures__isnull=True)
                | (
                    Q(done_on__isnull=False, checked_at__isnull=False, checked_by__isnull=False)
                    & ~Q(verdict="")
                ),
                name="improvement_verdict_has_its_check",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=Q(begun_on__isnull=False, done_on__isnull=True),
                name="improvement_loop_running",
            )
        ]

    def __str__(self) -> str:
        return f"{self.improvement_id} #{self.number}"

    @property
    def verdict_tone(self) -> str:
        """Tone of the result's badge."""
        return VERDICT_TONES[Verdict(self.verdict)]

    def window_on(self, today: date) -> int | None:
        """Days of a window if the check is made on `today`: whole weeks since it was done, at least SHORTEST; None before."""
        if self.done_on is None:
            return None
        since = (today - self.done_on).days - 1  # neither the day it was done nor the running one
        return min(max(since // WEEK * WEEK, SHORTEST), LONGEST)

    @property
    def check_from(self) -> date | None:
        """The first day on which the shortest window after is over; None before it is done."""
        return None if self.done_on is None else self.done_on + timedelta(days=SHORTEST + 1)


class ImprovementEntryKind(models.TextChoices):
    """What a line of the timeline records."""

    PROPOSED = "proposed", pgettext_lazy("improvement", "Proposed")
    CHANGED = "changed", _("Changed")
    BEGUN = "begun", pgettext_lazy("improvement", "Approved and begun")
    DONE = "done", _("Done")
    CHECKED = "checked", pgettext_lazy("improvement", "Check confirmed")
    LOOPED = "looped", pgettext_lazy("improvement", "Next loop planned")
    CLOSED = "closed", pgettext_lazy("improvement", "Made the standard")
    CANCELLED = "cancelled", _("Cancelled")


class ImprovementEntry(TimelineEntry):
    """One line of a measure's timeline. Never edited."""

    improvement = models.ForeignKey(
        Improvement, models.CASCADE, related_name="entries", verbose_name=_("improvement measure")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ImprovementEntryKind)

    class Meta(TimelineEntry.Meta):
        ordering = ("improvement_id", "at", "id")
