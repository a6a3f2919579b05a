"""What people are told about surveys."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.notifications import register_kind
from surveys.links import invitation_path

INVITED, REMINDED = "surveys.invited", "surveys.reminded"
PREPARED, REMINDER_DUE, CLOSED, DUE = (
    "surveys.prepared",
    "surveys.reminder_due",
    "surveys.closed",
    "surveys.due",
)


def wave_path(target: Any) -> str:
    """The wave's page."""
    return reverse("surveys:wave", args=[target.pk])


def home_path(target: Any) -> str:
    """The calendar."""
    return reverse("surveys:home")


_KINDS = (
    (
        INVITED,
        _("Please answer: %(title)s"),
        _("%(site)s. It takes about a minute, until %(closes)s. %(privacy)s"),
        _("I am invited to a survey"),
        invitation_path,
        True,
    ),
    (
        REMINDED,
        _("Your answer is still missing: %(title)s"),
        _("%(site)s. It takes about a minute, until %(closes)s. %(privacy)s"),
        _("I am reminded of a survey"),
        invitation_path,
        True,
    ),
    (
        PREPARED,
        _("A survey is prepared: %(title)s"),
        _("%(site)s, due on %(due)s. Draw the households and print the letters in time."),
        _("A planned survey was prepared"),
        wave_path,
        True,
    ),
    (
        REMINDER_DUE,
        _("Reminders are due: %(title)s"),
        _("%(site)s. %(missing)s households have not answered. Print the letters for them."),
        _("Reminder letters of a survey are due"),
        wave_path,
        True,
    ),
    (
        CLOSED,
        _("Survey closed: %(title)s"),
        _("%(site)s. %(answered)s answers."),
        _("A survey of my site was closed"),
        wave_path,
        False,
    ),
    (
        DUE,
        _("Due on %(due)s: %(activity)s"),
        _("%(site)s."),
        _("An activity of the survey calendar is due"),
        home_path,
        True,
    ),
)
for _name, _title, _body, _label, _url, _mailed in _KINDS:
    register_kind(_name, title=_title, body=_body, label=_label, url=_url, email=_mailed)
