"""Facts of violations: who, how grave, the seven steps, what follows for staff."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.querysets import PolicyQuerySet
from incidents.models.cases import Case


class Offender(models.TextChoices):
    """Who broke a rule. A company may sanction its staff; of residents it may only ask, stop, and report (※9)."""

    STAFF = "staff", _("Staff")
    RESIDENT = "resident", _("Owner or occupier")
    VISITOR = "visitor", _("Visitor")
    CONTRACTOR = "contractor", _("Contractor")


class Severity(models.TextChoices):
    """How grave a violation is."""

    MINOR = "minor", _("Minor")
    ORDINARY = "ordinary", _("Ordinary")
    SERIOUS = "serious", _("Serious")


class Sanction(models.TextChoices):
    """What may follow for staff. There is no fine: its legal basis was repealed in 2008 (※9)."""

    NONE = "none", _("None")
    REMINDER = "reminder", _("Oral reminder")
    WARNING = "warning", _("Written warning")
    TRAINING = "training", _("Training off the post")
    POINTS = "points", _("Points off the appraisal")
    TRANSFER = "transfer", _("Transfer to another post")
    DEMOTION = "demotion", _("Demotion")
    DISMISSAL = "dismissal", _("End of the labour contract (after review by HR and legal)")


@tracked()
class ViolationFacts(models.Model):
    """A violation through the seven steps of R022: facts, evidence, plan, re-inspection, accountability, lessons."""

    case = models.OneToOneField(
        Case, models.CASCADE, primary_key=True, related_name="violation", verbose_name=_("case")
    )
    offender = models.CharField(_("who"), max_length=12, choices=Offender, default=Offender.RESIDENT)
    offender_name = models.CharField(_("name or unit"), max_length=120, blank=True)
    rule = models.CharField(_("rule broken"), max_length=200, blank=True)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, blank=True)
    facts = models.TextField(_("facts found"), blank=True)
    evidence = models.TextField(
        _("chain of evidence"), blank=True, help_text=_("What there is, who secured it, where it is kept.")
    )
    proposal = models.TextField(_("proposed handling"), blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    plan = models.TextField(_("rectification plan"), blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    reinspection = models.TextField(_("result of the re-inspection"), blank=True)
    sanction = models.CharField(
        _("accountability"), max_length=12, choices=Sanction, blank=True, help_text=_("Staff only.")
    )
    sanction_note = models.TextField(_("on accountability"), blank=True)
    dissuaded_at = models.DateTimeField(_("dissuaded at"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("stopped at"), null=True, blank=True)
    notified_at = models.DateTimeField(_("notified in writing at"), null=True, blank=True)
    authority = models.CharField(_("authority"), max_length=120, blank=True)
    authority_receipt = models.CharField(_("number of the authority's receipt"), max_length=80, blank=True)
    authority_at = models.DateTimeField(_("reported to the authority at"), null=True, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("facts of a violation")
        verbose_name_plural = _("facts of violations")

    def __str__(self) -> str:
        return str(self.case_id)
