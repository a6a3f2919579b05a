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

MENTIONED = "incidents.case_mentioned"
register_kind(
    MENTIONED,
    title=_("You are named in %(kind)s %(number)s"),
    body=_("%(title)s. %(site)s, %(place)s."),
    label=_("I was named in a note"),
    url=case_path,
)
