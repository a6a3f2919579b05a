"""A file somebody wants to have imported: checked first, written only when they say so."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import clock
from core.ids import uuid7
from core.querysets import PolicyQuerySet


def import_path(run: "ImportRun", name: str) -> str:
    """Where the file lies in the private storage until it is imported; the name is ours."""
    return f"imports/{run.pk}/{name}"


class ImportRun(models.Model):
    """One file with the fate of each of its rows. File and fates go when it is decided or a day old."""

    class State(models.TextChoices):
        """Where the import stands."""

        CHECKED = "checked", _("Checked")
        CONFIRMED = "confirmed", _("Confirmed")
        DONE = "done", _("Imported")
        FAILED = "failed", _("Not imported")
        DISCARDED = "discarded", _("Discarded")

    TONES: ClassVar[dict[str, str]] = {
        State.CHECKED: "info",
        State.CONFIRMED: "info",
        State.DONE: "ok",
        State.FAILED: "danger",
        State.DISCARDED: "idle",
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    importer = models.CharField(
        _("kind"), max_length=100, help_text=_("Registered name, such as organization.households.")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="imports", verbose_name=_("started by")
    )
    site = models.ForeignKey("organization.Site", models.CASCADE, related_name="+", verbose_name=_("site"))
    file = models.FileField(_("file"), upload_to=import_path, max_length=300, blank=True)
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
    language = models.CharField(
        _("language"), max_length=10, help_text=_("Of the person, in which the fates are worded.")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.CHECKED)
    counts = models.JSONField(_("rows by fate"), default=dict, blank=True)
    unread = models.JSONField(_("columns not read"), default=list, blank=True)
    fates = models.JSONField(_("fate of each row"), default=list, blank=True)
    digest = models.CharField(
        _("digest"), max_length=64, help_text=_("SHA-256 of the fates: what is written is what was shown.")
    )
    job = models.ForeignKey(
        "core.Job", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("job")
    )
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = PolicyQuerySet["ImportRun"].as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-id",)
        indexes = (models.Index(fields=("created_at",), name="import_created"),)

    def __str__(self) -> str:
        return f"{self.importer} {self.pk}"

    def get_absolute_url(self) -> str:
        """The page with the fate of each row."""
        return reverse("imports:detail", args=(self.pk,))

    @property
    def state_tone(self) -> str:
        """Colour by meaning."""
        return self.TONES[self.state]

    @property
    def refused(self) -> int:
        """How many rows cannot be taken."""
        return int(self.counts.get("refused", 0))

    @property
    def effective(self) -> int:
        """How many rows would change something."""
        return int(self.counts.get("new", 0)) + int(self.counts.get("changed", 0))
