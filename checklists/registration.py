"""Navigation of checklists: part of the patrols section on screen."""

from django.utils.translation import gettext_lazy as _

from core import navigation
from core.navigation import Entry

navigation.register_child(
    "patrols", Entry("checklists", _("Checklists"), "checklists:checklists", order=60, icon="card-checklist")
)
navigation.register_child(
    "patrols", Entry("checks", _("Checks"), "checklists:checks", order=70, icon="clipboard2-check")
)
