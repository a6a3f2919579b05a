"""The list of webhooks and the log of their deliveries."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from core.listing import Table
from core.models import Webhook, WebhookDelivery
from core.outgoing.tables import LatestColumn, SendingTable, StandingColumn
from core.webhooks.events import registered

LONGEST = 60


class WebhookTable(Table):
    """Where it is, what it hears, how it stands."""

    name = tables.Column(linkify=("webhooks:change", {"pk": tables.A("pk")}))
    address = tables.Column(orderable=False)
    site = tables.Column(orderable=False, default=_("All sites"))
    subscribed = tables.Column(orderable=False)
    standing = StandingColumn(verbose_name=_("State"), accessor="is_active", orderable=False)
    latest_at = LatestColumn()
    test = tables.TemplateColumn(
        template_name="core/outgoing/_test.html",
        extra_context={"test_url": "webhooks:test"},
        accessor="id",
        verbose_name=_("Test"),
        orderable=False,
    )

    class Meta(Table.Meta):
        model = Webhook
        fields = ("name", "address", "site", "subscribed", "standing", "latest_at", "test")

    def render_address(self, value: str) -> str:
        """Its beginning, without what may be a key."""
        shown = value.partition("?")[0]
        return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"

    def render_subscribed(self, value: list[str]) -> str:
        """By name."""
        return ", ".join(value)


class DeliveryTable(SendingTable):
    """Which event went to which webhook."""

    again_url = "webhooks:again"

    webhook = tables.Column(orderable=False)
    event = tables.Column(orderable=False)
    id = tables.Column(verbose_name=_("Delivery"), orderable=False)

    class Meta(SendingTable.Meta):
        model = WebhookDelivery
        fields: tuple[str, ...] = (
            "created_at",
            "webhook",
            "event",
            "state",
            "attempts",
            "answer_status",
            "last_error",
            "id",
            "again",
        )

    def render_event(self, value: str) -> Any:
        """Its title."""
        known = registered().get(value)
        return known.title if known else value
