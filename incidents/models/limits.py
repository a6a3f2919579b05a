"""How long things may take: rules a company or site sets above the shipped ones, and what stretches them (※1, R074)."""

from datetime import time
from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.audit import tracked
from core.querysets import PolicyQuerySet
from organization.models import Company, Site

from .kinds import CaseKind, Priority

#: Longest limit: a year.
LONGEST_MINUTES = 366 * 24 * 60


class Aspect(models.TextChoices):
    """What has to happen in time."""

    ACCEPT = "accept", _("Accepting when sent")
    RESPONSE = "response", _("Response")
    ANSWER = "answer", _("Answer")
    COMPLETION = "completion", pgettext_lazy("of a case", "Completion")
    ULTIMATE = "ultimate", _("Hard limit")
    REPORT_UP = "report_up", _("Report upward")
    SILENCE = "silence", _("Closed by rule after silence of")


class Trait(models.TextChoices):
    """What sets cases of one kind apart, beside category and priority."""

    SHIFT = "shift", _("Hazard: at once, within the shift")
    DAY = "day", _("Hazard: 24 hours")
    WEEK = "week", _("Hazard: 7 days")
    MONTH = "month", _("Hazard: 30 days, with a plan")
    GENERAL = "general", _("General hazard")
    MAJOR = "major", _("Major hazard")
    REPAIR = "repair", _("Repair report")
    LEVEL_1 = "level1", _("Incident of level 1")
    LEVEL_2 = "level2", _("Incident of level 2")
    LEVEL_3 = "level3", _("Incident of level 3")
    LEVEL_4 = "level4", _("Incident of level 4")
    STATUTORY = "statutory", _("Accident by law")


class LimitCalendar(models.TextChoices):
    """When a limit runs."""

    ALWAYS = "always", _("Day and night")
    BUSINESS = "business", _("In business hours")


@tracked()
class LimitRule(models.Model):
    """One limit that replaces the shipped one of the same line, in a company or at one site.

    A line is aspect, kind, category, trait and priority; empty means any. For a case the most particular line
    counts (trait before category before kind before priority), and within a line the site's rule before the company's.
    """

    company = models.ForeignKey(
        Company, models.CASCADE, related_name="limit_rules", verbose_name=_("company")
    )
    site = models.ForeignKey(
        Site,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="limit_rules",
        verbose_name=_("site"),
        help_text=_("Empty: every site of the company."),
    )
    aspect = models.CharField(_("limit for"), max_length=10, choices=Aspect)
    kind = models.CharField(_("kind"), max_length=16, choices=CaseKind, blank=True)
    priority = models.CharField(_("priority"), max_length=2, choices=Priority, blank=True)
    category = models.CharField(_("category"), max_length=20, blank=True)
    trait = models.CharField(_("only for"), max_length=10, choices=Trait, blank=True)
    minutes = models.PositiveIntegerField(
        _("minutes"), validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MINUTES)]
    )
    warn_minutes = models.PositiveIntegerField(
        _("warn before (minutes)"), default=0, help_text=_("0: without warning.")
    )
    calendar = models.CharField(_("runs"), max_length=10, choices=LimitCalendar, default=LimitCalendar.ALWAYS)
    basis = models.CharField(
        _("basis"), max_length=200, blank=True, help_text=_("Contract, law or house rule.")
    )

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        ordering = ("company_id", "aspect", "kind", "category", "trait", "priority")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "site", "aspect", "kind", "priority", "category", "trait"],
                nulls_distinct=False,
                name="limit_rule_once_per_line",
            ),
            models.CheckConstraint(
                condition=Q(minutes__range=(1, LONGEST_MINUTES)), name="limit_rule_minutes"
            ),
            models.CheckConstraint(
                condition=Q(warn_minutes__lte=F("minutes")), name="limit_rule_warns_within"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_aspect_display())


class Condition(models.TextChoices):
    """When a limit may be longer."""

    NIGHT = "night", _("At night")
    STORM = "storm", _("Storm")
    SIMULTANEOUS = "simultaneous", _("Several at once")


class Stretches(models.TextChoices):
    """Which limit is stretched."""

    RESPONSE = "response", _("Response")
    COMPLETION = "completion", pgettext_lazy("of a case", "Completion")
    BOTH = "both", _("Response and completion")


@tracked()
class ElasticRule(models.Model):
    """Under a condition a limit is longer, by a factor or by minutes; what was stretched and why stays with the case."""

    company = models.ForeignKey(
        Company, models.CASCADE, related_name="elastic_rules", verbose_name=_("company")
    )
    site = models.ForeignKey(
        Site,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="elastic_rules",
        verbose_name=_("site"),
        help_text=_("Empty: every site of the company."),
    )
    condition = models.CharField(_("condition"), max_length=12, choices=Condition)
    stretches = models.CharField(_("stretches"), max_length=10, choices=Stretches, default=Stretches.RESPONSE)
    factor = models.DecimalField(
        _("factor"),
        max_digits=4,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal(10))],
        help_text=_("1.5 makes half as much again."),
    )
    extra_minutes = models.PositiveIntegerField(
        _("minutes more"), default=0, validators=[MaxValueValidator(LONGEST_MINUTES)]
    )
    priorities = models.JSONField(_("priorities"), default=list, blank=True, help_text=_("None chosen: all."))
    night_from = models.TimeField(_("night from"), default=time(22, 0), help_text=_("Site time."))
    night_until = models.TimeField(_("night until"), default=time(6, 0), help_text=_("Site time."))
    at_least = models.PositiveSmallIntegerField(
        _("at least so many at once"),
        default=3,
        validators=[MinValueValidator(2), MaxValueValidator(100)],
        help_text=_("Open cases of P1 and P2 at the site, the new one among them."),
    )
    within_minutes = models.PositiveIntegerField(
        _("reported within minutes"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MINUTES)],
    )
    reason = models.CharField(
        _("reason"), max_length=200, help_text=_("Shown with every limit it stretched.")
    )

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("elastic rule")
        verbose_name_plural = _("elastic rules")
        ordering = ("company_id", "condition", "id")
        constraints = [
            models.CheckConstraint(condition=Q(factor__gte=1, factor__lte=10), name="elastic_rule_factor"),
            models.CheckConstraint(
                condition=Q(factor__gt=1) | Q(extra_minutes__gt=0), name="elastic_rule_stretches"
            ),
            models.CheckConstraint(condition=Q(at_least__gte=2), name="elastic_rule_several"),
        ]

    def __str__(self) -> str:
        return self.reason


class SiteCondition(models.Model):
    """A storm at a site, from when somebody declared it to when somebody ended it."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="conditions", verbose_name=_("site"))
    condition = models.CharField(_("condition"), max_length=12, choices=Condition, default=Condition.STORM)
    started_at = models.DateTimeField(_("from"))
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("declared by")
    )
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ended by"),
    )

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("condition of a site")
        verbose_name_plural = _("conditions of sites")
        ordering = ("site_id", "-started_at")
        constraints = [
            models.UniqueConstraint(
                fields=["site", "condition"],
                condition=Q(ended_at__isnull=True),
                name="site_condition_one_open",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="site_condition_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_condition_display())
