"""What action items and requests share: a company, a site, a number, and the record they came from."""

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7
from organization.models import Company, Site


class Linked(models.Model):
    """A numbered row of a site that may have come from a record of an app above (see collaboration/sources.py)."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    site = models.ForeignKey(Site, models.PROTECT, related_name="+", verbose_name=_("site"))
    number = models.CharField(_("number"), max_length=40)
    operation_id = models.UUIDField(
        _("operation"),
        default=uuid7,
        editable=False,
        help_text=_("Made by the page or system that added it."),
    )
    title = models.CharField(_("what"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    source_type = models.ForeignKey(
        ContentType,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kind of record it came from"),
    )
    source_id = models.CharField(_("key of the record it came from"), max_length=64, blank=True)
    version = models.PositiveIntegerField(_("row version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


def source_is_whole(name: str) -> models.CheckConstraint:
    """A source has a kind and a key, or neither."""
    return models.CheckConstraint(
        condition=Q(source_type__isnull=True, source_id="")
        | (Q(source_type__isnull=False) & ~Q(source_id="")),
        name=name,
    )
