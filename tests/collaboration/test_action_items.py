"""Action items: given, done, verified by somebody else, sent back, cancelled, judged."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404

from collaboration.models import ActionItem
from collaboration.services.adding import add_action, change_action
from collaboration.services.handling import (
    cancel_action,
    judge_effectiveness,
    report_done,
    return_action,
    verify_action,
)
from collaboration.versions import Stale
from core.ids import uuid7
from core.models import Notification
from organization.models import Site
from tests.collaboration.conftest import MORNING, WEEK, Make
from tests.conftest import Cast


def told(kind: str) -> set[Any]:
    """Who has been told something of a kind."""
    return {row.recipient for row in Notification.objects.filter(kind=f"collaboration.{kind}")}


def kinds(action: ActionItem) -> list[str]:
    """The timeline."""
    return list(action.entries.values_list("kind", flat=True))


def test_numbers_run_by_the_sites_day(add: Make, clock: Any) -> None:
    first, second = add(), add()
    clock.move_to(MORNING.replace(hour=16, minute=30))  # half past midnight in Shanghai
    assert [first.number, second.number, add().number] == [
        "AC20261125-0001",
        "AC20261125-0002",
        "AC20261126-0001",
    ]


@pytest.mark.requirement("R092")
def test_a_measure_lives_from_given_to_judged(cast: Cast, action: ActionItem) -> None:
    assert told("assigned") == {cast.facility_engineer}
    done = report_done(
        user=cast.facility_engineer, action_id=action.pk, version=1, what_was_done="New closer fitted"
    )
    assert (done.status, done.done_by) == ("done", cast.facility_engineer)
    assert told("done") == {
        cast.shift_leader,
        cast.supervisor,
        cast.fire_safety_manager,
        cast.project_manager,
        cast.company_manager,
        cast.administrator,
    }
    back = return_action(user=cast.supervisor, action_id=action.pk, version=2, reason="Door still sticks")
    assert (back.status, back.done_at, back.what_was_done) == ("open", None, "")
    assert told("returned") == {cast.facility_engineer}
    report_done(user=cast.facility_engineer, action_id=action.pk, version=3, what_was_done="Hinges oiled")
    verified = verify_action(user=cast.supervisor, action_id=action.pk, version=4, note="Closes by itself")
    assert (verified.status, verified.verified_by) == ("verified", cast.supervisor)
    judged = judge_effectiveness(
        user=cast.project_manager,
        action_id=action.pk,
        version=5,
        effectiveness="effective",
        note="No new finding in 90 days",
    )
    assert (judged.effectiveness, judged.version) == ("effective", 6)
    assert kinds(action) == ["opened", "done", "returned", "done", "verified", "judged"]


def test_nobody_verifies_their_own_work(cast: Cast, add: Make) -> None:
    """Neither who did it nor who owns it, whatever the role; the database would refuse it as well."""
    own = add(owner=cast.supervisor)
    report_done(user=cast.shift_leader, action_id=own.pk, version=1, what_was_done="Done for her")
    for person in (cast.supervisor, cast.shift_leader):
        with pytest.raises(PermissionDenied):
            verify_action(user=person, action_id=own.pk, version=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        ActionItem.objects.filter(pk=own.pk).update(
            status="verified", verified_at=MORNING, verified_by=cast.shift_leader
        )
    assert verify_action(user=cast.project_manager, action_id=own.pk, version=2).status == "verified"


def test_a_named_verifier_verifies_without_a_role_for_it(cast: Cast, add: Make) -> None:
    named = add(verifier=cast.other_guard)
    report_done(user=cast.facility_engineer, action_id=named.pk, version=1, what_was_done="x")
    assert told("done") == {cast.other_guard}
    with pytest.raises(PermissionDenied):
        verify_action(user=cast.guard, action_id=named.pk, version=2)
    assert verify_action(user=cast.other_guard, action_id=named.pk, version=2).verified_by == cast.other_guard


def test_a_guard_reports_their_own_item_done_and_no_other(cast: Cast, add: Make) -> None:
    mine, others = add(owner=cast.guard), add()
    report_done(user=cast.guard, action_id=mine.pk, version=1, what_was_done="Swept")
    with pytest.raises(PermissionDenied):
        report_done(user=cast.guard, action_id=others.pk, version=1, what_was_done="x")
    with pytest.raises(PermissionDenied):
        report_done(user=cast.auditor, action_id=others.pk, version=1, what_was_done="x")


@pytest.mark.fault("F46")
def test_nobody_overwrites_what_they_have_not_seen(cast: Cast, action: ActionItem) -> None:
    fields: dict[str, Any] = {"title": "Replace closer and hinges", "owner": cast.guard}
    change_action(user=cast.supervisor, action_id=action.pk, version=1, **fields)
    with pytest.raises(Stale) as stale:
        cancel_action(user=cast.project_manager, action_id=action.pk, version=1, reason="Not needed")
    assert stale.value.row.owner == cast.guard
    action.refresh_from_db()
    assert (action.status, action.version) == ("open", 2)
    assert cast.guard in told("assigned")


def test_every_demanded_text_is_demanded(cast: Cast, action: ActionItem) -> None:
    with pytest.raises(ValidationError, match="what_was_done"):
        report_done(user=cast.supervisor, action_id=action.pk, version=1, what_was_done=" ")
    with pytest.raises(ValidationError, match="reason"):
        cancel_action(user=cast.supervisor, action_id=action.pk, version=1, reason="")
    report_done(user=cast.facility_engineer, action_id=action.pk, version=1, what_was_done="x")
    with pytest.raises(ValidationError, match="reason"):
        return_action(user=cast.supervisor, action_id=action.pk, version=2, reason=" ")
    with pytest.raises(ValidationError):
        report_done(user=cast.supervisor, action_id=action.pk, version=2, what_was_done="again")
    with pytest.raises(ValidationError):
        judge_effectiveness(
            user=cast.supervisor, action_id=action.pk, version=2, effectiveness="effective", note="x"
        )


def test_a_cancelled_item_stays_so(cast: Cast, action: ActionItem) -> None:
    cancelled = cancel_action(user=cast.supervisor, action_id=action.pk, version=1, reason="Door is replaced")
    assert (cancelled.status, cancelled.cancel_reason) == ("cancelled", "Door is replaced")
    assert told("cancelled") == {cast.facility_engineer}
    with pytest.raises(ValidationError):
        report_done(user=cast.facility_engineer, action_id=action.pk, version=2, what_was_done="x")


def test_one_operation_adds_one_item(cast: Cast, add: Make) -> None:
    key = uuid7()
    assert add(operation_id=key).pk == add(operation_id=key, title="Other").pk
    assert ActionItem.objects.count() == 1


def test_what_does_not_fit_is_named(cast: Cast, add: Make, sibling_site: Site) -> None:
    cases: list[tuple[str, dict[str, Any]]] = [
        ("title", {"title": " "}),
        ("owner", {"owner": cast.sibling_guard}),
        ("owner", {"owner": cast.foreign_guard}),
        ("verifier", {"verifier": cast.facility_engineer}),
        ("due_at", {"due_at": MORNING}),
    ]
    for name, fields in cases:
        with pytest.raises(ValidationError) as refused:
            add(**fields)
        assert set(refused.value.error_dict) == {name}


def test_roles_and_sites_are_kept_apart(cast: Cast, action: ActionItem, site: Site) -> None:
    for person in (cast.guard, cast.auditor):
        with pytest.raises(PermissionDenied):
            add_action(
                user=person,
                operation_id=uuid7(),
                site=site,
                title="x",
                owner=cast.guard,
                due_at=MORNING + WEEK,
            )
        with pytest.raises(PermissionDenied):
            cancel_action(user=person, action_id=action.pk, version=1, reason="x")
    for person in (cast.sibling_supervisor, cast.foreign_manager):
        with pytest.raises(Http404):
            cancel_action(user=person, action_id=action.pk, version=1, reason="x")


def test_priority_is_effect_against_effort(add: Make) -> None:
    easy, hard, unrated = add(impact=5, effort=1), add(impact=5, effort=5), add()
    assert [easy.priority, hard.priority, unrated.priority] == [25, 5, None]
    assert list(ActionItem.objects.all().by_priority()) == [easy, hard, unrated]
