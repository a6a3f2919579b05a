"""What people are told about cases."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.notifications import register_kind

OPENED, ASSIGNED, REOPENED = "incidents.case_opened", "incidents.case_assigned", "incidents.case_reopened"


def case_path(target: Any) -> str:
    """The case's page."""
    return reverse("incidents:case", args=[target.pk])


_WHERE = _("%(title)s. %(site)s, %(place)s. To be settled by %(due)s.")
#: What groups read: neither what people wrote nor where it was, which may name a resident.
_FOR_GROUPS = _("%(kind)s %(number)s, %(priority)s. To be settled by %(due)s.")
register_kind(
    OPENED,
    title=_("%(kind)s %(number)s opened"),
    body=_WHERE,
    label=_("A case was opened"),
    url=case_path,
    group=_FOR_GROUPS,
)
register_kind(
    ASSIGNED,
    title=_("%(kind)s %(number)s is yours"),
    body=_WHERE,
    label=_("A case was assigned to me"),
    url=case_path,
)
register_kind(
    REOPENED,
    title=_("%(kind)s %(number)s reopened"),
    body=_WHERE,
    label=_("A case was reopened"),
    url=case_path,
    group=_FOR_GROUPS,
)
ANALYSIS_DUE, ANALYSIS_SUBMITTED, ANALYSIS_RETURNED = (
    "incidents.analysis_due",
    "incidents.analysis_submitted",
    "incidents.analysis_returned",
)
_OF_CASE = _("%(number)s %(title)s. %(site)s, %(place)s.")
register_kind(
    ANALYSIS_DUE,
    title=_("Analysis report of %(number)s is due within seven days"),
    body=_OF_CASE,
    label=_("An analysis report is demanded"),
    url=case_path,
)
register_kind(
    ANALYSIS_SUBMITTED,
    title=_("Analysis report of %(number)s waits for approval"),
    body=_OF_CASE,
    label=_("An analysis report waits for approval"),
    url=case_path,
)
register_kind(
    ANALYSIS_RETURNED,
    title=_("Analysis report of %(number)s was sent back"),
    body=_OF_CASE,
    label=_("My analysis report was sent back"),
    url=case_path,
)
