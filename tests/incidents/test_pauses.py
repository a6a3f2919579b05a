"""Pauses and extensions: limits move by what stood still, never more, never backwards."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import Notification
from core.recurrence import add_working_time, working_time_between
from incidents.models import Case, EntryKind, LimitRule
from incidents.selectors.clocks import readings
from incidents.services.extending import ask_extension, decide_extension
from incidents.services.pausing import pause, resume, resume_over
from incidents.services.steps import take_step
from organization.models import Site
from organization.site_calendars import calendar_of
from tests.conftest import Cast
from tests.incidents.test_limits import MINUTE, MORNING, opened

HOUR = timedelta(hours=1)


def at(moment: datetime) -> Any:
    """The clock stands at `moment`."""
    return time_machine.travel(moment, tick=False)


@pytest.mark.requirement("R071")
def test_limits_move_by_the_time_that_was_paused(cast: Cast, site: Site) -> None:
    case = opened(cast, site, kind="service_request", facts={"is_repair": True})
    with at(MORNING + 10 * MINUTE):
        paused = pause(user=cast.supervisor, case_id=case.pk, reason="access", note="Nobody at home")
        assert paused.paused_since == MORNING + 10 * MINUTE
        assert {row.state for row in readings(paused)} == {"paused"}
    with at(MORNING + 3 * HOUR + 10 * MINUTE):
        running = resume(user=cast.shift_leader, case_id=case.pk)
    assert (running.paused_seconds, running.paused_since) == (3 * 3600, None)
    assert running.response_due_at == MORNING + 30 * MINUTE + 3 * HOUR
    assert running.due_at == MORNING + 27 * HOUR
    assert datetime.fromisoformat(running.limits["answer"]["due"]) == MORNING + 5 * HOUR
    assert running.original_due_at == MORNING + 24 * HOUR
    kinds = [EntryKind.PAUSED, EntryKind.RESUMED]
    assert list(case.entries.filter(kind__in=kinds).values_list("kind", "code", "text")) == [
        (EntryKind.PAUSED, "access", "Nobody at home"),
        (EntryKind.RESUMED, "access", ""),
    ]


def test_the_hard_limit_and_what_was_done_before_do_not_move(cast: Cast, site: Site) -> None:
    case = opened(cast, site, kind="complaint")
    with at(MORNING + 5 * MINUTE):
        take_step(user=cast.shift_leader, case_id=case.pk, step="acknowledge")
        pause(user=cast.supervisor, case_id=case.pk, reason="owner")
    with at(MORNING + 24 * HOUR):
        running = resume(user=cast.supervisor, case_id=case.pk)
    assert running.response_due_at == MORNING + 30 * MINUTE
    assert datetime.fromisoformat(running.limits["ultimate"]["due"]) == MORNING + timedelta(days=10)
    assert running.due_at == MORNING + timedelta(days=3) - 5 * MINUTE


@pytest.mark.fault("F47")
def test_a_step_ends_the_pause_and_is_judged_by_the_moved_limit(cast: Cast, site: Site) -> None:
    case = opened(cast, site)
    with at(MORNING + HOUR):
        pause(user=cast.supervisor, case_id=case.pk, reason="parts")
    with at(MORNING + 40 * HOUR):
        done = take_step(
            user=cast.facility_engineer, case_id=case.pk, step="fix", values={"resolution": "New lamp"}
        )
    assert done.paused_since is None
    assert done.due_at == MORNING + 63 * HOUR
    assert {row.aspect: row.state for row in readings(done)}["completion"] == "met"
    assert case.pauses.get().ended_by == cast.facility_engineer
    # a phone whose step was made before the pause began never turns it negative
    case = opened(cast, site)
    with at(MORNING + 2 * HOUR):
        pause(user=cast.supervisor, case_id=case.pk, reason="parts")
        early = take_step(
            user=cast.facility_engineer,
            case_id=case.pk,
            step="fix",
            values={"resolution": "Done"},
            at=MORNING + HOUR,
        )
    assert (early.paused_seconds, early.due_at) == (0, MORNING + 24 * HOUR)


def test_only_once_only_while_open_and_only_by_those_who_may(cast: Cast, site: Site) -> None:
    case = opened(cast, site)
    with pytest.raises(ValidationError, match="not paused"):
        resume(user=cast.supervisor, case_id=case.pk)
    with pytest.raises(PermissionDenied):
        pause(user=cast.guard, case_id=case.pk, reason="owner")
    with pytest.raises(Http404):
        pause(user=cast.sibling_supervisor, case_id=case.pk, reason="owner")
    with pytest.raises(ValidationError):
        pause(user=cast.supervisor, case_id=case.pk, reason="lunch")
    pause(user=cast.supervisor, case_id=case.pk, reason="owner")
    with pytest.raises(ValidationError, match="paused already"):
        pause(user=cast.supervisor, case_id=case.pk, reason="owner")
    done = take_step(user=cast.supervisor, case_id=case.pk, step="fix", values={"resolution": "x"})
    with pytest.raises(ValidationError, match="open case"):
        pause(user=cast.supervisor, case_id=done.pk, reason="owner")


def test_a_pause_with_an_expected_end_ends_then_however_late_the_tick(cast: Cast, site: Site) -> None:
    case = opened(cast, site)
    with at(MORNING):
        with pytest.raises(ValidationError):
            pause(user=cast.supervisor, case_id=case.pk, reason="owner", expected_until=MORNING)
        pause(user=cast.supervisor, case_id=case.pk, reason="owner", expected_until=MORNING + 2 * HOUR)
    with at(MORNING + HOUR):
        assert resume_over() == 0
    with at(MORNING + 5 * HOUR):
        assert (resume_over(), resume_over()) == (1, 0)
    case.refresh_from_db()
    assert (case.paused_seconds, case.due_at) == (7200, MORNING + 26 * HOUR)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gaps=st.lists(st.tuples(st.integers(1, 90_000), st.integers(1, 90_000)), min_size=1, max_size=4))
def test_any_pauses_move_a_business_limit_by_exactly_the_working_time_they_covered(
    cast: Cast, site: Site, gaps: list[tuple[int, int]]
) -> None:
    site.business_hours = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    site.save()
    LimitRule.objects.get_or_create(
        company=site.company,
        site=site,
        aspect="completion",
        defaults={"minutes": 20 * 60, "calendar": "business"},
    )
    case = opened(cast, site, category="other", kind="incident")
    calendar, zone = calendar_of(site), site.zone_info
    moment, stood = MORNING, timedelta()
    for running, resting in gaps:
        moment += timedelta(seconds=running)
        with at(moment):
            pause(user=cast.supervisor, case_id=case.pk, reason="owner")
        stood += working_time_between(moment, moment + timedelta(seconds=resting), calendar, zone)
        moment += timedelta(seconds=resting)
        with at(moment):
            case = resume(user=cast.supervisor, case_id=case.pk)
    assert case.due_at == add_working_time(MORNING, timedelta(hours=20) + stood, calendar, zone)
    assert case.paused_seconds == sum(resting for _running, resting in gaps)


class TestExtensions:
    def test_asked_for_and_granted_by_somebody_else(self, cast: Cast, site: Site) -> None:
        case, until = opened(cast, site, assigned_to=cast.guard), MORNING + 72 * HOUR
        with at(MORNING + HOUR):
            ask_extension(user=cast.guard, case_id=case.pk, until=until, reason="Parts on order")
            told = Notification.objects.filter(kind="incidents.extension_asked")
            assert {row.recipient for row in told} == {cast.supervisor, cast.fire_safety_manager, cast.project_manager, cast.company_manager, cast.administrator}  # fmt: skip
            with pytest.raises(ValidationError, match="already"):
                ask_extension(user=cast.supervisor, case_id=case.pk, until=until, reason="again")
            granted = decide_extension(user=cast.supervisor, case_id=case.pk, is_granted=True)
        assert (granted.due_at, granted.original_due_at) == (until, MORNING + 24 * HOUR)
        assert granted.limits["completion"]["source"] == "extension"
        assert Notification.objects.get(kind="incidents.extension_granted").recipient == cast.guard

    def test_refused_with_a_reason_and_never_by_who_asked(self, cast: Cast, site: Site) -> None:
        case = opened(cast, site)
        with at(MORNING + HOUR):
            with pytest.raises(PermissionDenied):
                ask_extension(user=cast.guard, case_id=case.pk, until=MORNING + 72 * HOUR, reason="x")
            with pytest.raises(ValidationError):
                ask_extension(user=cast.supervisor, case_id=case.pk, until=MORNING + 2 * HOUR, reason="x")
            ask_extension(user=cast.supervisor, case_id=case.pk, until=MORNING + 72 * HOUR, reason="x")
            for decided in ({"is_granted": True}, {"is_granted": False, "note": "no"}):
                with pytest.raises(ValidationError, match="Somebody else"):
                    decide_extension(user=cast.supervisor, case_id=case.pk, **decided)
            with pytest.raises(ValidationError):
                decide_extension(user=cast.project_manager, case_id=case.pk, is_granted=False)
            with pytest.raises(PermissionDenied):
                decide_extension(user=cast.shift_leader, case_id=case.pk, is_granted=True)
            refused = decide_extension(
                user=cast.project_manager, case_id=case.pk, is_granted=False, note="Do it now"
            )
        assert refused.due_at == MORNING + 24 * HOUR
        assert Case.objects.get(pk=case.pk).extensions.get().note == "Do it now"
