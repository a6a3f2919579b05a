"""Visitors, vehicles, goods release, keys and found property."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatehouseConfig(AppConfig):
    name = "gatehouse"
    verbose_name = _("Gatehouse")
