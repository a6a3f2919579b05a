"""Navigation of action items and requests."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import navigation
from core.navigation import Entry

navigation.register(
    Entry(
        "actions",
        pgettext_lazy("navigation", "Actions"),
        "collaboration:mine",
        order=65,
        icon="check2-square",
        prefixes=("/actions/",),
        children=(
            Entry("mine", _("Mine"), "collaboration:mine", order=5, icon="person-check"),
            Entry(
                "all",
                _("All action items"),
                "collaboration:actions",
                order=10,
                icon="list-check",
                prefixes=("/actions/items/",),
            ),
            Entry(
                "requests",
                _("Requests"),
                "collaboration:requests",
                order=20,
                icon="arrow-left-right",
                prefixes=("/actions/requests/",),
            ),
        ),
    )
)
