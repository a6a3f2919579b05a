"""Who was named in a note with “@”, so that they find it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.querysets import PolicyQuerySet

from .cases import CaseEntry


class Mention(models.Model):
    """A person named in an internal line of a timeline. It waits for them until they add to the case themselves."""

    entry = models.ForeignKey(
        CaseEntry, models.CASCADE, related_name="mentions", verbose_name=_("timeline entry")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="case_mentions", verbose_name=_("person")
    )
    at = models.DateTimeField(_("at"))

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        ordering = ("-at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["entry", "person"], name="mention_once_an_entry"),
        ]
        indexes = [models.Index(fields=["person", "-at"], name="mention_person_latest")]

    def __str__(self) -> str:
        return f"@{self.person.name}"
