"""Requests between departments (协作单): asked, accepted within hours, delivered, confirmed."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.querysets import PolicyQuerySet
from organization.models import Department

from .linked import Linked, source_is_whole
from .timeline import TimelineEntry

#: A request is accepted or declined within this time, around the clock (requirement R096 proposes 4 hours).
ANSWERED_WITHIN = timedelta(hours=4)


class RequestKind(models.TextChoices):
    """What is asked for."""

    REPAIR = "repair", _("Repair")
    CLEANING = "cleaning", _("Cleaning")
    MANPOWER = "manpower", _("People")
    INFORMATION = "information", _("Information")
    PURCHASE = "purchase", _("Purchase")
    MEDIATION = "mediation", _("Talk with an owner or tenant")
    OTHER = "other", _("Other")


class Urgency(models.TextChoices):
    """How much it matters that it is done in time."""

    HIGH = "high", _("High urgency")
    NORMAL = "normal", _("Normal urgency")
    LOW = "low", _("Low urgency")


class RequestStatus(models.TextChoices):
    """Where a request stands. A returned one is delivered again."""

    SUBMITTED = "submitted", _("Waiting for an answer")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    IN_PROGRESS = "in_progress", _("In progress")
    DELIVERED = "delivered", _("Delivered, to be confirmed")
    RETURNED = "returned", _("Sent back")
    CONFIRMED = "confirmed", _("Confirmed")


TONES = {
    RequestStatus.SUBMITTED: "warn",
    RequestStatus.ACCEPTED: "info",
    RequestStatus.DECLINED: "danger",
    RequestStatus.IN_PROGRESS: "info",
    RequestStatus.DELIVERED: "info",
    RequestStatus.RETURNED: "warn",
    RequestStatus.CONFIRMED: "ok",
}
#: The other side still owes something.
OWED = (RequestStatus.SUBMITTED, RequestStatus.ACCEPTED, RequestStatus.IN_PROGRESS, RequestStatus.RETURNED)
URGENCY_TONES = {Urgency.HIGH: "danger", Urgency.NORMAL: "info", Urgency.LOW: "idle"}


class RequestQuerySet(PolicyQuerySet["CollaborationRequest"]):
    """Filters on requests."""

    def unsettled(self) -> "RequestQuerySet":
        """Neither declined nor confirmed."""
        return self.filter(status__in=[*OWED, RequestStatus.DELIVERED])


@tracked(exclude=["unanswered_at", "overdue_at"])
class CollaborationRequest(Linked):
    """What one department asks of another, or of somebody outside; each step with its time (UTC) and person."""

    kind = models.CharField(_("kind"), max_length=12, choices=RequestKind, default=RequestKind.OTHER)
    urgency = models.CharField(_("urgency"), max_length=8, choices=Urgency, default=Urgency.NORMAL)
    status = models.CharField(
        _("status"), max_length=12, choices=RequestStatus, default=RequestStatus.SUBMITTED
    )
    from_department = models.ForeignKey(
        Department, models.PROTECT, related_name="requests_made", verbose_name=_("from department")
    )
    to_department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="requests_received",
        verbose_name=_("to department"),
    )
    to_party = models.CharField(
        _("to somebody outside"),
        max_length=120,
        blank=True,
        help_text=_("For example the fire brigade, the lift company, the residents' committee."),
    )
    due_at = models.DateTimeField(_("due"))
    answer_by = models.DateTimeField(_("answer by"), help_text=_("Accepted or declined until then."))
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    submitted_at = models.DateTimeField(_("asked at"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    decline_reason = models.TextField(_("why it was declined"), blank=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("started by"),
    )
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    delivered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("delivered by"),
    )
    delivery = models.TextField(_("what was delivered"), blank=True)
    returned_at = models.DateTimeField(_("sent back at"), null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent back by"),
    )
    return_reason = models.TextField(_("why it was sent back"), blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    unanswered_at = models.DateTimeField(_("noticed as unanswered"), null=True, blank=True, editable=False)
    overdue_at = models.DateTimeField(
        _("noticed as overdue"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Set by the tick that found it owed past its due time; from then on it counts as due."),
    )

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("collaboration request")
        verbose_name_plural = _("collaboration requests")
        ordering = ("due_at", "id")
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="request_number_unique_in_company"),
            models.UniqueConstraint(fields=["company", "operation_id"], name="request_operation_unique"),
            models.CheckConstraint(
                condition=Q(to_department__isnull=False, to_party="")
                | (Q(to_department__isnull=True) & ~Q(to_party="")),
                name="request_has_one_receiver",
            ),
            models.CheckConstraint(
                condition=Q(to_department__isnull=True) | ~Q(to_department=F("from_department")),
                name="request_goes_to_another",
            ),
            models.CheckConstraint(
                condition=Q(status="submitted", answered_at__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(status="submitted"),
                name="request_answered_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(decline_reason=""), name="request_declined_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(status="returned") | (~Q(return_reason="") & Q(returned_at__isnull=False)),
                name="request_returned_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["in_progress", "delivered", "confirmed", "returned"])
                | Q(started_at__isnull=False, started_by__isnull=False),
                name="request_started_has_time",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status__in=["delivered", "confirmed"], delivered_at__isnull=False)
                    & Q(delivered_by__isnull=False)
                    & ~Q(delivery="")
                )
                | (~Q(status__in=["delivered", "confirmed"]) & Q(delivered_at__isnull=True)),
                name="request_delivered_says_what",
            ),
            models.CheckConstraint(
                condition=Q(status="confirmed", confirmed_at__isnull=False, confirmed_by__isnull=False)
                | (~Q(status="confirmed") & Q(confirmed_at__isnull=True)),
                name="request_confirmed_has_time",
            ),
            source_is_whole("request_source_is_whole"),
        ]
        indexes = [
            models.Index(fields=["answer_by"], condition=Q(status="submitted"), name="request_unanswered"),
            models.Index(
                fields=["due_at"],
                condition=Q(status__in=["submitted", "accepted", "in_progress", "returned"]),
                name="request_owed_due",
            ),
            models.Index(fields=["site", "due_at"], name="request_site_due"),
            models.Index(fields=["company", "due_at"], name="request_company_due"),
            models.Index(fields=["source_type", "source_id"], name="request_source"),
        ]

    @property
    def status_tone(self) -> str:
        """Tone of the status badge."""
        return TONES[RequestStatus(self.status)]

    @property
    def urgency_tone(self) -> str:
        """Tone of the urgency's badge."""
        return URGENCY_TONES[Urgency(self.urgency)]

    @property
    def receiver(self) -> str:
        """Whom it goes to, by name."""
        return self.to_department.name if self.to_department is not None else self.to_party


class RequestEntryKind(models.TextChoices):
    """What a line of the timeline records."""

    SUBMITTED = "submitted", _("Asked")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    STARTED = "started", _("Begun")
    DELIVERED = "delivered", _("Delivered")
    RETURNED = "returned", _("Sent back")
    CONFIRMED = "confirmed", _("Confirmed")
    UNANSWERED = "unanswered", _("Not answered in time")


class RequestEntry(TimelineEntry):
    """One line of a request's timeline. Never edited."""

    request = models.ForeignKey(
        CollaborationRequest, models.CASCADE, related_name="entries", verbose_name=_("request")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=RequestEntryKind)

    class Meta(TimelineEntry.Meta):
        ordering = ("request_id", "at", "id")
