"""Facts of complaints: reply, mediation, the resident's answer."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.querysets import PolicyQuerySet
from incidents.models.cases import Case


class ResidentAnswer(models.TextChoices):
    """What a resident says to the reply."""

    SATISFIED = "satisfied", _("Satisfied")
    ACCEPTED = "accepted", _("Accepted")
    NOT_SATISFIED = "not_satisfied", _("Not satisfied")
    NO_ANSWER = "no_answer", _("No answer")


@tracked()
class ComplaintFacts(models.Model):
    """A complaint or dispute: what about, whether it holds, the reply, the mediation, the resident's answer."""

    case = models.OneToOneField(
        Case, models.CASCADE, primary_key=True, related_name="complaint", verbose_name=_("case")
    )
    is_dispute = models.BooleanField(
        _("dispute"), default=False, help_text=_("Between owners or users; may be mediated (R003).")
    )
    parties = models.TextField(_("parties"), blank=True)
    is_valid = models.BooleanField(
        _("holds"),
        null=True,
        blank=True,
        help_text=_("Whether the complaint proved right; empty: not yet known."),
    )
    reply = models.TextField(_("reply"), blank=True, help_text=_("As given to the resident."))
    mediation = models.TextField(
        _("mediation record"), blank=True, help_text=_("Who met, what each side said, what was agreed.")
    )
    mediated_at = models.DateTimeField(_("mediated at"), null=True, blank=True)
    answer = models.CharField(_("resident's answer"), max_length=14, choices=ResidentAnswer, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    is_closed_by_rule = models.BooleanField(_("closed by rule"), default=False)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("facts of a complaint")
        verbose_name_plural = _("facts of complaints")

    def __str__(self) -> str:
        return str(self.case_id)
