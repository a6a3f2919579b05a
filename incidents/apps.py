"""Cases."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = _("Cases")

    def ready(self) -> None:
        """Fill the registries of core with what this app declares."""
        for module in (
            "policies",
            "actions",
            "notices",
            "webhook_events",
            "receivers",
            "phone",
            "registration",
            "services.dispatching",
            "services.keeping_time",
            "corrective",
            "services.analysing",
            "services.resident_mail",
            "services.alarm_judging",
        ):
            import_module(f"{self.name}.{module}")
