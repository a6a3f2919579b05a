"""Figures."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

#: Modules that register policies, figures, notices, navigation, expectations, jobs and work by being imported.
READY = (
    "policies",
    "indicators",
    "notices",
    "registration",
    "expectations",
    "services.exporting",
    "services.reporting",
    "services.issuing",
    "services.all_sites",
    "services.scoring",
    "services.targeting",
    "receivers",
    "tasks",
)


class KpiConfig(AppConfig):
    name = "kpi"
    verbose_name = _("Figures")

    def ready(self) -> None:
        """Fill the registries of core with what this app declares."""
        for module in READY:
            import_module(f"{self.name}.{module}")
