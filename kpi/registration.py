"""Navigation of figures; what they offer on the pages of other records."""

from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from collaboration import offers, sources
from core import navigation, policies
from core.navigation import Entry
from kpi.models import Improvement
from kpi.selectors.improvements import measures_of
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
            Entry("scorecard", _("Scorecard"), "kpi:scorecard", order=22, icon="award"),
            Entry(
                "improvements",
                _("Improvement measures"),
                "kpi:improvements",
                order=25,
                icon="arrow-repeat",
                prefixes=("/kpi/improvements/", "/kpi/evaluation/", "/kpi/efficiency/"),
            ),
            Entry(
                "reports",
                _("Monthly reports"),
                "kpi:reports",
                order=30,
                icon="file-earmark-spreadsheet",
                prefixes=("/kpi/reports/",),
            ),
        ),
    )
)

sources.register(
    Improvement,
    label=_("Improvement measure"),
    text=lambda measure: f"{measure.number} {measure.title}",
    url=lambda measure: reverse("kpi:improvement", args=[measure.pk]),
    site=lambda measure: measure.site,
    action_kind="improvement",
)


def offer_a_measure(user: Any, record: Model) -> offers.Offer | None:
    """A measure may be started from every record that may be a source, but not from another measure."""
    if isinstance(record, Improvement):
        return None
    started = [
        offers.Started(
            f"{row.number} {row.title}",
            reverse("kpi:improvement", args=[row.pk]),
            row.get_stage_display(),
            row.stage_tone,
        )
        for row in policies.visible(user, measures_of(record))
    ]
    may = policies.allowed(user, "add", Improvement, parent=sources.site_of(record))
    query = urlencode({"source": sources.key_of(record)})
    return offers.Offer(
        _("Improvement measures"),
        _("Start a measure"),
        f"{reverse('kpi:improvement_add')}?{query}" if may else "",
        "plus-lg",
        started,
    )


offers.register("kpi.improvement", offer_a_measure)
