"""Improvement measures: a problem, and how a measure against it stands in plan, do, check, act."""

from decimal import Decimal

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.ids import uuid7
from core.querysets import PolicyQuerySet
from kpi.models.improvement_choices import OPEN, SEVERITY_TONES, TONES, Extent, Origin, Severity, Stage
from organization.models import Company, Department, Site, Zone

SCALE = (MinValueValidator(1), MaxValueValidator(5))


class ImprovementQuerySet(PolicyQuerySet["Improvement"]):
    """Filters on improvement measures."""

    def unsettled(self) -> "ImprovementQuerySet":
        """In one of the four stages of a loop."""
        return self.filter(stage__in=OPEN)

    def by_priority(self, *, descending: bool = True) -> "ImprovementQuerySet":
        """Most effect for the least effort first."""
        score = F("impact") * (6 - F("effort"))
        return self.order_by(score.desc() if descending else score.asc(), "pk")


@tracked()
class Improvement(models.Model):
    """A problem and the measure against it, with the indicator that shall tell whether it helped."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    site = models.ForeignKey(Site, models.PROTECT, related_name="improvements", verbose_name=_("site"))
    zone = models.ForeignKey(
        Zone,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("zone"),
        help_text=_("Empty: the whole site. With a zone, before and after are counted in it alone."),
    )
    number = models.CharField(_("number"), max_length=40)
    operation_id = models.UUIDField(
        _("operation"),
        default=uuid7,
        editable=False,
        help_text=_("Made by the page or system that added it."),
    )
    title = models.CharField(_("title"), max_length=200)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.PLAN)
    problem = models.TextField(_("problem"))
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity, default=Severity.MODERATE)
    extent = models.CharField(_("extent"), max_length=8, choices=Extent, default=Extent.SITE)
    origin = models.CharField(_("came from"), max_length=10, choices=Origin, default=Origin.OTHER)
    said_by = models.CharField(
        _("said by"), max_length=120, blank=True, help_text=_("Of a suggestion: who made it.")
    )
    said = models.TextField(
        _("what was said"), blank=True, help_text=_("The suggestion, decision or finding in its own words.")
    )
    source_type = models.ForeignKey(
        ContentType,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kind of record it came from"),
    )
    source_id = models.CharField(_("key of the record it came from"), max_length=64, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="improvements", verbose_name=_("owner")
    )
    department = models.ForeignKey(
        Department, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    impact = models.PositiveSmallIntegerField(
        _("effect expected"), validators=SCALE, help_text=_("1 little … 5 much.")
    )
    effort = models.PositiveSmallIntegerField(
        _("effort"), validators=SCALE, help_text=_("1 little … 5 much.")
    )
    indicator = models.CharField(
        _("indicator"), max_length=10, blank=True, help_text=_("Its code in the catalogue, such as K09.")
    )
    target = models.FloatField(
        _("target"), null=True, blank=True, help_text=_("In the unit of the value: 0.98 is 98 %, minutes.")
    )
    cost_before = models.DecimalField(
        _("cost a month before"), max_digits=12, decimal_places=2, null=True, blank=True, help_text=_("Yuan.")
    )
    cost_after = models.DecimalField(
        _("cost a month after"), max_digits=12, decimal_places=2, null=True, blank=True, help_text=_("Yuan.")
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    created_at = models.DateTimeField(_("proposed at"))
    standard = models.TextField(
        _("what became the standard"),
        blank=True,
        help_text=_("The procedure and its version, or what is done differently from now on."),
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancel_reason = models.TextField(_("why it was cancelled"), blank=True)
    current = models.ForeignKey(
        "kpi.ImprovementLoop",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("current loop"),
    )
    version = models.PositiveIntegerField(_("row version"), default=1, editable=False)

    objects = ImprovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("improvement measure")
        verbose_name_plural = _("improvement measures")
        ordering = ("-created_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "number"], name="improvement_number_unique_in_company"
            ),
            models.UniqueConstraint(fields=["company", "operation_id"], name="improvement_operation_unique"),
            models.CheckConstraint(
                condition=Q(impact__range=(1, 5), effort__range=(1, 5)),
                name="improvement_scales_are_1_to_5",
            ),
            models.CheckConstraint(
                condition=Q(stage="closed", closed_at__isnull=False) & ~Q(standard="")
                | ~Q(stage="closed") & Q(closed_at__isnull=True),
                name="improvement_closed_says_what_became_the_standard",
            ),
            models.CheckConstraint(
                condition=Q(stage="cancelled", cancelled_at__isnull=False) & ~Q(cancel_reason="")
                | ~Q(stage="cancelled") & Q(cancelled_at__isnull=True),
                name="improvement_cancelled_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(source_type__isnull=True, source_id="")
                | (Q(source_type__isnull=False) & ~Q(source_id="")),
                name="improvement_source_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["site", "stage"], name="improvement_site_stage"),
            models.Index(fields=["site", "indicator"], name="improvement_site_indicator"),
            models.Index(fields=["source_type", "source_id"], name="improvement_source"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def stage_tone(self) -> str:
        """Tone of the stage's badge."""
        return TONES[Stage(self.stage)]

    @property
    def severity_tone(self) -> str:
        """Tone of the severity's badge."""
        return SEVERITY_TONES[Severity(self.severity)]

    @property
    def priority(self) -> int:
        """1 to 25: impact × (6 − effort), so much effect for little work comes first."""
        return self.impact * (6 - self.effort)

    @property
    def is_open(self) -> bool:
        """Is it still somebody's work?"""
        return self.stage in OPEN

    @property
    def saved(self) -> Decimal | None:
        """The change of cost as a share of the cost before; −0.2 is a fifth less. None unless both are known."""
        if not self.cost_before or self.cost_after is None:
            return None
        return (self.cost_after - self.cost_before) / self.cost_before
