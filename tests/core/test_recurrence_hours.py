"""Business hours: what is open when, and rules that only count then."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.recurrence import (
    BusinessHours,
    Calendar,
    Every,
    Frequency,
    Opening,
    Rule,
    RuleError,
    Weekday,
    hours_from_json,
    hours_to_json,
    occurrences,
)

BAR = {
    "mon": [["09:00", "12:00"], ["14:00", "18:00"]],
    "fri": [["18:00", "02:00"]],
    "sat": [["00:00", "24:00"]],
    "holidays": [["10:00", "11:00"]],
}
MONDAY = date(2026, 6, 1)
HOLIDAY = date(2026, 6, 8)


@pytest.fixture
def calendar() -> Calendar:
    return Calendar(
        holidays=frozenset({HOLIDAY}),
        working_days=frozenset({date(2026, 6, 14)}),
        hours=hours_from_json(BAR),
    )


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-06-01T08:59", False),
        ("2026-06-01T09:00", True),
        ("2026-06-01T12:00", False),
        ("2026-06-01T14:00", True),
        ("2026-06-02T10:00", False),  # Tuesday is closed
        ("2026-06-05T17:59", False),
        ("2026-06-05T23:59", True),
        ("2026-06-06T01:59", True),  # Friday's night, and Saturday is open all day
        ("2026-06-06T23:59", True),
        ("2026-06-07T00:00", False),
        ("2026-06-08T09:00", False),  # a holiday has its own hours
        ("2026-06-08T10:30", True),
        ("2026-06-14T09:00", True),  # a Sunday worked for a holiday opens as a Monday
        ("2026-06-14T13:00", False),
    ],
)
def test_a_place_is_open_by_its_weekday_also_past_midnight(
    calendar: Calendar, moment: str, is_open: bool
) -> None:
    assert calendar.is_open(datetime.fromisoformat(moment)) is is_open


def test_a_rule_can_count_only_during_business_hours(calendar: Calendar) -> None:
    rule = Rule(Frequency.DAILY, every=Every(120), business_hours_only=True)
    found = occurrences(
        rule,
        zone=ZoneInfo("UTC"),
        calendar=calendar,
        start=datetime.combine(MONDAY, time(0), tzinfo=UTC),
        end=datetime.combine(MONDAY + timedelta(days=6), time(0), tzinfo=UTC),
    )
    assert [item.slot[8:] for item in found] == [
        "01T10:00", "01T14:00", "01T16:00", "05T18:00", "05T20:00", "05T22:00",
        *(f"06T{hour:02}:00" for hour in range(0, 24, 2)),
    ]  # fmt: skip


def test_unknown_hours_silence_nothing() -> None:
    assert hours_from_json({}) is None
    assert Calendar().is_open(datetime(2026, 6, 7, 3))


def test_hours_survive_json() -> None:
    hours = hours_from_json(BAR)
    assert hours is not None
    assert hours.week[Weekday.SAT] == (Opening(time(0), time(0)),)
    assert hours_from_json(hours_to_json(hours)) == hours
    assert hours_to_json(None) == {}
    closed = BusinessHours(week=((),) * 7)
    assert hours_from_json(hours_to_json(closed)) == closed


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"monday": []}, "monday"),
        ({"tue": [["8", "22:00"]]}, "tue"),
        ({"wed": ["08:00", "22:00"]}, "wed"),
        ({"holidays": [["08:00"]]}, "holidays"),
        ([1], "business_hours"),
    ],
)
def test_hours_that_mean_nothing_name_the_day(data: object, field: str) -> None:
    with pytest.raises(RuleError) as caught:
        hours_from_json(data)
    assert list(caught.value.errors) == [field]


def test_a_calendar_needs_one_working_weekday() -> None:
    with pytest.raises(RuleError):
        Calendar(weekend=frozenset(Weekday))
