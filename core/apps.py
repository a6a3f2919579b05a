"""Platform."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

#: Modules that register policies, receivers, handlers and expectations by being imported.
READY = (
    "access",
    "changed_days",
    "plausible_days",
    "attachments.policies",
    "offline.policies",
    "offline.actions",
    "registration",
    "log_receivers",
    "audit.receivers",
    "outbox.expectations",
    "auditor.notices",
    "notifications.delivering",
    "notifications.channels.robots.sending",
    "notifications.channels.robots.managing",
    "webhooks.sending",
    "webhooks.managing",
    "outgoing.notices",
    "jobs.running",
    "imports.running",
)


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Platform")

    def ready(self) -> None:
        """Fill the registries of core with what this app declares."""
        for module in READY:
            import_module(f"{self.name}.{module}")
