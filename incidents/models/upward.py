"""Reports to company and authority about a grave incident: six items, in time (domain 2.6; Order 493 §§9, 12, 13)."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Least
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.querysets import PolicyQuerySet

from .cases import Case


class ReportChannel(models.TextChoices):
    """How it was reported."""

    PHONE = "phone", _("By telephone")
    MESSAGE = "message", _("By message")
    MAIL = "mail", _("By mail or fax")
    SYSTEM = "system", _("In the authority's system")
    PERSON = "person", _("In person")


@tracked()
class UpwardReport(models.Model):
    """A report (number 1) or a supplement (2, 3 …, when casualties change). The six items are those of Order 493 §12."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="upward_reports", verbose_name=_("case"))
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    due_at = models.DateTimeField(_("due"))
    statutory_due_at = models.DateTimeField(
        _("due by law"), null=True, blank=True, help_text=_("Within one hour to the authorities.")
    )
    unit = models.TextField(_("1. The unit"), blank=True)
    scene = models.TextField(_("2. Time, place and scene"), blank=True)
    course = models.TextField(_("3. Brief course"), blank=True)
    casualties = models.TextField(_("4. Casualties and loss"), blank=True)
    measures = models.TextField(_("5. Measures taken"), blank=True)
    other = models.TextField(_("6. Other"), blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent by"),
    )
    sent_to = models.CharField(_("sent to"), max_length=200, blank=True)
    channel = models.CharField(_("how"), max_length=8, choices=ReportChannel, blank=True)
    version = models.PositiveIntegerField(_("row version"), default=1, editable=False)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("upward report")
        verbose_name_plural = _("upward reports")
        ordering = ("case_id", "number")
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="upward_report_number"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(sent_at__isnull=True), name="upward_report_one_open"
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True)
                | (Q(sent_by__isnull=False) & ~Q(sent_to="") & ~Q(channel="")),
                name="upward_report_sent_whole",
            ),
        ]
        indexes = [
            models.Index(
                Least("due_at", "statutory_due_at"), condition=Q(number=1), name="upward_report_counted"
            )
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def is_supplement(self) -> bool:
        """Does it add to a report that went before?"""
        return self.number > 1

    @property
    def earliest_due_at(self) -> datetime:
        """The earlier of the house's and the law's limit."""
        return min(filter(None, (self.due_at, self.statutory_due_at)))
