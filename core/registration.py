"""What core tells itself once all apps are loaded: navigation of its own pages, the number under the bell."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core import navigation, policies
from core.models import AuditEntry, AuditorFinding, OutboxItem, Quarantine, Robot, Webhook
from core.navigation import Entry
from core.notifications.channels.in_app import unread_count


def may_read_record(user: Any) -> bool:
    """Readers of the audit record."""
    return policies.allowed(user, "view", AuditEntry)


def may_see_findings(user: Any) -> bool:
    """Those who hear of missing things."""
    return policies.allowed(user, "view", AuditorFinding)


def may_see_given_up(user: Any) -> bool:
    """Those who look after the installation."""
    return policies.allowed(user, "view", OutboxItem)


def may_see_quarantine(user: Any) -> bool:
    """Those who lead or oversee a site."""
    return policies.allowed(user, "view", Quarantine)


def may_see_robots(user: Any) -> bool:
    """Those who manage a site or the company."""
    return policies.allowed(user, "view", Robot)


def may_see_webhooks(user: Any) -> bool:
    """Those who manage a site or the company."""
    return policies.allowed(user, "view", Webhook)


navigation.unread_provider = unread_count
navigation.register(
    Entry(
        "oversight",
        _("Oversight"),
        "audit:findings",
        order=110,
        icon="shield-check",
        permission=may_see_findings,
        prefixes=("/audit/", "/outbox/", "/quarantine/"),
        children=(
            Entry("findings", _("Missing things"), "audit:findings", order=5, icon="heart-pulse"),
            Entry(
                "audit",
                _("Audit record"),
                "audit:list",
                order=10,
                icon="journal-text",
                permission=may_read_record,
            ),
            Entry(
                "outbox",
                _("Given-up work"),
                "outbox:dead",
                order=20,
                icon="exclamation-octagon",
                permission=may_see_given_up,
            ),
            Entry(
                "quarantine",
                _("Quarantine"),
                "quarantine:list",
                order=30,
                icon="shield-exclamation",
                permission=may_see_quarantine,
            ),
        ),
    )
)
navigation.register_child(
    "organization",
    Entry(
        "robots",
        _("Group robots"),
        "robots:list",
        order=66,
        icon="chat-dots",
        permission=may_see_robots,
        prefixes=("/robots/",),
    ),
)
navigation.register_child(
    "organization",
    Entry(
        "webhooks",
        _("Webhooks"),
        "webhooks:list",
        order=67,
        icon="broadcast",
        permission=may_see_webhooks,
        prefixes=("/webhooks/",),
    ),
)
navigation.register_account(
    Entry("jobs", _("Reports and exports"), "jobs:list", order=20, icon="hourglass-split")
)
navigation.register_account(
    Entry("saved_views", _("Saved views"), "views:list", order=25, icon="bookmark", prefixes=("/views/",))
)
navigation.register_account(
    Entry("by_mail", _("What you get by mail"), "notifications:preferences", order=30, icon="envelope")
)
navigation.register_account(
    Entry(
        "quarantine",
        _("Quarantine"),
        "quarantine:list",
        order=40,
        icon="shield-exclamation",
        permission=may_see_quarantine,
    )
)
