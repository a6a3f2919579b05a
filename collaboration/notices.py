"""What people are told about action items and requests."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.notifications import register_kind

ASSIGNED, DUE_SOON, OVERDUE = "collaboration.assigned", "collaboration.due_soon", "collaboration.overdue"
DONE, RETURNED = "collaboration.done", "collaboration.returned"
ESCALATED, CANCELLED = "collaboration.escalated", "collaboration.cancelled"
EXTENSION_ASKED, EXTENSION_DECIDED = "collaboration.extension_asked", "collaboration.extension_decided"
REQUESTED, REQUEST_ACCEPTED = "collaboration.requested", "collaboration.request_accepted"
REQUEST_DECLINED, REQUEST_DELIVERED = "collaboration.request_declined", "collaboration.request_delivered"
REQUEST_RETURNED, REQUEST_UNANSWERED = "collaboration.request_returned", "collaboration.request_unanswered"
REQUEST_OVERDUE = "collaboration.request_overdue"


def action_path(target: Any) -> str:
    """The item's page."""
    return reverse("collaboration:action", args=[target.pk])


def request_path(target: Any) -> str:
    """The request's page."""
    return reverse("collaboration:request", args=[target.pk])


_WHAT = _("%(title)s. %(site)s. Owner %(owner)s, due %(due)s.")
_WHY = _("%(title)s. %(site)s: %(text)s")
_ACTIONS = (
    (ASSIGNED, _("Action item %(number)s is yours"), _WHAT, _("An action item was given to me"), True),
    (
        DUE_SOON,
        _("Action item %(number)s is due soon"),
        _WHAT,
        _("My action item is due within a day"),
        False,
    ),
    (OVERDUE, _("Action item %(number)s is overdue"), _WHAT, _("My action item is overdue"), True),
    (
        DONE,
        _("Action item %(number)s waits to be verified"),
        _WHY,
        _("An action item waits to be verified"),
        True,
    ),
    (RETURNED, _("Action item %(number)s was sent back"), _WHY, _("My action item was sent back"), True),
    (CANCELLED, _("Action item %(number)s was cancelled"), _WHY, _("My action item was cancelled"), False),
    (
        ESCALATED,
        _("Action item %(number)s is three days overdue"),
        _WHAT,
        _("An action item of my site is three days overdue"),
        True,
    ),
    (
        EXTENSION_ASKED,
        _("More time is asked for action item %(number)s"),
        _WHY,
        _("Somebody asks for more time"),
        True,
    ),
    (
        EXTENSION_DECIDED,
        _("More time for action item %(number)s: %(decision)s"),
        _WHAT,
        _("My request for more time was decided"),
        True,
    ),
)
for _name, _title, _body, _label, _mailed in _ACTIONS:
    register_kind(_name, title=_title, body=_body, label=_label, url=action_path, email=_mailed)

_ASKED = _("%(title)s. %(site)s. From %(sender)s to %(receiver)s, due %(due)s.")
_REQUESTS = (
    (
        REQUESTED,
        _("Request %(number)s: please answer"),
        _ASKED,
        _("My department is asked for something"),
        True,
    ),
    (
        REQUEST_ACCEPTED,
        _("Request %(number)s was accepted"),
        _ASKED,
        _("My request was accepted"),
        False,
    ),
    (REQUEST_DECLINED, _("Request %(number)s was declined"), _WHY, _("My request was declined"), True),
    (REQUEST_DELIVERED, _("Request %(number)s was delivered"), _WHY, _("My request was delivered"), True),
    (
        REQUEST_RETURNED,
        _("Request %(number)s was sent back"),
        _WHY,
        _("What my department delivered was sent back"),
        True,
    ),
    (
        REQUEST_UNANSWERED,
        _("Request %(number)s has not been answered in time"),
        _ASKED,
        _("A request was not answered in time"),
        True,
    ),
    (
        REQUEST_OVERDUE,
        _("Request %(number)s is overdue"),
        _ASKED,
        _("A request to my department is overdue"),
        True,
    ),
)
for _name, _title, _body, _label, _mailed in _REQUESTS:
    register_kind(_name, title=_title, body=_body, label=_label, url=request_path, email=_mailed)
