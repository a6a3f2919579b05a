"""Long work a person started and can watch."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import clock
from core.ids import uuid7
from core.querysets import PolicyQuerySet


def result_path(job: "Job", name: str) -> str:
    """Where the finished file lies in the private storage: one folder per job."""
    return f"jobs/{job.pk}/{name}"


class Job(models.Model):
    """A report, export or import that runs in the background. Its file appears only when it is complete."""

    class State(models.TextChoices):
        """Where the job stands."""

        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    TONES: ClassVar[dict[str, str]] = {
        State.QUEUED: "idle",
        State.RUNNING: "info",
        State.DONE: "ok",
        State.FAILED: "danger",
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(
        _("kind"), max_length=100, help_text=_("Registered name, such as kpi.monthly_report.")
    )
    params = models.JSONField(_("parameters"), default=dict, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="jobs", verbose_name=_("started by")
    )
    site = models.ForeignKey(
        "organization.Site", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("site")
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.QUEUED)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), null=True, blank=True, help_text=_("Empty: not known yet."))
    note = models.CharField(_("note"), max_length=200, blank=True, help_text=_("What it is doing now."))
    file = models.FileField(_("file"), upload_to=result_path, max_length=300, blank=True)
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
    result = models.JSONField(
        _("result"), default=dict, blank=True, help_text=_("Figures the job leaves behind.")
    )
    error = models.TextField(
        _("error"), blank=True, help_text=_("Plain words, as the source of a translation.")
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = PolicyQuerySet["Job"].as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("user", "-id"), name="job_list"),
            models.Index(fields=("ended_at",), name="job_ended"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def get_absolute_url(self) -> str:
        """The page that shows the progress and offers the file."""
        return reverse("jobs:detail", args=(self.pk,))

    @property
    def state_tone(self) -> str:
        """Colour by meaning."""
        return self.TONES[self.state]

    @property
    def ended(self) -> bool:
        """True when nothing more will happen to it."""
        return self.state in (self.State.DONE, self.State.FAILED)

    @property
    def percent(self) -> int | None:
        """Whole percent done, or None while the amount of work is unknown."""
        if self.state == self.State.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else None
