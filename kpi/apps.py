"""Figures."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KpiConfig(AppConfig):
    name = "kpi"
    verbose_name = _("Figures")

    def ready(self) -> None:
        """Fill the registries of core with what this app declares."""
        for module in ("policies", "indicators", "services.issuing", "services.reporting"):
            import_module(f"{self.name}.{module}")
