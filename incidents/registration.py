"""Navigation of cases; what action items and requests that came from one show of it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collaboration import sources
from core import navigation, policies
from core.navigation import Entry
from incidents.models import Case, Mailbox


def may_keep_mailboxes(user: Any) -> bool:
    """Those who set them up at one of their sites."""
    return policies.allowed(user, "add", Mailbox)


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
for child in (
    Entry("cases-all", _("All cases"), "incidents:cases", order=10),
    Entry("cases-alarms", _("Alarms"), "incidents:alarms", order=11, prefixes=("/cases/alarms/",)),
    Entry("cases-mine", _("My work"), "incidents:mine", order=12),
    Entry("cases-board", _("Board"), "incidents:board", order=14),
    Entry("cases-map", _("Plan and times"), "incidents:map", order=16),
    Entry("cases-calendar", _("Due dates"), "incidents:calendar", order=18),
    Entry(
        "cases-waiting", _("Where work waits"), "incidents:waiting", order=60, prefixes=("/cases/waiting/",)
    ),
    Entry(
        "cases-points",
        _("Intake points"),
        "incidents:points",
        order=70,
        prefixes=("/cases/intake-points/",),
    ),
    Entry(
        "cases-mailboxes",
        _("Mailboxes"),
        "incidents:mailboxes",
        order=72,
        permission=may_keep_mailboxes,
        prefixes=("/cases/mailboxes/",),
    ),
    Entry("cases-templates", _("Templates"), "incidents:templates", order=80),
    Entry("cases-rules", _("Simplified approvals"), "incidents:rules", order=82),
):
    navigation.register_child("cases", child)
