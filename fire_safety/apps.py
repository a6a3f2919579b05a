"""The fire archive: statutory patrols, inspections, equipment and permits."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FireSafetyConfig(AppConfig):
    name = "fire_safety"
    verbose_name = _("Fire safety")
