"""Reminding of what is due, noticing what is overdue: each thing once, however often and late the tick comes.

A row is claimed by locking it, stamped, and told of in one transaction; a second tick skips locked rows and finds the
stamps afterwards. The stamps `overdue_at` are also what makes a row count as due in the figures.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from collaboration import notices
from collaboration.models import (
    ActionEntryKind,
    ActionItem,
    ActionStatus,
    CollaborationRequest,
    RequestEntryKind,
    RequestStatus,
)
from collaboration.models.actions import ESCALATED_AFTER, REMINDED_BEFORE
from collaboration.models.requests import OWED
from collaboration.selectors.people import receivers_of
from collaboration.services.keeping import (
    enter_action,
    enter_request,
    mark,
    tell_about_action,
    tell_about_request,
)
from core.clock import now
from organization.access import PLANNERS, SITE_LEADERS, people_holding

#: Rows per transaction.
BATCH = 100


def remind() -> int:
    """Everything that is due to be said now; how many rows were told of."""
    moment = now()
    actions = ActionItem.objects.filter(status=ActionStatus.OPEN).select_related("site", "owner")
    owed = CollaborationRequest.objects.filter(status__in=OWED).select_related(
        "site", "from_department", "to_department", "submitted_by"
    )
    soon = Q(due_at__gt=moment, due_at__lte=moment + REMINDED_BEFORE)
    known_long = Q(created_at__lte=F("due_at") - REMINDED_BEFORE)
    return sum(
        (
            _each(actions.filter(soon & known_long), "reminded_at", moment, _due_soon),
            _each(actions.filter(due_at__lt=moment), "overdue_at", moment, _overdue),
            _each(actions.filter(due_at__lte=moment - ESCALATED_AFTER), "escalated_at", moment, _escalated),
            _each(
                owed.filter(status=RequestStatus.SUBMITTED, answer_by__lt=moment),
                "unanswered_at",
                moment,
                _unanswered,
            ),
            _each(owed.filter(due_at__lt=moment), "overdue_at", moment, _request_overdue),
        )
    )


def _each(rows: Any, stamp: str, moment: datetime, say: Callable[[Any], None]) -> int:
    """Claim the rows without that stamp in batches, stamp and tell of each; how many."""
    total, waiting = 0, rows.filter(**{f"{stamp}__isnull": True}).order_by("pk")
    while True:
        with transaction.atomic():
            found = list(waiting.select_for_update(skip_locked=True, of=("self",))[:BATCH])
            rows.model.objects.filter(pk__in=[row.pk for row in found]).update(**{stamp: moment})
            for row in found:
                say(row)
        total += len(found)
        if len(found) < BATCH:
            return total


def _key(row: Any, *, by: str = "due_at") -> str:
    """Once per row and due time: an extension begins anew."""
    return f"{row.pk}:{getattr(row, by):%Y%m%d%H%M%S}"


def _due_soon(action: ActionItem) -> None:
    tell_about_action(notices.DUE_SOON, action, [action.owner], key=_key(action))


def _overdue(action: ActionItem) -> None:
    mark(action.site, action.due_at)
    tell_about_action(notices.OVERDUE, action, [action.owner], key=_key(action))


def _escalated(action: ActionItem) -> None:
    enter_action(action, None, ActionEntryKind.ESCALATED)
    leaders = people_holding(SITE_LEADERS, action.site)
    tell_about_action(notices.ESCALATED, action, leaders, key=_key(action))


def _unanswered(request: CollaborationRequest) -> None:
    enter_request(request, None, RequestEntryKind.UNANSWERED)
    people = {*receivers_of(request), *people_holding(PLANNERS, request.site), request.submitted_by}
    tell_about_request(notices.REQUEST_UNANSWERED, request, people, key=_key(request, by="answer_by"))


def _request_overdue(request: CollaborationRequest) -> None:
    mark(request.site, request.due_at)
    people = {*receivers_of(request), request.submitted_by}
    tell_about_request(notices.REQUEST_OVERDUE, request, people, key=_key(request))
