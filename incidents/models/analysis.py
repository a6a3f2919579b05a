"""The analysis report of a case (R088): data, course, causes, impact, measures; demanded for what was grave."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.querysets import PolicyQuerySet

from .cases import Case


class AnalysisState(models.TextChoices):
    """How far a report is."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    APPROVED = "approved", _("Approved")


ANALYSIS_TONES = {
    AnalysisState.DRAFT: "idle",
    AnalysisState.SUBMITTED: "info",
    AnalysisState.APPROVED: "ok",
}
#: The branches of the fishbone: people, equipment, management, surroundings, method.
BRANCHES = ("people", "equipment", "management", "surroundings", "method")


@tracked()
class AnalysisReport(models.Model):
    """事件分析报告. Causes by five whys, by a fishbone, or both; approved by somebody else than its author."""

    case = models.OneToOneField(
        Case, models.CASCADE, primary_key=True, related_name="analysis", verbose_name=_("case")
    )
    is_demanded = models.BooleanField(
        _("demanded"), default=False, help_text=_("Level 1 and 2 and every fire (domain 2.6).")
    )
    due_at = models.DateTimeField(
        _("due"), null=True, blank=True, help_text=_("Seven days after the case was closed.")
    )
    state = models.CharField(_("state"), max_length=10, choices=AnalysisState, default=AnalysisState.DRAFT)
    data = models.TextField(
        _("data collected"), blank=True, help_text=_("Footage, repair records, statements, readings.")
    )
    course = models.TextField(
        _("course of events"), blank=True, help_text=_("When, where, who, what happened in which order.")
    )
    whys = models.JSONField(_("five whys"), default=list, blank=True)
    fishbone = models.JSONField(
        _("fishbone"), default=dict, blank=True, help_text=_("Causes by branch, one a line.")
    )
    root_cause = models.TextField(_("root cause"), blank=True)
    impact_safety = models.TextField(_("impact on safety"), blank=True)
    impact_order = models.TextField(_("impact on order"), blank=True)
    impact_satisfaction = models.TextField(_("impact on satisfaction"), blank=True)
    measures = models.TextField(_("measures for improvement"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    returned_note = models.TextField(_("why it was sent back"), blank=True)
    version = models.PositiveIntegerField(_("row version"), default=1, editable=False)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("analysis report")
        verbose_name_plural = _("analysis reports")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at__isnull=True)
                | (~Q(state="draft") & Q(submitted_at__isnull=False)),
                name="analysis_submitted_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", approved_at__isnull=False)
                | (~Q(state="approved") & Q(approved_at__isnull=True)),
                name="analysis_approved_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(submitted_at__isnull=True), name="analysis_unwritten"
            ),
            models.Index(fields=["due_at"], condition=Q(is_demanded=True), name="analysis_counted"),
        ]

    def __str__(self) -> str:
        return str(self.case)

    @property
    def state_tone(self) -> str:
        """Tone of the state's badge."""
        return ANALYSIS_TONES[AnalysisState(self.state)]

    @property
    def branches(self) -> list[tuple[str, list[str]]]:
        """The fishbone's branches in their order, each with its causes."""
        return [(name, self.fishbone.get(name, [])) for name in BRANCHES]
