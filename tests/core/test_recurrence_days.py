"""Which days a rule happens on: month ends, leap days, counted periods, moved days (F44)."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil import rrule

from core.recurrence import (
    LAST,
    PLAIN_CALENDAR,
    Calendar,
    Frequency,
    NthWeekday,
    OnDays,
    Rule,
    Weekday,
    first_working_day,
    occurrences,
    upcoming,
)

NINE = (time(9),)
MONTHS = [(2023 + number // 12, number % 12 + 1) for number in range(48)]  # 2024 is a leap year

#: National Day and Mid-Autumn 2026 as an example: eight days off, paid back by two weekend days.
GOLDEN_WEEK = Calendar(
    holidays=frozenset(date(2026, 10, 1) + timedelta(days=number) for number in range(7)),
    working_days=frozenset({date(2026, 9, 20), date(2026, 10, 10)}),
)


def days(rule: Rule, first: date, last: date, calendar: Calendar = PLAIN_CALENDAR) -> list[date]:
    """The days from the first to the last, both included, on which the rule happens."""
    found = occurrences(
        rule,
        zone=ZoneInfo("UTC"),
        calendar=calendar,
        start=datetime.combine(first, time(0), tzinfo=UTC),
        end=datetime.combine(last + timedelta(days=1), time(0), tzinfo=UTC),
    )
    return [item.day for item in found]


def month(year: int, number: int) -> tuple[date, date]:
    return date(year, number, 1), date(year, number, monthrange(year, number)[1])


@pytest.mark.fault("F44")
@pytest.mark.parametrize("day", [28, 29, 30, 31, LAST])
@pytest.mark.parametrize(("year", "number"), MONTHS)
def test_a_day_a_month_lacks_is_its_last_day_and_no_month_is_skipped(
    year: int, number: int, day: int
) -> None:
    rule = Rule(Frequency.MONTHLY, month_days=(day,), times=NINE)
    first, last = month(year, number)
    assert days(rule, first, last) == [last if day == LAST else date(year, number, min(day, last.day))]


@pytest.mark.fault("F44")
@pytest.mark.parametrize(("year", "number"), MONTHS)
def test_several_month_ends_that_fall_together_happen_once(year: int, number: int) -> None:
    rule = Rule(Frequency.MONTHLY, month_days=(28, 29, 30, 31, LAST), times=NINE)
    first, last = month(year, number)
    assert days(rule, first, last) == [date(year, number, day) for day in range(28, last.day + 1)]


@pytest.mark.fault("F44")
def test_a_drill_of_29_february_falls_on_28_february_in_common_years() -> None:
    rule = Rule(Frequency.YEARLY, months=(2,), month_days=(29,), times=NINE, starts_on=date(2024, 2, 29))
    assert days(rule, date(2020, 1, 1), date(2028, 12, 31)) == [
        date(2024, 2, 29),
        date(2025, 2, 28),
        date(2026, 2, 28),
        date(2027, 2, 28),
        date(2028, 2, 29),
    ]


def test_every_leap_year_is_every_four_years() -> None:
    rule = Rule(
        Frequency.YEARLY, interval=4, months=(2,), month_days=(29,), times=NINE, starts_on=date(2024, 1, 1)
    )
    found = upcoming(
        rule, zone=ZoneInfo("UTC"), calendar=PLAIN_CALENDAR, after=datetime(2024, 3, 1, tzinfo=UTC), count=9
    )
    assert [item.day for item in found] == [date(2028, 2, 29)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param(
            Rule(Frequency.MONTHLY, interval=3, month_days=(1,), times=NINE),
            ["2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01"],
            id="quarterly without a first day begins with the year",
        ),
        pytest.param(
            Rule(Frequency.MONTHLY, interval=6, month_days=(31,), times=NINE, starts_on=date(2025, 8, 15)),
            ["2026-02-28", "2026-08-31"],
            id="half-yearly counts months from the first day",
        ),
        pytest.param(
            Rule(Frequency.MONTHLY, month_days=(15, LAST), months=(2, 6), times=NINE),
            ["2026-02-15", "2026-02-28", "2026-06-15", "2026-06-30"],
            id="half-monthly in a season",
        ),
        pytest.param(
            Rule(
                Frequency.MONTHLY,
                interval=4,
                nth_weekdays=(NthWeekday(1, Weekday.MON), NthWeekday(LAST, Weekday.FRI)),
                times=NINE,
            ),
            ["2026-01-05", "2026-01-30", "2026-05-04", "2026-05-29", "2026-09-07", "2026-09-25"],
            id="first Monday and last Friday",
        ),
        pytest.param(
            Rule(Frequency.YEARLY, months=(3, 9), nth_weekdays=(NthWeekday(2, Weekday.WED),), times=NINE),
            ["2026-03-11", "2026-09-09"],
            id="twice a year",
        ),
        pytest.param(
            Rule(Frequency.DAILY, interval=100, times=NINE, starts_on=date(2025, 12, 31)),
            ["2026-04-10", "2026-07-19", "2026-10-27"],
            id="every 100 days",
        ),
        pytest.param(
            Rule(
                Frequency.WEEKLY,
                interval=26,
                weekdays=(Weekday.MON, Weekday.SUN),
                times=NINE,
                starts_on=date(2026, 1, 1),
            ),
            ["2026-01-04", "2026-06-29", "2026-07-05", "2026-12-28"],
            id="weeks begin on Monday and the week of the first day counts",
        ),
    ],
)
def test_periods_are_counted(rule: Rule, expected: list[str]) -> None:
    assert [day.isoformat() for day in days(rule, date(2026, 1, 1), date(2026, 12, 31))] == expected


@pytest.mark.parametrize("interval", [1, 2, 3, 5])
def test_daily_and_weekly_rules_agree_with_dateutil(interval: int) -> None:
    start = date(2025, 12, 10)
    begin, end = datetime(2025, 12, 10), datetime(2027, 1, 1)
    every_day = Rule(Frequency.DAILY, interval=interval, times=NINE, starts_on=start)
    theirs = rrule.rrule(rrule.DAILY, interval=interval, dtstart=begin, until=end)
    assert days(every_day, start, end.date()) == [item.date() for item in theirs]
    weekly = Rule(
        Frequency.WEEKLY, interval=interval, weekdays=(Weekday.TUE, Weekday.SAT), times=NINE, starts_on=start
    )
    theirs = rrule.rrule(
        rrule.WEEKLY,
        interval=interval,
        byweekday=(rrule.TU, rrule.SA),
        dtstart=begin,
        until=end,
        wkst=rrule.MO,
    )
    assert days(weekly, start, end.date()) == [item.date() for item in theirs]


def test_the_first_and_last_day_are_included() -> None:
    rule = Rule(Frequency.DAILY, times=NINE, starts_on=date(2026, 5, 3), ends_on=date(2026, 5, 5))
    assert days(rule, date(2026, 1, 1), date(2026, 12, 31)) == [date(2026, 5, day) for day in (3, 4, 5)]


@pytest.mark.parametrize(
    ("on_days", "expected"),
    [
        (OnDays.ANY, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
        (OnDays.WORKING, [8, 9, 10]),
        (OnDays.NOT_HOLIDAY, [8, 9, 10, 11]),
        (OnDays.DAY_OFF, [1, 2, 3, 4, 5, 6, 7, 11]),
        (OnDays.HOLIDAY, [1, 2, 3, 4, 5, 6, 7]),
        (OnDays.NEXT_WORKING, [8, 9, 10]),
        (OnDays.PREVIOUS_WORKING, [8, 9, 10]),
    ],
)
def test_the_calendar_skips_or_moves_days(on_days: OnDays, expected: list[int]) -> None:
    rule = Rule(Frequency.DAILY, times=NINE, on_days=on_days)
    found = days(rule, date(2026, 10, 1), date(2026, 10, 11), GOLDEN_WEEK)
    assert found == [date(2026, 10, day) for day in expected]


def test_a_day_in_a_holiday_moves_to_the_working_day_beside_it() -> None:
    later = Rule(Frequency.MONTHLY, month_days=(3,), times=NINE, on_days=OnDays.NEXT_WORKING)
    earlier = Rule(Frequency.MONTHLY, month_days=(3,), times=NINE, on_days=OnDays.PREVIOUS_WORKING)
    assert days(later, date(2026, 9, 28), date(2026, 10, 31), GOLDEN_WEEK) == [date(2026, 10, 8)]
    assert days(earlier, date(2026, 9, 28), date(2026, 10, 31), GOLDEN_WEEK) == [date(2026, 9, 30)]


def test_a_saturday_worked_to_pay_back_a_holiday_takes_a_moved_day() -> None:
    rule = Rule(Frequency.WEEKLY, weekdays=(Weekday.SAT,), times=NINE, on_days=OnDays.NEXT_WORKING)
    assert days(rule, date(2026, 10, 9), date(2026, 10, 19), GOLDEN_WEEK) == [
        date(2026, 10, 10),
        date(2026, 10, 19),
    ]


def test_a_day_moved_past_the_last_day_does_not_happen() -> None:
    rule = Rule(
        Frequency.MONTHLY, month_days=(3,), times=NINE, on_days=OnDays.NEXT_WORKING, ends_on=date(2026, 10, 7)
    )
    assert days(rule, date(2026, 9, 28), date(2026, 10, 31), GOLDEN_WEEK) == []


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 10, 20), date(2026, 10, 8)),  # after the golden week
        (date(2026, 8, 31), date(2026, 8, 3)),  # 1 August is a Saturday
        (date(2026, 9, 1), date(2026, 9, 1)),
    ],
)
def test_the_first_working_day_of_a_month(day: date, expected: date) -> None:
    assert first_working_day(day, GOLDEN_WEEK) == expected
    rule = Rule(Frequency.MONTHLY, month_days=(1,), times=NINE, on_days=OnDays.NEXT_WORKING)
    assert days(rule, *month(day.year, day.month), calendar=GOLDEN_WEEK) == [expected]


def test_upcoming_gives_the_next_ones_after_an_instant() -> None:
    rule = Rule(Frequency.MONTHLY, month_days=(31,), times=NINE)
    found = upcoming(
        rule,
        zone=ZoneInfo("Asia/Shanghai"),
        calendar=PLAIN_CALENDAR,
        after=datetime(2026, 1, 31, 1, tzinfo=UTC),
        count=2,
    )
    assert [item.slot for item in found] == ["2026-02-28T09:00", "2026-03-31T09:00"]
