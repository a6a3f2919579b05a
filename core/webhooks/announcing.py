"""From an event to deliveries: rows and work items, with bodies that stay the same in every attempt."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from core import clock, outbox
from core.models import Webhook, WebhookDelivery
from core.webhooks.events import Fact, event_of

PING = "ping"


def announce(event: str, ids: Iterable[Any], *, site_id: int) -> list[WebhookDelivery]:
    """Tell every webhook that wants it that `event` happened to the objects `ids` of a site.

    One query when nobody wants it. For receivers of signals, and for services in their own transaction (then nothing
    is lost between their commit and this). Raises LookupError for an unknown event.
    """
    return announce_many(event, {site_id: list(ids)})


@transaction.atomic
def announce_many(event: str, ids: Mapping[int, Sequence[Any]]) -> list[WebhookDelivery]:
    """The same for objects of several sites, by site id; the number of queries does not grow with the sites."""
    known = event_of(event)
    place = {one: site_id for site_id, several in ids.items() for one in several}
    hooks = list(Webhook.objects.wanting(event, site_ids=ids)) if place else []
    if not hooks:
        return []
    sites = Webhook._meta.get_field("site").related_model._default_manager.in_bulk(list(ids))
    wanted = [one for one, site_id in place.items() if any(hook.hears(sites[site_id]) for hook in hooks)]
    return send_off(
        [
            _delivery(hook, event, site, fact)
            for fact in known.facts(wanted)
            for site in (sites[place[fact.id]],)
            for hook in hooks
            if hook.hears(site)
        ]
    )


def ping(webhook: Webhook) -> WebhookDelivery:
    """A test that tells nothing."""
    fact = Fact(webhook.pk, data={"webhook": webhook.name})
    return send_off([_delivery(webhook, PING, webhook.site, fact)])[0]


def send_off(deliveries: list[WebhookDelivery]) -> list[WebhookDelivery]:
    """Store deliveries with their work items."""
    made = WebhookDelivery.objects.bulk_create(deliveries)
    outbox.enqueue_many("core.webhook", ((row.webhook.company_id, {"delivery": str(row.pk)}) for row in made))
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
