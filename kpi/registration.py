"""Navigation of figures."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core import navigation
from core.navigation import Entry
from organization.access import OVERSIGHT, grants_of


def may_see_figures(user: Any) -> bool:
    """Those who oversee a site."""
    return grants_of(user).has(OVERSIGHT)


navigation.register(
    Entry(
        "figures",
        _("Figures"),
        "kpi:month",
        order=90,
        icon="graph-up",
        permission=may_see_figures,
        prefixes=("/kpi/",),
        children=(
            Entry("month", _("Month"), "kpi:month", order=10, icon="graph-up"),
            Entry("dimensions", _("Dimensions"), "kpi:dimensions", order=12, icon="layers"),
            Entry("events", _("Events by type"), "kpi:events", order=15, icon="bar-chart"),
            Entry(
                "weak-spots",
                _("Weak spots"),
                "kpi:heat",
                order=17,
                icon="grid",
                prefixes=("/kpi/bottlenecks/",),
            ),
            Entry("sites", _("Compare sites"), "kpi:sites", order=20, icon="columns-gap"),
            Entry("reports", _("Monthly reports"), "kpi:reports", order=30, icon="file-earmark-spreadsheet"),
        ),
    )
)
