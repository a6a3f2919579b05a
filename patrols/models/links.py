"""Where a check or a case came from on a patrol."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from checklists.models import Check
from core.querysets import PolicyQuerySet
from incidents.models import Case

from .checkpoints import Checkpoint
from .rounds import Round


class PointCheck(models.Model):
    """A check made at a checkpoint, on a round if there was one. The scan may arrive later than the check."""

    check_made = models.OneToOneField(Check, models.CASCADE, related_name="point", verbose_name=_("check"))
    checkpoint = models.ForeignKey(
        Checkpoint, models.PROTECT, related_name="checks", verbose_name=_("checkpoint")
    )
    round = models.ForeignKey(
        Round, models.SET_NULL, null=True, blank=True, related_name="checks", verbose_name=_("round")
    )
    scan_id = models.UUIDField(_("scan"), null=True, blank=True, db_index=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("check at a point")
        verbose_name_plural = _("checks at points")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.checkpoint_id}"


class CaseOrigin(models.Model):
    """The point and round on which a case was found: the link from case back to patrol, and forth."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="origin", verbose_name=_("case"))
    checkpoint = models.ForeignKey(
        Checkpoint,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="case_origins",
        verbose_name=_("checkpoint"),
    )
    round = models.ForeignKey(
        Round, models.SET_NULL, null=True, blank=True, related_name="case_origins", verbose_name=_("round")
    )
    scan_id = models.UUIDField(_("scan"), null=True, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("origin of a case")
        verbose_name_plural = _("origins of cases")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.case_id}"
