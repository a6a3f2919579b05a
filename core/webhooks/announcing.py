"""From an event to deliveries: rows and work items, with bodies that stay the same in every attempt."""

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from core import clock, outbox
from core.models import Webhook, WebhookDelivery
from core.webhooks.events import Fact, event_of

PING = "ping"


@transaction.atomic
def announce(event: str, ids: Iterable[Any], *, site_id: int) -> list[WebhookDelivery]:
    """Tell every webhook that wants it that `event` happened to the objects `ids` of a site.

    One query when nobody wants it. For receivers of signals, and for services in their own transaction (then nothing
    is lost between their commit and this). Raises LookupError for an unknown event.
    """
    known, wanted = event_of(event), list(ids)
    hooks = list(Webhook.objects.wanting(event, site_id=site_id)) if wanted else []
    if not hooks:
        return []
    sites = Webhook._meta.get_field("site").related_model._default_manager
    site: Any = sites.get(pk=site_id)
    facts = list(known.facts(wanted))
    return send_off([_delivery(hook, event, site, fact) for fact in facts for hook in hooks], site.company_id)


def ping(webhook: Webhook) -> WebhookDelivery:
    """A test that tells nothing."""
    fact = Fact(webhook.pk, data={"webhook": webhook.name})
    return send_off([_delivery(webhook, PING, webhook.site, fact)], webhook.company_id)[0]


def send_off(deliveries: list[WebhookDelivery], company_id: int) -> list[WebhookDelivery]:
    """Store deliveries with their work items."""
    made = WebhookDelivery.objects.bulk_create(deliveries)
    payloads = [{"delivery": str(row.pk)} for row in made]
    outbox.enqueue_many("core.webhook", payloads, company_id=company_id)
    return made


def _delivery(webhook: Webhook, event: str, site: Any, fact: Fact) -> WebhookDelivery:
    delivery = WebhookDelivery(webhook=webhook, event=event)
    delivery.body = json.dumps(
        {
            "id": str(delivery.pk),
            "event": event,
            "at": clock.now().isoformat(timespec="milliseconds"),
            "site": None if site is None else {"id": site.pk, "code": site.code, "name": site.name},
            "object": {"id": fact.id, "url": settings.PUBLIC_URL + fact.path if fact.path else None},
            "data": fact.data,
        },
        ensure_ascii=False,
        cls=DjangoJSONEncoder,
    )
    return delivery
