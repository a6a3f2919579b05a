"""The record of figures taken away as a file."""

from django.utils.translation import gettext_lazy as _

from core import audit

EXPORTED = audit.register_action("kpi.figures_exported", _("Exported figures: %(page)s (%(form)s)"))
