"""Checklists."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChecklistsConfig(AppConfig):
    name = "checklists"
    verbose_name = _("Checklists")

    def ready(self) -> None:
        """Fill the registries of core with what this app declares."""
        for module in ("policies", "registration"):
            import_module(f"{self.name}.{module}")
