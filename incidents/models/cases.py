"""Cases: everything that happens and is steered to its end. What only one kind has stands in its facts."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from checklists.models import Answer
from collaboration.models import TimelineEntry
from core.audit import tracked
from core.ids import uuid7
from core.querysets import PolicyQuerySet
from organization.models import Company, Site, Zone

from .kinds import (
    PRIORITY_TONES,
    STATUS_TONES,
    UNFINISHED,
    CaseKind,
    CaseSource,
    CaseStatus,
    EntryKind,
    Priority,
)


@tracked()
class Case(models.Model):
    """One matter: what, where, since when, until when, by whom, with photos (attachments) and a timeline.

    `state` is where it stands in the workflow of its kind (`incidents.workflows`), `status` what that means for
    every kind. Times are aware, UTC; those a phone gave are corrected times.
    """

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
    state = models.CharField(
        _("state"), max_length=20, help_text=_("Where it stands in the workflow of its kind.")
    )
    category = models.CharField(
        _("category"), max_length=20, blank=True, help_text=_("Code of the category, such as 002.")
    )
    subcategory = models.CharField(
        _("sub-category"), max_length=20, blank=True, help_text=_("Such as 002.04.")
    )
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
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    first_reply_at = models.DateTimeField(
        _("first reply at"),
        null=True,
        blank=True,
        help_text=_("When whoever reported it was first answered."),
    )
    arrived_at = models.DateTimeField(
        _("arrived at"), null=True, blank=True, help_text=_("When the first person of ours was on the scene.")
    )
    controlled_at = models.DateTimeField(_("controlled at"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    state_since = models.DateTimeField(_("in this state since"))
    response_due_at = models.DateTimeField(
        _("response due"), null=True, blank=True, help_text=_("Until when somebody has to respond.")
    )
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    original_due_at = models.DateTimeField(
        _("first due"), null=True, blank=True, help_text=_("Stays when the due time is extended.")
    )
    paused_since = models.DateTimeField(
        _("paused since"), null=True, blank=True, help_text=_("While set, no limit runs.")
    )
    paused_seconds = models.PositiveIntegerField(
        _("seconds paused"), default=0, help_text=_("Sum of the pauses that have ended.")
    )
    limits = models.JSONField(
        _("limits"),
        default=dict,
        blank=True,
        help_text=_("Which rules set its limits, and what stretched them."),
    )
    counted_response_due_at = models.DateTimeField(
        _("response due for figures"),
        null=True,
        blank=True,
        help_text=_("By the rule alone: pauses move it, stretching does not."),
    )
    counted_due_at = models.DateTimeField(
        _("due for figures"),
        null=True,
        blank=True,
        help_text=_(
            "By the rule, or the first plan of a hazard or violation: pauses move it, stretching and extensions do not."
        ),
    )
    first_resolved_at = models.DateTimeField(
        _("first resolved at"), null=True, blank=True, help_text=_("Stays when it is opened again.")
    )
    first_reopened_at = models.DateTimeField(_("first reopened at"), null=True, blank=True)
    duplicate_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="duplicates",
        verbose_name=_("duplicate of"),
    )
    recurrence_of = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="recurrences",
        verbose_name=_("happened before as"),
    )
    reopened_count = models.PositiveSmallIntegerField(_("times reopened"), default=0)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases_reported",
        verbose_name=_("reported by"),
        help_text=_("Empty when a resident or a device reported it."),
    )
    reporter_name = models.CharField(_("name of who reported it"), max_length=80, blank=True)
    reporter_phone = models.CharField(_("their telephone"), max_length=30, blank=True)
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
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("verified by"),
    )
    resolution = models.TextField(_("how it was settled"), blank=True)
    cause = models.TextField(_("cause"), blank=True)
    lessons = models.TextField(_("what to improve"), blank=True)
    no_action_reason = models.TextField(
        _("why no corrective action is needed"),
        blank=True,
        help_text=_("Leave empty when corrective actions are recorded."),
    )
    version = models.PositiveIntegerField(_("row version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = PolicyQuerySet.as_manager()
    #: days figures counted it on before the change under way; no column
    days_before: frozenset[date] = frozenset()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ("-reported_at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="case_number_unique_in_company"),
            models.UniqueConstraint(fields=["company", "operation_id"], name="case_operation_unique"),
            models.CheckConstraint(
                condition=Q(status__in=["open", "resolved"], closed_at__isnull=True)
                | Q(status__in=["closed", "void"], closed_at__isnull=False),
                name="case_closed_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="resolved") | Q(resolved_at__isnull=False), name="case_resolved_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(status="open") | Q(resolved_at__isnull=True), name="case_open_is_unresolved"
            ),
        ]
        indexes = [
            models.Index(
                fields=["site", "due_at"], condition=Q(closed_at__isnull=True), name="case_open_due"
            ),
            models.Index(
                fields=["company", "due_at"],
                condition=Q(closed_at__isnull=True),
                name="case_company_open_due",
            ),
            models.Index(
                fields=["assigned_to", "due_at"],
                condition=Q(closed_at__isnull=True),
                name="case_assigned_open",
            ),
            models.Index(fields=["site", "-reported_at"], name="case_site_reported"),
            models.Index(fields=["company", "-reported_at"], name="case_company_reported"),
            models.Index(fields=["company", "kind", "category", "-reported_at"], name="case_alike"),
            models.Index(fields=["site", "counted_due_at"], name="case_counted_due"),
            models.Index(
                fields=["site", "counted_response_due_at"],
                condition=Q(kind="service_request"),
                name="case_counted_response",
            ),
            models.Index(
                fields=["site", "first_resolved_at"],
                condition=Q(kind="service_request"),
                name="case_first_resolved",
            ),
            models.Index(fields=["site", "closed_at"], condition=Q(kind="hazard"), name="case_hazard_closed"),
            models.Index(
                fields=["closed_at"],
                condition=Q(closed_at__isnull=False) & (~Q(reporter_name="") | ~Q(reporter_phone="")),
                name="case_names_resident",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def status_tone(self) -> str:
        """Tone of the status badge."""
        return STATUS_TONES[CaseStatus(self.status)]

    @property
    def priority_tone(self) -> str:
        """Tone of the priority badge."""
        return PRIORITY_TONES[Priority(self.priority)]

    @property
    def is_finished(self) -> bool:
        """Closed or void: nobody's work any more."""
        return self.status not in UNFINISHED

    @property
    def reporter(self) -> str:
        """Who reported it, for reading; "" when nobody is named. May be a resident's name: for staff only."""
        return self.reported_by.name if self.reported_by is not None else self.reporter_name


class CaseEntry(TimelineEntry):
    """One line of a case's timeline. Never edited.

    A step names the states it led from and to, so that the time spent in each can be told; an act names what was
    done beside the steps (119 called). What is not internal is shown to the resident who follows the case.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="entries", verbose_name=_("case"))
    kind = models.CharField(_("kind"), max_length=10, choices=EntryKind)
    code = models.CharField(_("step or act"), max_length=30, blank=True)
    from_state = models.CharField(_("from state"), max_length=20, blank=True)
    to_state = models.CharField(_("to state"), max_length=20, blank=True)
    is_internal = models.BooleanField(_("internal"), default=True)
    operation_id = models.UUIDField(
        _("operation"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Made by the phone or page; the same one is entered once."),
    )

    class Meta(TimelineEntry.Meta):
        ordering = ("case_id", "at", "id")
        constraints = [
            models.UniqueConstraint(fields=["case", "operation_id"], name="case_entry_operation_once"),
        ]
        indexes = [
            models.Index(
                fields=["case", "at"], condition=Q(kind__in=["opened", "step"]), name="case_entry_steps"
            ),
        ]
