"""Cases: opened once, numbered by the day, settled by who has seen them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from core.ids import uuid7
from core.models import Attachment, ChangedDay, Notification
from incidents.models import Case, CaseStatus, EntryKind
from incidents.services.handling import StaleCase, add_note, assign_case, reopen_case, resolve_case
from incidents.services.opening import open_case, open_from_desk
from organization.models import Site
from tests.conftest import Cast

#: 23:30 on 17 November in Shanghai
EVENING = datetime(2026, 11, 17, 15, 30, tzinfo=UTC)


def opened(cast: Cast, site: Site, **fields: Any) -> Case:
    """A hazard found by the guard."""
    values: dict[str, Any] = {
        "operation_id": uuid7(),
        "site": site,
        "kind": "hazard",
        "title": "Fire door wedged open",
        "reported_by": cast.guard,
        "occurred_at": EVENING,
        "reported_at": EVENING,
    }
    return open_case(**(values | fields)).case


def test_numbers_run_by_kind_and_local_day(cast: Cast, site: Site) -> None:
    later = EVENING + timedelta(hours=1)
    numbers = [
        opened(cast, site).number,
        opened(cast, site).number,
        opened(cast, site, kind="violation").number,
        opened(cast, site, reported_at=later).number,
    ]
    assert numbers == ["HZ20261117-0001", "HZ20261117-0002", "VI20261117-0001", "HZ20261118-0001"]
    assert sorted(ChangedDay.objects.values_list("day", flat=True)) == [
        EVENING.date(),
        later.date() + timedelta(days=1),
    ]


def test_one_operation_opens_one_case(cast: Cast, site: Site) -> None:
    key = uuid7()
    first = opened(cast, site, operation_id=key, photos=["b" * 64])
    again = open_case(
        operation_id=key,
        site=site,
        kind="incident",
        title="other",
        reported_by=cast.guard,
        occurred_at=EVENING,
    )
    assert (again.case, again.created) == (first, False)
    assert Attachment.objects.count() == first.entries.count() == 1


def test_the_leaders_of_the_site_are_told(cast: Cast, site: Site) -> None:
    opened(cast, site)
    told = {row.recipient for row in Notification.objects.filter(kind="incidents.case_opened")}
    assert told == {
        cast.shift_leader,
        cast.supervisor,
        cast.project_manager,
        cast.company_manager,
        cast.fire_safety_manager,
        cast.facility_engineer,
    }


def test_a_case_is_settled_and_opened_again(cast: Cast, site: Site) -> None:
    case = opened(cast, site)
    done = resolve_case(user=cast.supervisor, case_id=case.pk, version=1, resolution="Wedge removed")
    assert (done.status, done.version, done.resolved_by) == (CaseStatus.RESOLVED, 2, cast.supervisor)
    with pytest.raises(ValidationError):
        resolve_case(user=cast.supervisor, case_id=case.pk, version=2, resolution="again")
    again = reopen_case(user=cast.supervisor, case_id=case.pk, version=2, reason="Wedged again")
    assert (again.status, again.resolved_at) == (CaseStatus.OPEN, None)
    assert list(case.entries.values_list("kind", flat=True)) == [
        EntryKind.OPENED,
        EntryKind.RESOLVED,
        EntryKind.REOPENED,
    ]


@pytest.mark.fault("F46")
def test_nobody_overwrites_what_they_have_not_seen(cast: Cast, site: Site) -> None:
    case = opened(cast, site)
    assign_case(user=cast.supervisor, case_id=case.pk, version=1, person=cast.facility_engineer)
    with pytest.raises(StaleCase) as stale:
        resolve_case(user=cast.shift_leader, case_id=case.pk, version=1, resolution="done")
    assert stale.value.case.assigned_to == cast.facility_engineer
    case.refresh_from_db()
    assert case.status == CaseStatus.OPEN
    assert Notification.objects.filter(
        kind="incidents.case_assigned", recipient=cast.facility_engineer
    ).exists()


def test_evidence_is_kept_whatever_the_state(cast: Cast, site: Site) -> None:
    case = opened(cast, site)
    resolve_case(user=cast.supervisor, case_id=case.pk, version=1, resolution="done")
    assert add_note(user=cast.guard, case_id=case.pk, text="It happened again").actor == cast.guard
    with pytest.raises(ValidationError):
        add_note(user=cast.guard, case_id=case.pk, text=" ")


def test_roles_and_sites_are_kept_apart(cast: Cast, site: Site) -> None:
    case = opened(cast, site)
    for person in (cast.guard, cast.auditor):
        with pytest.raises(PermissionDenied):
            resolve_case(user=person, case_id=case.pk, version=1, resolution="done")
    for person in (cast.sibling_supervisor, cast.foreign_manager):
        with pytest.raises(Http404):
            resolve_case(user=person, case_id=case.pk, version=1, resolution="done")
    with pytest.raises(PermissionDenied):
        open_from_desk(user=cast.auditor, operation_id=uuid7(), site=site, kind="incident", title="x")
    with time_machine.travel(EVENING, tick=False), pytest.raises(ValidationError):
        open_from_desk(
            user=cast.guard,
            operation_id=uuid7(),
            site=site,
            kind="incident",
            title="x",
            occurred_at=EVENING + timedelta(hours=1),
        )
