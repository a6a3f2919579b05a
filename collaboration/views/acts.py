"""Which buttons a row offers: by its state and by what the person may do. The first one is the obvious one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collaboration.models import ActionItem, CollaborationRequest, Extension
from core.policies import allowed


@dataclass(frozen=True, slots=True)
class Act:
    """A button that leads to a form."""

    label: Any
    url: str
    icon: str
    is_primary: bool


#: State -> (act of the policy, route, label, icon).
OF_ACTION: dict[str, tuple[tuple[str, str, Any, str], ...]] = {
    "open": (
        ("done", "action_done", _("Report it done"), "check2-circle"),
        ("extend", "action_extend", _("Ask for more time"), "calendar-event"),
        ("change", "action_change", _("Change"), "pencil"),
        ("cancel", "action_cancel", _("Cancel the action item"), "x-circle"),
    ),
    "done": (
        ("verify", "action_verify", _("Verify"), "check2-all"),
        ("send_back", "action_return", _("Send back"), "arrow-counterclockwise"),
        ("cancel", "action_cancel", _("Cancel the action item"), "x-circle"),
    ),
    "verified": (("judge", "action_judge", _("Judge the effectiveness"), "bullseye"),),
    "cancelled": (),
}
OF_REQUEST: dict[str, tuple[tuple[str, str, Any, str], ...]] = {
    "submitted": (
        ("answer", "request_accept", _("Accept"), "check2-circle"),
        ("answer", "request_decline", _("Decline"), "x-circle"),
    ),
    "accepted": (("answer", "request_start", _("Begin"), "play-circle"),),
    "in_progress": (("answer", "request_deliver", _("Deliver"), "box-seam"),),
    "returned": (("answer", "request_deliver", _("Deliver"), "box-seam"),),
    "delivered": (
        ("judge", "request_confirm", _("Confirm"), "check2-all"),
        ("judge", "request_return", _("Send back"), "arrow-counterclockwise"),
    ),
    "declined": (),
    "confirmed": (),
}


def _buttons(user: Any, row: Any, offered: Iterable[tuple[str, str, Any, str]]) -> list[Act]:
    may = [one for one in offered if allowed(user, one[0], row)]
    return [
        Act(label, reverse(f"collaboration:{route}", args=[row.pk]), icon, is_primary=number == 0)
        for number, (_act, route, label, icon) in enumerate(may)
    ]


def acts_on_action(user: Any, action: ActionItem, pending: Extension | None) -> list[Act]:
    """The buttons of an action item; a pending request for more time is decided first and not asked twice."""
    offered = list(OF_ACTION[action.status])
    if pending is not None:
        offered = [one for one in offered if one[0] != "extend"]
        if pending.asked_by_id != user.pk:
            offered.insert(0, ("decide", "action_decide", _("Decide about more time"), "calendar-check"))
    return _buttons(user, action, offered)


def acts_on_request(user: Any, request: CollaborationRequest) -> list[Act]:
    """The buttons of a request."""
    return _buttons(user, request, OF_REQUEST[request.status])
