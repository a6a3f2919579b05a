"""Escalation over nights, holidays, pauses and clock changes, to the second, against a walk through every minute."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.models import Notification
from core.recurrence import BusinessHours, Calendar, Opening
from incidents.models import Case, EscalationPolicy, EscalationStep, LimitRule
from incidents.services.escalating import escalate
from incidents.services.pausing import pause, resume
from incidents.services.steps import take_step
from organization.models import Role, Site
from organization.site_calendars import calendar_of
from tests.conftest import Cast
from tests.core.test_working_time import is_open
from tests.incidents.test_escalation import at
from tests.incidents.test_limits import MINUTE, opened

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
#: The evening before both clock changes of Berlin and both of Lord Howe (by half an hour) in 2026, and a day without.
EVES = [
    (ZoneInfo("Europe/Berlin"), datetime(2026, 3, 27, 12, tzinfo=UTC)),
    (ZoneInfo("Europe/Berlin"), datetime(2026, 10, 23, 12, tzinfo=UTC)),
    (ZoneInfo("Australia/Lord_Howe"), datetime(2026, 4, 3, 2, tzinfo=UTC)),
    (ZoneInfo("Australia/Lord_Howe"), datetime(2026, 10, 2, 2, tzinfo=UTC)),
    (ZoneInfo("Asia/Shanghai"), datetime(2026, 11, 20, 4, tzinfo=UTC)),
]
#: Days of work, night shifts over midnight, or a watch that never closes.
WEEKS = [
    {day: [["09:00", "12:00"], ["13:30", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    {day: [["22:00", "06:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
    {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
]
DELAYS = (0, 45, 200)


def walked(
    start: datetime, length: int, calendar: Calendar, zone: ZoneInfo, rests: list[tuple[datetime, datetime]]
) -> datetime:
    """Minute by minute: counted is what is open and not paused."""
    moment = start
    while length:
        if is_open(calendar, zone, moment) and not any(begin <= moment < end for begin, end in rests):
            length -= 1
        moment += MINUTE
    return moment


@pytest.mark.slow
@pytest.mark.fault("F43")
@pytest.mark.requirement("R014", "R074")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    eve=st.sampled_from(EVES),
    week=st.sampled_from(WEEKS),
    later=st.integers(0, 2 * 24 * 60),
    length=st.integers(30, 900),
    gaps=st.lists(st.tuples(st.integers(1, 600), st.integers(1, 1500)), max_size=3),
)
@example(eve=EVES[1], week=WEEKS[1], later=30 * 60, length=480, gaps=[(300, 120)])
def test_every_level_calls_at_its_second_and_not_one_before(
    cast: Cast,
    site: Site,
    eve: tuple[ZoneInfo, datetime],
    week: dict[str, list[list[str]]],
    later: int,
    length: int,
    gaps: list[tuple[int, int]],
) -> None:
    zone, evening = eve
    site.time_zone, site.business_hours = zone.key, week
    site.save()
    LimitRule.objects.filter(site=site).delete()
    EscalationPolicy.objects.filter(company=site.company).delete()
    LimitRule.objects.create(
        company=site.company, site=site, aspect="completion", minutes=length, calendar="business"
    )
    policy = EscalationPolicy.objects.create(company=site.company, site=site, name="Ours", repeat=0)
    for position, delay in enumerate(DELAYS, start=1):
        EscalationStep.objects.create(
            policy=policy, position=position, delay_minutes=delay, roles=[Role.SUPERVISOR]
        )
    start = evening + later * MINUTE
    with at(start):
        case = opened(cast, site, at=start, kind="service_request")
        take_step(user=cast.supervisor, case_id=case.pk, step="accept")
    moment = start
    rests: list[tuple[datetime, datetime]] = []
    for running, resting in gaps:
        moment += running * MINUTE
        if moment >= walked(start, length, calendar_of(site), zone, rests):
            break  # over by then: nobody pauses what is overdue already
        with at(moment):
            pause(user=cast.supervisor, case_id=case.pk, reason="owner")
        rests.append((moment, moment + resting * MINUTE))
        moment += resting * MINUTE
        with at(moment):
            resume(user=cast.supervisor, case_id=case.pk)
    due = walked(start, length, calendar_of(site), zone, rests)
    assert Case.objects.get(pk=case.pk).due_at == due
    called = due
    for level, delay in enumerate(DELAYS, start=1):
        called += delay * MINUTE
        with at(called - SECOND):
            escalate()
        assert _levels(case) == list(range(1, level)), (level, called)
        with at(called):
            escalate()
        assert _levels(case) == list(range(1, level + 1)), (level, called)
    with at(called + 30 * DAY):
        escalate()
    assert _levels(case) == [1, 2, 3]


def _levels(case: Case) -> list[int]:
    """The levels that have called, each told once."""
    rows = Notification.objects.filter(kind="incidents.case_escalated", target_id=str(case.pk))
    return sorted(
        int((row.key or "").rsplit(":", 1)[-1]) for row in rows if not (row.key or "").endswith(":0")
    )


def test_the_walk_knows_the_night_that_is_an_hour_longer() -> None:
    """The oracle itself: eight hours from 22:00 on the night of the change end at 05:00 by the wall."""
    zone = ZoneInfo("Europe/Berlin")
    always = Calendar(hours=BusinessHours(week=((Opening(time(0), time(0)),),) * 7))
    end = walked(datetime(2026, 10, 24, 20, tzinfo=UTC), 480, always, zone, [])
    assert end.astimezone(zone).date() == date(2026, 10, 25)
    assert end.astimezone(zone).hour == 5
