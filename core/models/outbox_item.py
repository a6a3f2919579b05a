"""The queue of record: work that must happen after a commit, kept in the same transaction as the change."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.ids import uuid7
from core.querysets import PolicyQuerySet


class OutboxItemQuerySet(PolicyQuerySet["OutboxItem"]):
    """Filters over the queue."""

    def waiting(self) -> "OutboxItemQuerySet":
        """Not done and not given up."""
        return self.filter(state=OutboxItem.State.WAITING)

    def due(self) -> "OutboxItemQuerySet":
        """Waiting, its time has come, and nobody holds a live claim on it."""
        now = clock.now()
        return self.waiting().filter(
            models.Q(claimed_until=None) | models.Q(claimed_until__lt=now), not_before__lte=now
        )

    def dead(self) -> "OutboxItemQuerySet":
        """Given up after repeated failure; a person must look."""
        return self.filter(state=OutboxItem.State.DEAD)


class OutboxItem(models.Model):
    """One piece of work for a registered handler. Claimed by UPDATE with a lease; done once in effect."""

    class State(models.TextChoices):
        """Where the item stands."""

        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        DEAD = "dead", _("Given up")

    TONES: ClassVar[dict[str, str]] = {State.WAITING: "info", State.DONE: "ok", State.DEAD: "danger"}

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    handler = models.CharField(_("work"), max_length=100, help_text=_("Registered handler name."))
    payload = models.JSONField(_("payload"), default=dict, help_text=_("Ids only, as JSON."))
    key = models.CharField(  # noqa: DJ001 - NULL: no key, any number of items
        _("key"),
        max_length=200,
        null=True,
        blank=True,
        help_text=_("The same handler and key are enqueued once."),
    )
    company = models.ForeignKey(
        "organization.Company",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("company"),
        help_text=_("Who may see the item when it is given up."),
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(_("not before"), default=clock.now)
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    claim = models.UUIDField(_("claim"), null=True, blank=True, help_text=_("Changes with every claim."))
    last_error = models.TextField(_("last error"), blank=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    actor_id = models.BigIntegerField(_("actor"), null=True, blank=True, help_text=_("On whose behalf."))
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = OutboxItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("outbox item")
        verbose_name_plural = _("outbox items")
        ordering = ("not_before", "id")
        constraints = (models.UniqueConstraint(fields=("handler", "key"), name="outbox_once_per_key"),)
        indexes = (
            models.Index(fields=("not_before",), name="outbox_waiting", condition=models.Q(state="waiting")),
            models.Index(fields=("ended_at",), name="outbox_ended", condition=~models.Q(state="waiting")),
        )

    def __str__(self) -> str:
        return f"{self.handler} {self.pk}"

    @property
    def state_tone(self) -> str:
        """Colour by meaning."""
        return self.TONES[self.state]

    @property
    def token(self) -> UUID:
        """The claim under which this process holds the item. Raises ValueError on an unclaimed one."""
        if self.claim is None:
            raise ValueError("not claimed")
        return self.claim
