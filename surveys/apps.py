"""Satisfaction surveys of residents and staff."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = _("Surveys")

    def ready(self) -> None:
        """Fill the registries of core with what this app declares."""
        for module in (
            "policies",
            "actions",
            "notices",
            "services.lettering",
            "tasks",
            "receivers",
            "registration",
            "registration_collecting",
        ):
            import_module(f"{self.name}.{module}")
