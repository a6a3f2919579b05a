"""Action items, meetings and requests between departments."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CollaborationConfig(AppConfig):
    name = "collaboration"
    verbose_name = _("Collaboration")

    def ready(self) -> None:
        """Fill the registries of core with what this app declares."""
        for module in ("policies", "notices", "tasks", "registration"):
            import_module(f"{self.name}.{module}")
