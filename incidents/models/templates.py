"""Frequent cases, prepared: one click fills the form of a new case."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.querysets import PolicyQuerySet
from core.translated import TranslatedField
from organization.models import Company, Site

from .kinds import CaseKind, Priority


@tracked()
class CaseTemplate(models.Model):
    """What a frequent case is called, how grave it is, and what is done first. Of the whole company without a site."""

    company = models.ForeignKey(
        Company, models.CASCADE, related_name="case_templates", verbose_name=_("company")
    )
    site = models.ForeignKey(
        Site,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="case_templates",
        verbose_name=_("site"),
        help_text=_("Empty: for every site of the company."),
    )
    code = models.CharField(_("code"), max_length=30)
    name = TranslatedField(_("name"))
    kind = models.CharField(_("kind"), max_length=16, choices=CaseKind)
    category = models.CharField(_("category"), max_length=20, blank=True)
    subcategory = models.CharField(_("sub-category"), max_length=20, blank=True)
    priority = models.CharField(_("priority"), max_length=2, choices=Priority, default=Priority.P3)
    title = TranslatedField(_("what"))
    text = TranslatedField(_("description"), blank=True, default=dict)
    measures = TranslatedField(
        _("first measures"), blank=True, default=dict, help_text=_("One measure in each line.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    is_active = models.BooleanField(_("active"), default=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("case template")
        verbose_name_plural = _("case templates")
        ordering = ("company_id", "position", "code")
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="case_template_code_unique"),
        ]

    def __str__(self) -> str:
        return str(self.name)
