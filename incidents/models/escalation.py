"""Who is told, step after step, until somebody acknowledges (policy, steps, repeat: GoAlert's model)."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.querysets import PolicyQuerySet
from organization.models import Company, Site

from .cases import Case
from .facts import Level


@tracked()
class EscalationPolicy(models.Model):
    """Steps that are gone through for cases of some kinds, priorities and levels, and gone through again `repeat` times.

    For a case the site's policies count before the company's, and the shipped one when there is neither; among several
    the most particular.
    """

    company = models.ForeignKey(
        Company, models.CASCADE, related_name="escalation_policies", verbose_name=_("company")
    )
    site = models.ForeignKey(
        Site,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="escalation_policies",
        verbose_name=_("site"),
        help_text=_("Empty: every site of the company."),
    )
    name = models.CharField(_("name"), max_length=120)
    kinds = models.JSONField(_("kinds"), default=list, blank=True, help_text=_("None chosen: all."))
    priorities = models.JSONField(_("priorities"), default=list, blank=True, help_text=_("None chosen: all."))
    minimum_level = models.PositiveSmallIntegerField(
        _("from incident level"),
        choices=Level,
        null=True,
        blank=True,
        help_text=_("Only incidents of this level or a graver one."),
    )
    repeat = models.PositiveSmallIntegerField(
        _("times repeated"), default=1, validators=[MaxValueValidator(20)]
    )
    repeat_after = models.PositiveIntegerField(
        _("repeated after minutes"), default=15, validators=[MinValueValidator(1), MaxValueValidator(10_080)]
    )

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("escalation policy")
        verbose_name_plural = _("escalation policies")
        ordering = ("company_id", "site_id", "name", "id")
        constraints = [
            models.CheckConstraint(condition=Q(repeat_after__gte=1), name="escalation_repeats_later"),
            models.CheckConstraint(condition=Q(repeat__lte=20), name="escalation_repeats_finitely"),
        ]

    def __str__(self) -> str:
        return self.name


class EscalationStep(models.Model):
    """A step: so many minutes after the one before (the first: after the limit), tell these roles and people."""

    policy = models.ForeignKey(
        EscalationPolicy, models.CASCADE, related_name="steps", verbose_name=_("policy")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    delay_minutes = models.PositiveIntegerField(_("after minutes"), validators=[MaxValueValidator(10_080)])
    roles = models.JSONField(_("roles"), default=list, blank=True)
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", blank=True, verbose_name=_("people")
    )

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("escalation step")
        verbose_name_plural = _("escalation steps")
        ordering = ("policy_id", "position")
        constraints = [
            models.UniqueConstraint(fields=["policy", "position"], name="escalation_step_position_unique"),
        ]

    def __str__(self) -> str:
        return str(self.position)


class EscalationReason(models.TextChoices):
    """Why people are called."""

    UNACKNOWLEDGED = "unacknowledged", _("Nobody has taken it up")
    UNACCEPTED = "unaccepted", _("Whoever was sent has not accepted")
    RESPONSE = "response", _("Response overdue")
    ANSWER = "answer", _("Answer overdue")
    COMPLETION = "completion", _("Completion overdue")
    ULTIMATE = "ultimate", _("Hard limit passed")
    REPORT_UP = "report_up", _("Upward report overdue")


class Escalation(models.Model):
    """One reason to call people about one case: armed when the case opens, ended when the reason is gone.

    Level 0 is the warning before the limit, then one level per step and round. `next_at` is when the next level is due;
    empty while paused, acknowledged, ended, or when everybody has been told. A reason that comes back (reopened, another
    due time) is armed anew and counts `armed` up, so that nothing is told twice and nothing is left out.
    """

    WARNING: ClassVar[int] = 0

    case = models.ForeignKey(Case, models.CASCADE, related_name="escalations", verbose_name=_("case"))
    reason = models.CharField(_("reason"), max_length=16, choices=EscalationReason)
    limit_at = models.DateTimeField(_("limit"), help_text=_("From here the steps count."))
    started_at = models.DateTimeField(_("armed at"))
    armed = models.PositiveSmallIntegerField(_("times armed"), default=1)
    warn_minutes = models.PositiveIntegerField(_("warning before (minutes)"), default=0)
    level = models.PositiveSmallIntegerField(_("last level told"), null=True, blank=True)
    told_at = models.DateTimeField(_("told at"), null=True, blank=True)
    rounds = models.PositiveSmallIntegerField(_("rounds done"), default=0)
    next_level = models.PositiveSmallIntegerField(_("next level"), default=0)
    next_at = models.DateTimeField(_("next at"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("acknowledged by"),
    )
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        ordering = ("case_id", "id")
        constraints = [
            models.UniqueConstraint(fields=["case", "reason"], name="escalation_once_per_reason"),
            models.CheckConstraint(
                condition=Q(next_at__isnull=True) | Q(ended_at__isnull=True, acknowledged_at__isnull=True),
                name="escalation_ended_is_silent",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="escalation_due"),
        ]

    def __str__(self) -> str:
        return str(self.get_reason_display())
