"""Signed webhooks: another program that is told what happens."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.audit.tracking import tracked
from core.models.sending import STANDING, Endpoint, Sending
from core.querysets import PolicyQuerySet
from core.sealing import seal, unseal


class WebhookQuerySet(PolicyQuerySet["Webhook"]):
    """Filters over webhooks."""

    def wanting(self, event: str, *, site_ids: Iterable[int]) -> "WebhookQuerySet":
        """Active ones that want this event of one of the sites: of the site itself, or of its company as a whole."""
        site: Any = self.model._meta.get_field("site").related_model
        companies = site._default_manager.filter(pk__in=site_ids).values("company_id")
        here = Q(site_id__in=site_ids) | Q(site=None, company_id__in=companies)
        return self.filter(here, is_active=True, subscribed__contains=[event])


@tracked(exclude=["sealed_secret", "sealed_former_secret", *STANDING])
class Webhook(Endpoint):
    """An address that gets signed events. Its secret is made here, shown once, and stored sealed."""

    address = models.CharField(_("address"), max_length=2000, help_text=_("Begins with https://."))
    subscribed = ArrayField(models.CharField(max_length=60), verbose_name=_("events"))
    sealed_secret = models.TextField(_("secret"), editable=False)
    sealed_former_secret = models.TextField(_("former secret"), blank=True, editable=False)
    former_until = models.DateTimeField(_("former secret valid until"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ("name", "id")
        constraints = (models.UniqueConstraint(fields=("company", "name"), name="webhook_name_unique"),)

    def hears(self, site: Any) -> bool:
        """Is it the site's, or of the site's company as a whole?"""
        return self.site_id == site.pk or (self.site_id is None and self.company_id == site.company_id)

    @property
    def secret(self) -> str:
        """What signs now. Raises core.sealing.Unreadable."""
        return unseal(self.sealed_secret)

    @secret.setter
    def secret(self, value: str) -> None:
        self.sealed_secret = seal(value)

    def secrets(self) -> list[str]:
        """The secret, and the former one while it is still valid. Raises core.sealing.Unreadable."""
        former = self.former_until is not None and self.former_until > clock.now()
        return [self.secret, unseal(self.sealed_former_secret)] if former else [self.secret]


class WebhookDelivery(Sending):
    """One event for one webhook. The body is made once; its id is the same in every attempt."""

    ENDPOINT = "webhook"

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", verbose_name=_("webhook"))
    event = models.CharField(_("event"), max_length=60)
    body = models.TextField(_("body"), help_text=_("JSON, exactly as it is signed and sent."))

    objects = PolicyQuerySet["WebhookDelivery"].as_manager()

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ("-id",)
        indexes = (models.Index(fields=("webhook", "-id"), name="webhook_delivery_list"),)

    def __str__(self) -> str:
        return f"{self.event} {self.pk}"
