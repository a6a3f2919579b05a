"""Action items: who does what by when, verified by whom, and whether it helped."""

from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.audit import tracked
from core.querysets import PolicyQuerySet
from organization.models import Department

from .linked import Linked, source_is_whole
from .timeline import TimelineEntry

#: An item this long past its due time is told to the leaders of its site (a proposal; no law or contract says so).
ESCALATED_AFTER = timedelta(days=3)
#: The owner is reminded this long before the due time.
REMINDED_BEFORE = timedelta(days=1)

SCALE = (MinValueValidator(1), MaxValueValidator(5))


class ActionKind(models.TextChoices):
    """Why it is done: to remove a cause, to prevent one, to do better, or because a meeting decided so."""

    CORRECTIVE = "corrective", _("Corrective")
    PREVENTIVE = "preventive", _("Preventive")
    IMPROVEMENT = "improvement", _("Improvement")
    DECISION = "decision", pgettext_lazy("kind of action item", "Decision")


class ActionStatus(models.TextChoices):
    """Open until done, done until somebody else has verified it."""

    OPEN = "open", _("Open")
    DONE = "done", _("Done, to be verified")
    VERIFIED = "verified", pgettext_lazy("action item", "Verified")
    CANCELLED = "cancelled", _("Cancelled")


TONES = {
    ActionStatus.OPEN: "warn",
    ActionStatus.DONE: "info",
    ActionStatus.VERIFIED: "ok",
    ActionStatus.CANCELLED: "idle",
}


class Effectiveness(models.TextChoices):
    """Did it help? Judged some time after it was verified: no recurrence, or a figure that improved."""

    UNKNOWN = "unknown", _("Not judged yet")
    EFFECTIVE = "effective", _("Effective")
    NOT_EFFECTIVE = "not_effective", _("Not effective")


EFFECTIVENESS_TONES = {
    Effectiveness.UNKNOWN: "idle",
    Effectiveness.EFFECTIVE: "ok",
    Effectiveness.NOT_EFFECTIVE: "danger",
}


class ActionQuerySet(PolicyQuerySet["ActionItem"]):
    """Filters on action items."""

    def unsettled(self) -> "ActionQuerySet":
        """Open, or done and not yet verified."""
        return self.filter(status__in=[ActionStatus.OPEN, ActionStatus.DONE])

    def by_priority(self, *, descending: bool = True) -> "ActionQuerySet":
        """Most effect for the least effort first; unrated ones last."""
        score = F("impact") * (6 - F("effort"))
        order = score.desc(nulls_last=True) if descending else score.asc(nulls_last=True)
        return self.order_by(order, "due_at", "pk")


@tracked(exclude=["reminded_at", "overdue_at", "escalated_at"])
class ActionItem(Linked):
    """One measure: what, by whom, until when; what was done, who verified it, whether it helped. Times are UTC."""

    kind = models.CharField(_("kind"), max_length=12, choices=ActionKind, default=ActionKind.CORRECTIVE)
    status = models.CharField(_("status"), max_length=10, choices=ActionStatus, default=ActionStatus.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="actions_owned", verbose_name=_("owner")
    )
    department = models.ForeignKey(
        Department, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    verifier = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="actions_to_verify",
        verbose_name=_("verified by"),
        help_text=_("Empty: any supervisor or manager of the site."),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by")
    )
    due_at = models.DateTimeField(_("due"))
    original_due_at = models.DateTimeField(
        _("first due"), help_text=_("The due time before any extension; it never changes.")
    )
    impact = models.PositiveSmallIntegerField(
        _("impact"), null=True, blank=True, validators=SCALE, help_text=_("1 little … 5 much.")
    )
    effort = models.PositiveSmallIntegerField(
        _("effort"), null=True, blank=True, validators=SCALE, help_text=_("1 little … 5 much.")
    )
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("done by"),
    )
    what_was_done = models.TextField(_("what was done"), blank=True)
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("verified by"),
    )
    verification_note = models.TextField(_("how it was verified"), blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancel_reason = models.TextField(_("why it was cancelled"), blank=True)
    effectiveness = models.CharField(
        _("effectiveness"), max_length=14, choices=Effectiveness, default=Effectiveness.UNKNOWN
    )
    judged_at = models.DateTimeField(_("judged at"), null=True, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("judged by"),
    )
    judgement_note = models.TextField(_("how that is known"), blank=True)
    reminded_at = models.DateTimeField(_("owner reminded"), null=True, blank=True, editable=False)
    overdue_at = models.DateTimeField(
        _("noticed as overdue"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Set by the tick that found it open past its due time; from then on it counts as due."),
    )
    escalated_at = models.DateTimeField(_("leaders told"), null=True, blank=True, editable=False)

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action item")
        verbose_name_plural = _("action items")
        ordering = ("due_at", "id")
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="action_number_unique_in_company"),
            models.UniqueConstraint(fields=["company", "operation_id"], name="action_operation_unique"),
            models.CheckConstraint(
                condition=Q(status="open", done_at__isnull=True, verified_at__isnull=True)
                | Q(status="done", done_at__isnull=False, done_by__isnull=False, verified_at__isnull=True)
                | Q(
                    status="verified",
                    done_at__isnull=False,
                    verified_at__isnull=False,
                    verified_by__isnull=False,
                )
                | Q(status="cancelled", cancelled_at__isnull=False, verified_at__isnull=True),
                name="action_status_has_its_times",
            ),
            models.CheckConstraint(
                condition=Q(status="cancelled") & ~Q(cancel_reason="")
                | ~Q(status="cancelled") & Q(cancelled_at__isnull=True),
                name="action_cancelled_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | ~Q(what_was_done=""), name="action_done_says_what"
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True)
                | (~Q(verified_by=F("done_by")) & ~Q(verified_by=F("owner"))),
                name="action_verified_by_another",
            ),
            models.CheckConstraint(
                condition=Q(verifier__isnull=True) | ~Q(verifier=F("owner")),
                name="action_verifier_is_not_owner",
            ),
            models.CheckConstraint(
                condition=Q(effectiveness="unknown", judged_at__isnull=True)
                | Q(status="verified", judged_at__isnull=False),
                name="action_judged_after_verified",
            ),
            models.CheckConstraint(
                condition=(Q(impact__isnull=True) | Q(impact__range=(1, 5)))
                & (Q(effort__isnull=True) | Q(effort__range=(1, 5))),
                name="action_scales_are_1_to_5",
            ),
            source_is_whole("action_source_is_whole"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status="open"), name="action_open_due"),
            models.Index(fields=["site", "due_at"], name="action_site_due"),
            models.Index(fields=["site", "verified_at"], name="action_site_verified"),
            models.Index(fields=["company", "due_at"], name="action_company_due"),
            models.Index(fields=["source_type", "source_id"], name="action_source"),
        ]

    @property
    def status_tone(self) -> str:
        """Tone of the status badge."""
        return TONES[ActionStatus(self.status)]

    @property
    def effectiveness_tone(self) -> str:
        """Tone of the judgement's badge."""
        return EFFECTIVENESS_TONES[Effectiveness(self.effectiveness)]

    @property
    def priority(self) -> int | None:
        """1 to 25: impact × (6 − effort), so much effect for little work comes first; None unless both are rated."""
        return None if self.impact is None or self.effort is None else self.impact * (6 - self.effort)


class ActionEntryKind(models.TextChoices):
    """What a line of the timeline records."""

    OPENED = "opened", _("Added")
    CHANGED = "changed", _("Changed")
    DONE = "done", _("Done")
    VERIFIED = "verified", pgettext_lazy("action item", "Verified")
    RETURNED = "returned", _("Sent back")
    CANCELLED = "cancelled", _("Cancelled")
    EXTENSION_ASKED = "ext_asked", _("Asked for more time")
    EXTENDED = "extended", _("Got more time")
    EXTENSION_REFUSED = "ext_refused", _("More time refused")
    JUDGED = "judged", _("Effectiveness judged")
    ESCALATED = "escalated", _("Leaders of the site told")


class ActionEntry(TimelineEntry):
    """One line of an action item's timeline. Never edited."""

    action = models.ForeignKey(
        ActionItem, models.CASCADE, related_name="entries", verbose_name=_("action item")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ActionEntryKind)

    class Meta(TimelineEntry.Meta):
        ordering = ("action_id", "at", "id")
