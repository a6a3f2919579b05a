"""Portal."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        """Fill the registries of core with what this app declares."""
        for module in ("registration",):
            import_module(f"{self.name}.{module}")
