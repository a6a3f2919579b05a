"""Cases: everything that happens and has to be settled. Plain now: opened, worked on, resolved."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from checklists.models import Answer
from core.audit import tracked
from core.ids import uuid7
from core.querysets import PolicyQuerySet
from organization.models import Company, Site, Zone


class CaseKind(models.TextChoices):
    """What sort of matter it is."""

    INCIDENT = "incident", _("Incident")
    VIOLATION = "violation", _("Violation")
    HAZARD = "hazard", _("Hazard")
    SERVICE_REQUEST = "service_request", _("Service request")
    COMPLAINT = "complaint", _("Complaint")


NUMBER_PREFIX = {
    CaseKind.INCIDENT: "EV",
    CaseKind.VIOLATION: "VI",
    CaseKind.HAZARD: "HZ",
    CaseKind.SERVICE_REQUEST: "SR",
    CaseKind.COMPLAINT: "CP",
}


class CaseSource(models.TextChoices):
    """Where the first word came from."""

    CHECK = "check", _("Check on a patrol")
    GUARD = "guard", _("Reported by a guard")
    DESK = "desk", _("Entered at the desk")


class CaseStatus(models.TextChoices):
    """Open until somebody resolves it."""

    OPEN = "open", _("Open")
    RESOLVED = "resolved", _("Resolved")


STATUS_TONES = {CaseStatus.OPEN: "warn", CaseStatus.RESOLVED: "ok"}


class Priority(models.TextChoices):
    """P1 emergency, P2 urgent, P3 routine (resolution of the source's limits)."""

    P1 = "P1", _("P1 emergency")
    P2 = "P2", _("P2 urgent")
    P3 = "P3", _("P3 routine")


PRIORITY_TONES = {Priority.P1: "danger", Priority.P2: "warn", Priority.P3: "idle"}


@tracked()
class Case(models.Model):
    """One matter: what, where, since when, until when, by whom, with photos (attachments) and a timeline."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="cases", verbose_name=_("company"))
    site = models.ForeignKey(Site, models.PROTECT, related_name="cases", verbose_name=_("site"))
    zone = models.ForeignKey(
        Zone, models.SET_NULL, null=True, blank=True, related_name="cases", verbose_name=_("zone")
    )
    number = models.CharField(_("number"), max_length=40)
    operation_id = models.UUIDField(
        _("operation"),
        default=uuid7,
        editable=False,
        help_text=_("Made by the phone or page that reported it."),
    )
    kind = models.CharField(_("kind"), max_length=16, choices=CaseKind)
    source = models.CharField(_("source"), max_length=10, choices=CaseSource, default=CaseSource.DESK)
    priority = models.CharField(_("priority"), max_length=2, choices=Priority, default=Priority.P3)
    status = models.CharField(_("status"), max_length=10, choices=CaseStatus, default=CaseStatus.OPEN)
    title = models.CharField(_("what"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    place = models.CharField(_("where"), max_length=200, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    answer = models.OneToOneField(
        Answer,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="case",
        verbose_name=_("answer it came from"),
    )
    occurred_at = models.DateTimeField(_("occurred at"))
    reported_at = models.DateTimeField(_("reported at"))
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="cases_reported", verbose_name=_("reported by")
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="cases_assigned",
        verbose_name=_("assigned to"),
    )
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("resolved by"),
    )
    resolution = models.TextField(_("how it was settled"), blank=True)
    version = models.PositiveIntegerField(_("row version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ("-reported_at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="case_number_unique_in_company"),
            models.UniqueConstraint(fields=["company", "operation_id"], name="case_operation_unique"),
            models.CheckConstraint(
                condition=Q(status="open", resolved_at__isnull=True)
                | Q(status="resolved", resolved_at__isnull=False),
                name="case_resolved_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["site", "due_at"], condition=Q(status="open"), name="case_open_due"),
            models.Index(fields=["site", "-reported_at"], name="case_site_reported"),
            models.Index(fields=["company", "-reported_at"], name="case_company_reported"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def tone(self) -> str:
        """Tone of the status badge."""
        return STATUS_TONES[CaseStatus(self.status)]


class EntryKind(models.TextChoices):
    """What a line of the timeline records."""

    OPENED = "opened", _("Opened")
    NOTE = "note", _("Note")
    CHANGED = "changed", _("Changed")
    RESOLVED = "resolved", _("Resolved")
    REOPENED = "reopened", _("Reopened")


class CaseEntry(models.Model):
    """One line of a case's timeline. Never edited."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="entries", verbose_name=_("case"))
    kind = models.CharField(_("kind"), max_length=10, choices=EntryKind)
    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    text = models.TextField(_("text"), blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline entries")
        ordering = ("case_id", "at", "id")

    def __str__(self) -> str:
        return self.text
