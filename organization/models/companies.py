"""The property-management company: the tenant that owns everything below it."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.querysets import PolicyQuerySet

CODE = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9_-]*$", _("Use letters, digits, hyphens and underscores."))


@tracked()
class Company(models.Model):
    """A property-management company. Nothing of one company is visible to another."""

    name = models.CharField(_("name"), max_length=120)
    code = models.CharField(
        _("code"),
        max_length=20,
        unique=True,
        validators=[CODE],
        help_text=_("Short code in front of staff numbers, for example “ch”."),
    )
    language = models.CharField(
        _("language"), max_length=10, choices=settings.SITE_LANGUAGES, default=settings.LANGUAGE_CODE
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default=settings.DEFAULT_SITE_TIME_ZONE)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name
