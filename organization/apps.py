"""Organization."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationConfig(AppConfig):
    name = "organization"
    verbose_name = _("Organization")

    def ready(self) -> None:
        """Fill the registries of core with what this app declares."""
        for module in (
            "policies",
            "oversight",
            "quarantine",
            "token_access",
            "endpoints",
            "saved_views",
            "registration",
            "receivers",
            "importers.households",
        ):
            import_module(f"{self.name}.{module}")
