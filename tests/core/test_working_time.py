"""Working time against a naive oracle that walks minute by minute, over nights, holidays and clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.recurrence import (
    BusinessHours,
    Calendar,
    Opening,
    add_working_time,
    instant_of,
    working_time_between,
)

SHANGHAI, BERLIN, LORD_HOWE = (
    ZoneInfo("Asia/Shanghai"),
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("Australia/Lord_Howe"),
)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
OFFICE = Calendar(hours=BusinessHours(week=((Opening(time(9), time(18)),),) * 5 + ((), ()), holidays=()))

times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
openings = st.builds(Opening, times, times)
days = st.lists(openings, max_size=2).map(lambda found: tuple(sorted(found)))
#: around both clock changes of Berlin in 2026, and of Lord Howe, whose clocks change by half an hour
starts = st.sampled_from(
    [datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 4, 4, tzinfo=UTC)]
)


def is_open(calendar: Calendar, zone: ZoneInfo, at: datetime) -> bool:
    """Does an opening cover this instant? Wall times stand for the instants `instant_of` gives them."""
    here = at.astimezone(zone).date()
    for offset in range(-2, 2):
        day = here + offset * DAY
        for opening in calendar.openings(day):
            last = day + DAY if opening.past_midnight else day
            opens = instant_of(datetime.combine(day, opening.start), zone)
            if opens <= at < instant_of(datetime.combine(last, opening.end), zone):
                return True
    return False


def walked(start: datetime, minutes: int, calendar: Calendar, zone: ZoneInfo, most: int) -> datetime | None:
    """The oracle: step by step through every minute; None when `most` minutes are not enough."""
    at = start
    for _n in range(most):
        if minutes == 0:
            return at
        if is_open(calendar, zone, at):
            minutes -= 1
        at += MINUTE
    return at if minutes == 0 else None


@settings(deadline=None)
@given(
    zone=st.sampled_from([SHANGHAI, BERLIN, LORD_HOWE]),
    week=st.lists(days, min_size=7, max_size=7).map(tuple),
    holidays=st.one_of(st.none(), days),
    off=st.sets(st.dates(date(2026, 3, 27), date(2026, 4, 6)), max_size=3),
    start=starts,
    later=st.integers(0, 48 * 60),
    minutes=st.integers(0, 1200),
)
@example(
    zone=BERLIN,
    week=((Opening(time(22), time(6)),),) * 7,
    holidays=None,
    off=set(),
    start=datetime(2026, 10, 24, tzinfo=UTC),
    later=20 * 60,
    minutes=9 * 60,
)
def test_adding_ends_where_the_walk_ends(
    zone: ZoneInfo,
    week: tuple[tuple[Opening, ...], ...],
    holidays: tuple[Opening, ...] | None,
    off: set[date],
    start: datetime,
    later: int,
    minutes: int,
) -> None:
    calendar = Calendar(hours=BusinessHours(week=week, holidays=holidays), holidays=frozenset(off))
    begin = start + later * MINUTE
    expected = walked(begin, minutes, calendar, zone, most=4 * 24 * 60)
    if expected is None:
        return
    found = add_working_time(begin, minutes, calendar, zone)
    assert found == expected
    assert working_time_between(begin, found, calendar, zone) == minutes * MINUTE


@settings(deadline=None)
@given(
    start=starts,
    seconds=st.integers(0, 200_000),
    first=st.integers(0, 100_000),
    second=st.integers(0, 100_000),
    zone=st.sampled_from([SHANGHAI, BERLIN]),
)
def test_adding_in_two_parts_is_adding_at_once_to_the_second(
    start: datetime, seconds: int, first: int, second: int, zone: ZoneInfo
) -> None:
    begin = start + timedelta(seconds=seconds)
    one, two = timedelta(seconds=first), timedelta(seconds=second)
    halfway = add_working_time(begin, one, OFFICE, zone)
    assert add_working_time(halfway, two, OFFICE, zone) == add_working_time(begin, one + two, OFFICE, zone)
    assert working_time_between(begin, halfway, OFFICE, zone) == one


def test_an_office_counts_its_days_over_a_weekend_and_a_holiday() -> None:
    friday = instant_of(datetime(2026, 9, 25, 17, 30), SHANGHAI)
    calendar = Calendar(
        hours=OFFICE.hours,
        holidays=frozenset({date(2026, 9, 28)}),
        working_days=frozenset({date(2026, 9, 27)}),
    )
    # half an hour on Friday, the Sunday worked instead (as a Monday), Monday off
    assert add_working_time(friday, 30, calendar, SHANGHAI) == instant_of(datetime(2026, 9, 25, 18), SHANGHAI)
    assert add_working_time(friday, 60, calendar, SHANGHAI) == instant_of(
        datetime(2026, 9, 27, 9, 30), SHANGHAI
    )
    assert add_working_time(friday, 600, calendar, SHANGHAI) == instant_of(
        datetime(2026, 9, 29, 9, 30), SHANGHAI
    )


@pytest.mark.parametrize(
    ("evening", "hours"), [(datetime(2026, 10, 24, 22), 9), (datetime(2026, 3, 28, 22), 7)]
)
def test_a_night_shift_has_the_hours_that_really_pass(evening: datetime, hours: int) -> None:
    night = Calendar(hours=BusinessHours.daily(time(22), time(6)))
    start = instant_of(evening, BERLIN)
    assert add_working_time(start, hours * 60, night, BERLIN) == instant_of(
        evening.replace(hour=6) + DAY, BERLIN
    )


def test_without_calendar_or_any_opening_every_minute_counts() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    never = Calendar(hours=BusinessHours(week=((),) * 7))
    assert add_working_time(start, 90, None, SHANGHAI) == start + 90 * MINUTE
    assert add_working_time(start, 90, never, SHANGHAI) == start + 90 * MINUTE
    assert working_time_between(start + DAY, start, OFFICE, SHANGHAI) == timedelta()
    with pytest.raises(ValueError, match="negative"):
        add_working_time(start, -1, OFFICE, SHANGHAI)
