"""Webhooks are made, changed, tested; their secrets are made here, shown once and changed with a day of overlap."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from core import audit, policies
from core.clock import now
from core.models import Webhook, WebhookDelivery
from core.outgoing.addresses import target_of
from core.outgoing.managing import move, owner_of
from core.outgoing.reasons import Unsent
from core.webhooks.announcing import ping
from core.webhooks.events import registered

PREFIX = "whsec_"
#: How long the former secret goes on signing.
OVERLAP = timedelta(days=1)

ADDED = audit.register_action("core.webhook_added", _("Added the webhook %(name)s"))
CHANGED = audit.register_action("core.webhook_changed", _("Changed the webhook %(name)s"))
ROTATED = audit.register_action(
    "core.webhook_secret_changed", _("Changed the secret of the webhook %(name)s")
)
TESTED = audit.register_action("core.webhook_tested", _("Tested the webhook %(name)s"))


@transaction.atomic
def add_webhook(
    *, user: Any, site: models.Model | None, name: str, address: str, events: Sequence[str]
) -> tuple[Webhook, str]:
    """A new webhook and its secret, which is shown this once. Without `site` it hears of all sites of the company.

    Raises PermissionDenied, ValidationError.
    """
    owner = owner_of(user, Webhook, site)
    secret = _new_secret()
    webhook = Webhook(company_id=owner.company_id, site_id=owner.site_id)
    webhook.secret = secret
    _fill(webhook, name=name, address=address, events=events)
    audit.record(ADDED, actor=user, company=webhook.company, target=webhook, details={"name": name})
    return webhook, secret


@transaction.atomic
def change_webhook(
    *,
    user: Any,
    webhook: Webhook,
    site: models.Model | None,
    name: str,
    address: str,
    events: Sequence[str],
    is_active: bool,
) -> Webhook:
    """Change where it is, what it hears, whether it is active. Raises PermissionDenied, ValidationError."""
    move(user, webhook, site)
    webhook.is_active = is_active
    _fill(webhook, name=name, address=address, events=events)
    audit.record(CHANGED, actor=user, company=webhook.company, target=webhook, details={"name": name})
    return webhook


@transaction.atomic
def change_secret(*, user: Any, webhook: Webhook) -> str:
    """A new secret, shown this once; the former one goes on signing for a day. Raises PermissionDenied."""
    policies.require(user, "change", webhook)
    row = Webhook.objects.select_for_update().get(pk=webhook.pk)
    secret = _new_secret()
    row.sealed_former_secret, row.former_until = row.sealed_secret, now() + OVERLAP
    row.secret = secret
    row.save(update_fields=["sealed_secret", "sealed_former_secret", "former_until"])
    audit.record(ROTATED, actor=user, company=row.company, target=row, details={"name": row.name})
    return secret


@transaction.atomic
def test_webhook(*, user: Any, webhook: Webhook) -> WebhookDelivery:
    """Send a "ping". Raises PermissionDenied, ValidationError for an inactive one."""
    policies.require(user, "change", webhook)
    if not webhook.is_active:
        raise ValidationError(_("It is switched off."))
    audit.record(TESTED, actor=user, company=webhook.company, target=webhook, details={"name": webhook.name})
    return ping(webhook)


def _new_secret() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def _fill(webhook: Webhook, *, name: str, address: str, events: Sequence[str]) -> None:
    """Check and save. Raises ValidationError."""
    if not events or set(events) - registered().keys():
        raise ValidationError({"events": _("Choose at least one event.")})
    try:
        target_of(address)
    except Unsent as reason:
        raise ValidationError({"address": reason.in_words}) from None
    webhook.name, webhook.address, webhook.subscribed = name, address, sorted(set(events))
    webhook.full_clean()
    webhook.save()
