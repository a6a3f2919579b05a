"""Saved views: a list as somebody narrowed and sorted it, under a name."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.querysets import PolicyQuerySet


class SavedViewQuerySet(PolicyQuerySet["SavedView"]):
    """Filters over views."""

    def with_default_of(self, person: Any) -> "SavedViewQuerySet":
        """Adds `is_default`: is it the one this person's list opens with?"""
        chosen = DefaultView.objects.filter(view=OuterRef("pk"), person=person)
        return self.annotate(is_default=Exists(chosen))


class SavedView(models.Model):
    """Filters, search and sort of one list. Seen by its owner and, when shared, by the owner's company."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", verbose_name=_("owner")
    )
    company = models.ForeignKey(
        "organization.Company",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("company"),
        help_text=_("Of the owner when it was saved."),
    )
    path = models.CharField(_("list"), max_length=200, help_text=_("Path of the list, such as /cases/."))
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(
        _("filters"), max_length=2000, help_text=_("As in the address, without page and site.")
    )
    is_shared = models.BooleanField(_("shared with the company"), default=False)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(fields=("owner", "path", "name"), name="saved_view_name_unique"),
        )
        indexes = (
            models.Index(fields=("company", "path"), name="saved_view_shared", condition=Q(is_shared=True)),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The list as it was saved."""
        return f"{self.path}?{self.query}"


class DefaultView(models.Model):
    """The view a person's list opens with; one's own or a shared one."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    path = models.CharField(_("list"), max_length=200)
    view = models.ForeignKey(
        SavedView, models.CASCADE, related_name="default_of", verbose_name=_("saved view")
    )

    objects = PolicyQuerySet["DefaultView"].as_manager()

    class Meta:
        verbose_name = _("default view")
        verbose_name_plural = _("default views")
        constraints = (models.UniqueConstraint(fields=("person", "path"), name="default_view_once"),)

    def __str__(self) -> str:
        return self.path
