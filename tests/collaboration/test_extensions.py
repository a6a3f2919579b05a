"""More time: asked with a reason, decided by somebody else, the first due time kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from collaboration.models import ActionItem, Decision
from collaboration.services.extending import ask_extension, decide_extension
from collaboration.services.handling import report_done
from core.models import ChangedDay, Notification
from tests.collaboration.conftest import MORNING, WEEK
from tests.conftest import Cast

LATER = MORNING + 2 * WEEK


def ask(cast: Cast, action: ActionItem, version: int = 1, **fields: Any) -> Any:
    """The owner asks for a week more."""
    values: dict[str, Any] = {"reason": "The part is not in stock", "until": LATER} | fields
    return ask_extension(user=cast.facility_engineer, action_id=action.pk, version=version, **values)


def test_an_approved_extension_keeps_the_first_due_time(cast: Cast, action: ActionItem) -> None:
    ChangedDay.objects.all().delete()
    ask(cast, action)
    decide_extension(user=cast.supervisor, action_id=action.pk, version=2, approve=True)
    action.refresh_from_db()
    assert (action.due_at, action.original_due_at) == (LATER, MORNING + WEEK)
    days = set(ChangedDay.objects.values_list("day", flat=True))
    assert days == {(MORNING + WEEK).date(), LATER.date()}
    told = Notification.objects.filter(kind="collaboration.extension_decided")
    assert [row.recipient for row in told] == [cast.facility_engineer]


def test_a_refusal_says_why_and_changes_nothing(cast: Cast, action: ActionItem) -> None:
    extension = ask(cast, action)
    with pytest.raises(ValidationError, match="note"):
        decide_extension(user=cast.supervisor, action_id=action.pk, version=2, approve=False, note=" ")
    decide_extension(
        user=cast.supervisor, action_id=action.pk, version=2, approve=False, note="Buy it elsewhere"
    )
    action.refresh_from_db()
    extension.refresh_from_db()
    assert action.due_at == MORNING + WEEK
    assert (extension.decision, extension.decided_by) == (Decision.REFUSED, cast.supervisor)


def test_nobody_decides_about_their_own_request(cast: Cast, action: ActionItem) -> None:
    ask_extension(user=cast.supervisor, action_id=action.pk, version=1, reason="x", until=LATER)
    with pytest.raises(PermissionDenied):
        decide_extension(user=cast.supervisor, action_id=action.pk, version=2, approve=True)
    with pytest.raises(PermissionDenied):
        decide_extension(user=cast.shift_leader, action_id=action.pk, version=2, approve=True)


def test_one_request_at_a_time_and_only_forward(cast: Cast, action: ActionItem) -> None:
    with pytest.raises(ValidationError, match="until"):
        ask(cast, action, until=MORNING + timedelta(days=6))
    with pytest.raises(ValidationError, match="reason"):
        ask(cast, action, reason=" ")
    ask(cast, action)
    with pytest.raises(ValidationError):
        ask(cast, action, version=2)


def test_a_request_falls_away_when_it_is_done(cast: Cast, action: ActionItem) -> None:
    extension = ask(cast, action)
    report_done(user=cast.facility_engineer, action_id=action.pk, version=2, what_was_done="x")
    extension.refresh_from_db()
    assert extension.decision == Decision.VOID
    with pytest.raises(ValidationError):
        decide_extension(user=cast.supervisor, action_id=action.pk, version=3, approve=True)
