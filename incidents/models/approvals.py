"""Which routine matters go on without the superior or the second person the workflow asks for (R054)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.querysets import PolicyQuerySet
from core.translated import TranslatedField
from organization.models import Company, Site

from .facts import Severity
from .kinds import CaseKind, Priority


@tracked()
class ApprovalRule(models.Model):
    """One step of one kind of case, simplified for what is routine. Of the whole company without a site.

    It applies to cases of the kind that are no graver than `gravest` (P3 is the least grave) and, where they are
    given, of that category and severity. Every use stands in the timeline of its case.
    """

    company = models.ForeignKey(
        Company, models.CASCADE, related_name="approval_rules", verbose_name=_("company")
    )
    site = models.ForeignKey(
        Site,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="approval_rules",
        verbose_name=_("site"),
        help_text=_("Empty: for every site of the company."),
    )
    code = models.CharField(_("code"), max_length=30)
    name = TranslatedField(_("name"))
    kind = models.CharField(_("kind"), max_length=16, choices=CaseKind)
    step = models.CharField(_("step"), max_length=20, help_text=_("The step it makes simpler."))
    category = models.CharField(
        _("category"), max_length=20, blank=True, help_text=_("Empty: every category.")
    )
    gravest = models.CharField(
        _("up to priority"),
        max_length=2,
        choices=Priority,
        default=Priority.P3,
        help_text=_("Graver cases keep the whole way."),
    )
    severity = models.CharField(
        _("severity"),
        max_length=10,
        choices=Severity,
        blank=True,
        help_text=_("For violations. Empty: any."),
    )
    waives_superior = models.BooleanField(
        _("needs no superior"),
        default=False,
        help_text=_("Whoever works on it, or leads the shift, may take the step."),
    )
    waives_second_person = models.BooleanField(
        _("needs no second person"), default=False, help_text=_("Whoever did it may confirm it, too.")
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval rule")
        verbose_name_plural = _("approval rules")
        ordering = ("company_id", "kind", "code")
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="approval_rule_code_unique"),
            models.CheckConstraint(
                condition=models.Q(waives_superior=True) | models.Q(waives_second_person=True),
                name="approval_rule_waives_something",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)
