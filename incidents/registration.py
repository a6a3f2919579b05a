"""Navigation of cases; what action items and requests that came from one show of it."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collaboration import sources
from core import navigation
from core.navigation import Entry
from incidents.models import Case

navigation.register(
    Entry("cases", _("Cases"), "incidents:cases", order=30, icon="inbox", prefixes=("/cases/",))
)

sources.register(
    Case,
    label=_("Case"),
    text=lambda case: f"{case.number} {case.title}",
    url=lambda case: reverse("incidents:case", args=[case.pk]),
    site=lambda case: case.site,
)
navigation.register_child(
    "cases", Entry("clocks", _("Limits and escalation"), "incidents:clocks", order=80, icon="clock-history")
)
