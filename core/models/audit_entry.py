"""The append-only record of acts that change no row: sign-ins, exports, viewed evidence, refusals."""

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.querysets import PolicyQuerySet


class AuditEntryQuerySet(PolicyQuerySet["AuditEntry"]):
    """Filters over the record; its order is the database's own sequence, not any clock."""

    def newest_first(self) -> "AuditEntryQuerySet":
        """The latest act first."""
        return self.order_by("-pk")

    def about(self, target: models.Model) -> "AuditEntryQuerySet":
        """Acts whose target is this object."""
        return self.filter(target_type=ContentType.objects.get_for_model(target), target_id=str(target.pk))


class AuditEntry(models.Model):
    """One act. A database trigger refuses every UPDATE and DELETE; links carry no constraint, so that nothing
    removed elsewhere can reach in here. Written only by `core.audit.record`.
    """

    at = models.DateTimeField(
        _("at"), default=clock.now, editable=False, help_text=_("Server time of the act.")
    )
    action = models.CharField(
        _("action"), max_length=100, help_text=_("Registered name, such as core.signed_in.")
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("person"),
        help_text=_("Empty: nobody was signed in, or a task acted."),
    )
    company = models.ForeignKey(
        "organization.Company",
        models.DO_NOTHING,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("company"),
    )
    site = models.ForeignKey(
        "organization.Site",
        models.DO_NOTHING,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("site"),
    )
    target_type = models.ForeignKey(
        "contenttypes.ContentType",
        models.DO_NOTHING,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("kind of object"),
    )
    target_id = models.CharField(_("object"), max_length=64, blank=True)
    details = models.JSONField(
        _("details"), default=dict, blank=True, help_text=_("Facts of the act; no secrets.")
    )
    request_id = models.CharField(
        _("request"), max_length=64, blank=True, help_text=_("Joins the entry to the logs.")
    )
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("company", "-id"), name="audit_company"),
            models.Index(fields=("actor", "-id"), name="audit_actor"),
            models.Index(fields=("target_type", "target_id"), name="audit_target"),
            models.Index(fields=("action", "-id"), name="audit_action"),
        )
        triggers = (pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action}"
