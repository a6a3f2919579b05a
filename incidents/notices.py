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


WARNED, ESCALATED = "incidents.limit_warned", "incidents.case_escalated"
EXTENSION_ASKED = "incidents.extension_asked"
EXTENSION_GRANTED, EXTENSION_REFUSED = "incidents.extension_granted", "incidents.extension_refused"
_CALL = _("%(title)s. %(site)s, %(place)s. Limit: %(limit)s.")
register_kind(
    WARNED,
    title=_("%(kind)s %(number)s: a limit ends soon"),
    body=_CALL,
    label=_("A limit ends soon"),
    url=case_path,
)
register_kind(
    ESCALATED,
    title=_("%(kind)s %(number)s: %(reason)s (call %(level)s)"),
    body=_CALL,
    label=_("I am called because a case is late or nobody has taken it up"),
    url=case_path,
)
register_kind(
    EXTENSION_ASKED,
    title=_("More time asked for: %(kind)s %(number)s"),
    body=_WHERE,
    label=_("An extension waits for a decision"),
    url=case_path,
)
register_kind(
    EXTENSION_GRANTED,
    title=_("More time granted: %(kind)s %(number)s"),
    body=_WHERE,
    label=_("An extension was granted"),
    url=case_path,
)
register_kind(
    EXTENSION_REFUSED,
    title=_("No more time: %(kind)s %(number)s"),
    body=_WHERE,
    label=_("An extension was refused"),
    url=case_path,
)

MENTIONED = "incidents.case_mentioned"
register_kind(
    MENTIONED,
    title=_("You are named in %(kind)s %(number)s"),
    body=_("%(title)s. %(site)s, %(place)s."),
    label=_("I was named in a note"),
    url=case_path,
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

DISPATCHED, RECALLED, DECLINED = "incidents.dispatched", "incidents.recalled", "incidents.dispatch_declined"
register_kind(
    DISPATCHED,
    title=_("You are sent: %(kind)s %(number)s"),
    body=_WHERE,
    label=_("I am sent to a case"),
    url=case_path,
)
register_kind(
    RECALLED,
    title=_("You are called back: %(kind)s %(number)s"),
    body=_OF_CASE,
    label=_("I am called back from a case"),
    url=case_path,
)
register_kind(
    DECLINED,
    title=_("Declined, nobody is on the way: %(kind)s %(number)s"),
    body=_OF_CASE,
    label=_("Somebody who was sent has declined"),
    url=case_path,
)
RESIDENT_WROTE = "incidents.resident_wrote"
register_kind(
    RESIDENT_WROTE,
    title=_("The resident wrote: %(kind)s %(number)s"),
    body=_("%(title)s. %(site)s, %(place)s."),
    label=_("A resident added to a case of mine, or withdrew it"),
    url=case_path,
)
ALARM_RAISED = "incidents.alarm_raised"
register_kind(
    ALARM_RAISED,
    title=_("%(severity)s: %(alarm)s"),
    body=_("%(site)s, %(zone)s. First at %(at)s."),
    label=_("An alarm of a device waits at the desk"),
    url=lambda target: reverse("incidents:alarm", args=[target.pk]),
    group=_("%(source_kind)s: %(severity)s. First at %(at)s."),
)
