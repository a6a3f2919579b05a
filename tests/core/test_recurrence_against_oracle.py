"""Every slot exactly once, at the documented wall time, whatever the clocks do (F43, F44, goal G9).

`ORDERLY_SLOTS=200000` walks through every change of the clocks instead of a part of them.
"""

import os
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.recurrence import (
    LAST,
    PLAIN_CALENDAR,
    BusinessHours,
    Calendar,
    Every,
    Frequency,
    NthWeekday,
    OnDays,
    Opening,
    Rule,
    Weekday,
    occurrences,
)
from tests.core.recurrence_oracle import Slot, clock_changes, expected, ticks

ZONES = [
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Asia/Shanghai",
    "UTC",
]
FIRST_YEAR, LAST_YEAR = 1970, 2060
WANTED = int(os.environ.get("ORDERLY_SLOTS", "20000"))
MINUTE = timedelta(minutes=1)

EVERY_HALF_HOUR = Rule(Frequency.DAILY, every=Every(30))
SMALL_HOURS = Rule(
    Frequency.DAILY, times=(time(0, 0), time(0, 30), time(1, 59), time(2, 0), time(2, 30), time(3, 0))
)
NIGHT_SHIFT = Rule(Frequency.DAILY, every=Every(45, time(22, 0), time(6, 0)))


@cache
def changes(zone: str) -> list[datetime]:
    return clock_changes(ZoneInfo(zone), FIRST_YEAR, LAST_YEAR)


def produced(rule: Rule, zone: ZoneInfo, calendar: Calendar, start: datetime, end: datetime) -> list[Slot]:
    found = list(occurrences(rule, zone=zone, calendar=calendar, start=start, end=end))
    assert all(item.local.astimezone(UTC) == item.due_at and item.local.tzinfo is zone for item in found)
    return [(item.due_at, item.slot) for item in found]


@pytest.mark.fault("F43")
def test_every_slot_around_changes_of_the_clock_is_the_oracles() -> None:
    compared = 0
    share = max(1, 200_000 // WANTED // 3)
    for name in ZONES:
        zone = ZoneInfo(name)
        quiet = [datetime(year, 7, 1, tzinfo=UTC) for year in range(FIRST_YEAR, LAST_YEAR + 1)]
        for change in changes(name)[::share] + quiet[::share]:
            start, end = change - timedelta(hours=27), change + timedelta(hours=30)
            reached = ticks(zone, start, end)
            for rule in (EVERY_HALF_HOUR, SMALL_HOURS, NIGHT_SHIFT):
                slots = produced(rule, zone, PLAIN_CALENDAR, start, end)
                assert slots == expected(rule, zone, PLAIN_CALENDAR, start, end, reached), (
                    name,
                    change,
                    rule,
                )
                assert len({slot for _, slot in slots}) == len(slots)
                compared += len(slots)
    assert compared >= WANTED


@pytest.mark.fault("F43")
@pytest.mark.parametrize("name", ZONES)
def test_a_window_that_begins_as_the_clocks_change_has_what_the_gap_left(name: str) -> None:
    zone = ZoneInfo(name)
    for change in changes(name)[::3] + changes(name)[-1:] + [datetime(2011, 12, 30, 10, tzinfo=UTC)]:
        end = change + 30 * MINUTE
        assert produced(NIGHT_SHIFT, zone, PLAIN_CALENDAR, change, end) == expected(
            NIGHT_SHIFT, zone, PLAIN_CALENDAR, change, end
        )


@pytest.mark.fault("F43")
@pytest.mark.parametrize("name", ZONES)
def test_windows_that_touch_lose_nothing_and_share_nothing(name: str) -> None:
    zone = ZoneInfo(name)
    for change in [*changes(name)[::9], datetime(2026, 7, 1, tzinfo=UTC)]:
        begin, end = change - timedelta(hours=30), change + timedelta(hours=30)
        pieces: list[Slot] = []
        start = begin
        for minutes in (7, 30, 61, 1440, 90, 1, 59) * 20:
            stop = min(end, start + minutes * MINUTE)
            pieces += produced(EVERY_HALF_HOUR, zone, PLAIN_CALENDAR, start, stop)
            start = stop
        assert pieces == produced(EVERY_HALF_HOUR, zone, PLAIN_CALENDAR, begin, end)


clock_times = st.builds(time, hour=st.integers(0, 23), minute=st.integers(0, 59))
weekdays = st.sampled_from(list(Weekday))
nth_weekdays = st.builds(NthWeekday, nth=st.sampled_from([1, 2, 3, 4, LAST]), weekday=weekdays)
openings = st.lists(st.builds(Opening, start=clock_times, end=clock_times), max_size=2).map(tuple)


@st.composite
def rules(draw: st.DrawFn, around: date) -> Rule:
    """Any rule that begins, if it says so, not long before a day."""
    frequency = draw(st.sampled_from(list(Frequency)))
    by_month = frequency in (Frequency.MONTHLY, Frequency.YEARLY)
    named = draw(st.lists(st.sampled_from([1, 2, 15, 28, 29, 30, 31, LAST]), max_size=5)) if by_month else []
    nth = draw(st.lists(nth_weekdays, min_size=0 if named else 1, max_size=3)) if by_month else []
    months = draw(st.lists(st.integers(1, 12), min_size=4, max_size=12)) if draw(st.booleans()) else []
    if frequency is Frequency.YEARLY:
        months += [around.month]
    stepped = draw(st.booleans())
    starts_on = draw(st.none() | st.integers(0, 800).map(lambda days: around - timedelta(days=days)))
    return Rule(
        frequency=frequency,
        interval=draw(st.integers(1, 3)),
        weekdays=tuple(draw(st.lists(weekdays, min_size=1))) if frequency is Frequency.WEEKLY else (),
        month_days=tuple(named),
        nth_weekdays=tuple(nth),
        months=tuple(months),
        times=() if stepped else tuple(draw(st.lists(clock_times, min_size=1, max_size=4))),
        every=Every(draw(st.integers(5, 240)), draw(clock_times), draw(clock_times)) if stepped else None,
        business_hours_only=draw(st.booleans()),
        on_days=draw(st.sampled_from(list(OnDays))),
        starts_on=starts_on,
        ends_on=draw(st.none() | st.integers(0, 5).map(lambda days: around + timedelta(days=days))),
    )


@st.composite
def calendars(draw: st.DrawFn, around: date) -> Calendar:
    """Holidays and worked weekends near a day."""
    near = st.integers(-6, 8).map(lambda days: around + timedelta(days=days))
    week = draw(st.none() | st.tuples(*[openings] * 7))
    return Calendar(
        holidays=frozenset(draw(st.lists(near, max_size=6))),
        working_days=frozenset(draw(st.lists(near, max_size=3))),
        weekend=frozenset(draw(st.lists(weekdays, max_size=3))),
        hours=BusinessHours(week=week, holidays=draw(st.none() | openings)) if week else None,
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Rule, ZoneInfo, Calendar, datetime, datetime]:
    name = draw(st.sampled_from(ZONES))
    middle = draw(
        st.sampled_from(changes(name) or [datetime(2024, 2, 29, tzinfo=UTC)])
        | st.datetimes(datetime(FIRST_YEAR, 1, 2), datetime(LAST_YEAR, 12, 30)).map(
            lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
        )
    )
    start = middle - draw(st.integers(0, 2000)) * MINUTE
    end = middle + draw(st.integers(1, 3000)) * MINUTE
    around = middle.astimezone(ZoneInfo(name)).date()
    return draw(rules(around)), ZoneInfo(name), draw(calendars(around)), start, end


@pytest.mark.fault("F43")
@pytest.mark.fault("F44")
@settings(max_examples=max(300, WANTED // 100), deadline=None)
@given(case=cases())
def test_any_rule_in_any_zone_is_the_oracles(
    case: tuple[Rule, ZoneInfo, Calendar, datetime, datetime],
) -> None:
    rule, zone, calendar, start, end = case
    assert produced(rule, zone, calendar, start, end) == expected(rule, zone, calendar, start, end)
