"""Sending a delivery: signed anew in each attempt, with the same id and the same body."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import OutboxItem, Webhook, WebhookDelivery
from core.outbox import handler
from core.outgoing import Unsent, post
from core.outgoing.delivering import Way, bury, deliver
from core.sealing import Unreadable
from core.webhooks import signing

GONE = 410


def send(webhook: Webhook, deliveries: Sequence[WebhookDelivery]) -> int:
    """Post one delivery; the HTTP status, which is 2xx. Raises Unsent; 410 says that nobody wants it any more."""
    [delivery] = deliveries
    body = delivery.body.encode()
    try:
        secrets = webhook.secrets()
    except Unreadable:
        raise Unsent("unreadable", hopeless=True) from None
    timestamp = int(clock.now().timestamp())
    headers = signing.headers(
        secrets=secrets, timestamp=timestamp, body=body, event=delivery.event, delivery=str(delivery.pk)
    )
    status = post(webhook.address, body, headers).status
    if 200 <= status < 300:
        return status
    raise Unsent("redirect" if 300 <= status < 400 else "status", status, hopeless=status == GONE)


WAY = Way(WebhookDelivery, send, patience=timedelta(days=1))


@handler(
    "core.webhook",
    atomic=False,
    after_death=lambda item: bury(WAY, item, item.payload["delivery"]),
    title=_("Call a webhook"),
)
def call_webhook(payload: dict[str, Any], item: OutboxItem) -> None:
    """Send one delivery."""
    deliver(WAY, payload["delivery"])
