"""Who was sent to a case, and how far they are: assigned, accepted, on the way, on site, done."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.querysets import PolicyQuerySet

from .cases import Case


class DispatchState(models.TextChoices):
    """How far somebody who was sent is. The last three are ends."""

    ASSIGNED = "assigned", _("Sent, not accepted yet")
    ACCEPTED = "accepted", pgettext_lazy("dispatch", "Accepted")
    ON_WAY = "on_way", _("On the way")
    ON_SITE = "on_site", _("On site")
    DONE = "done", pgettext_lazy("dispatch", "Done")
    DECLINED = "declined", pgettext_lazy("dispatch", "Declined")
    WITHDRAWN = "withdrawn", _("Called back")


DISPATCH_TONES = {
    DispatchState.ASSIGNED: "warn",
    DispatchState.ACCEPTED: "info",
    DispatchState.ON_WAY: "info",
    DispatchState.ON_SITE: "info",
    DispatchState.DONE: "ok",
    DispatchState.DECLINED: "danger",
    DispatchState.WITHDRAWN: "idle",
}
#: Somebody who is still bound by the case.
ACTIVE = (DispatchState.ASSIGNED, DispatchState.ACCEPTED, DispatchState.ON_WAY, DispatchState.ON_SITE)


class DispatchQuerySet(PolicyQuerySet["Dispatch"]):
    """Filters on dispatches."""

    def active(self) -> "DispatchQuerySet":
        """Of people who have not ended, declined or been called back."""
        return self.filter(state__in=ACTIVE)


class Dispatch(models.Model):
    """One person sent to one case: the one who leads there, or a helper.

    Moments are aware, UTC; those a phone gave are corrected times. A moment stays empty when nobody said it: who
    arrives without having accepted has no `accepted_at`.
    """

    #: which moment a state sets
    MOMENTS: ClassVar[dict[str, str]] = {
        DispatchState.ACCEPTED: "accepted_at",
        DispatchState.ON_WAY: "on_way_at",
        DispatchState.ON_SITE: "on_site_at",
        DispatchState.DONE: "ended_at",
        DispatchState.DECLINED: "ended_at",
        DispatchState.WITHDRAWN: "ended_at",
    }

    case = models.ForeignKey(Case, models.CASCADE, related_name="dispatches", verbose_name=_("case"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="dispatches", verbose_name=_("person")
    )
    is_lead = models.BooleanField(
        _("leads on site"), default=True, help_text=_("The case is theirs; the others help.")
    )
    state = models.CharField(_("state"), max_length=10, choices=DispatchState, default=DispatchState.ASSIGNED)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("sent by")
    )
    assigned_at = models.DateTimeField(_("sent at"))
    answer_by = models.DateTimeField(_("to be accepted by"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    on_way_at = models.DateTimeField(_("on the way at"), null=True, blank=True)
    on_site_at = models.DateTimeField(_("on site at"), null=True, blank=True)
    ended_at = models.DateTimeField(
        _("ended at"), null=True, blank=True, help_text=_("Done, declined or called back.")
    )
    reason = models.CharField(
        _("reason"), max_length=300, blank=True, help_text=_("Why it was declined or called back.")
    )
    distance_m = models.PositiveIntegerField(
        _("distance when sent (m)"),
        null=True,
        blank=True,
        help_text=_("From where they were last seen on duty; empty when that is not known."),
    )

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispatch")
        verbose_name_plural = _("dispatches")
        ordering = ("case_id", "assigned_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(is_lead=True, state__in=ACTIVE), name="dispatch_one_lead"
            ),
            models.UniqueConstraint(
                fields=["case", "person"], condition=Q(state__in=ACTIVE), name="dispatch_person_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ACTIVE, ended_at__isnull=True)
                | Q(state__in=["done", "declined", "withdrawn"], ended_at__isnull=False),
                name="dispatch_ended_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""), name="dispatch_declined_has_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(state__in=ACTIVE), name="dispatch_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} → {self.person_id}"

    @property
    def is_active(self) -> bool:
        """Is the person still bound?"""
        return self.state in ACTIVE

    @property
    def tone(self) -> str:
        """Tone of the state's badge."""
        return DISPATCH_TONES[DispatchState(self.state)]

    @property
    def since(self) -> datetime:
        """Since when the state holds; when it was sent if nobody said."""
        moment: datetime | None = getattr(self, self.MOMENTS.get(self.state, "assigned_at"))
        return moment or self.assigned_at
