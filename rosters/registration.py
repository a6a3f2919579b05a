"""Navigation of rosters."""

from django.utils.translation import gettext_lazy as _

from core import navigation
from core.navigation import Entry

navigation.register(
    Entry(
        "rosters",
        _("Rosters"),
        "rosters:week",
        order=70,
        icon="calendar3",
        prefixes=("/rosters/",),
        children=(
            Entry("week", _("Week"), "rosters:week", order=10, icon="calendar3"),
            Entry("posts", _("Posts"), "rosters:posts", order=20, icon="signpost-2"),
            Entry("staffing", _("Staffing"), "rosters:staffing", order=30, icon="people"),
        ),
    )
)
