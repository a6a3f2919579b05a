"""How the log of webhooks can be narrowed."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from core import policies
from core.models import SendingState, Webhook, WebhookDelivery
from core.webhooks.announcing import PING
from core.webhooks.events import registered


def _webhooks(request: Any) -> Any:
    return policies.visible(request.user, Webhook.objects.all())


def _events() -> list[tuple[str, Any]]:
    return [*((event.name, event.title) for event in registered().values()), (PING, _("Test"))]


class DeliveryFilter(django_filters.FilterSet):
    """By webhook, event and state."""

    webhook = django_filters.ModelChoiceFilter(label=_("Webhook"), queryset=_webhooks)
    event = django_filters.ChoiceFilter(label=_("Event"), choices=_events)
    state = django_filters.ChoiceFilter(label=_("State"), choices=SendingState.choices)

    class Meta:
        model = WebhookDelivery
        fields = ("webhook", "event", "state")
