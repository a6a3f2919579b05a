"""Patrols."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatrolsConfig(AppConfig):
    name = "patrols"
    verbose_name = _("Patrols")

    def ready(self) -> None:
        """Fill the registries of core with what this app declares."""
        for module in (
            "policies",
            "notices",
            "webhook_events",
            "receivers",
            "expectations",
            "tasks",
            "registration",
            "importers.checkpoints",
        ):
            import_module(f"{self.name}.{module}")
