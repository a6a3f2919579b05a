"""The documented answer to each odd thing a clock can do, one by one (F43)."""

from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest

from core.recurrence import PLAIN_CALENDAR, Every, Frequency, Occurrence, Rule, instant_of, occurrences

pytestmark = pytest.mark.fault("F43")


def daily(*moments: str) -> Rule:
    return Rule(Frequency.DAILY, times=tuple(time.fromisoformat(moment) for moment in moments))


def on(rule: Rule, zone: str, day: date, days: int = 1) -> list[Occurrence]:
    """What the rule names for some days of the wall clock, by slot, wherever it then falls."""
    noon = datetime.combine(day, time(12), tzinfo=UTC)
    found = occurrences(
        rule,
        zone=ZoneInfo(zone),
        calendar=PLAIN_CALENDAR,
        start=noon - timedelta(days=3),
        end=noon + timedelta(days=days + 3),
    )
    wanted = {(day + timedelta(days=number)).isoformat() for number in range(days)}
    return [item for item in found if item.slot[:10] in wanted]


@pytest.mark.parametrize(
    ("zone", "slot", "due_at", "local"),
    [
        # Ordinary days.
        ("Asia/Shanghai", "2026-07-01T08:00", "2026-07-01T00:00", "2026-07-01T08:00"),
        ("Asia/Kathmandu", "2026-07-01T08:00", "2026-07-01T02:15", "2026-07-01T08:00"),
        # Clocks forward: the missing time happens at the first instant after the gap.
        ("America/New_York", "2026-03-08T02:00", "2026-03-08T07:00", "2026-03-08T03:00"),
        ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:00", "2026-03-08T03:00"),
        ("America/New_York", "2026-03-08T03:00", "2026-03-08T07:00", "2026-03-08T03:00"),
        ("America/New_York", "2026-03-08T01:59", "2026-03-08T06:59", "2026-03-08T01:59"),
        ("Europe/London", "2026-03-29T01:30", "2026-03-29T01:00", "2026-03-29T02:00"),
        # Clocks back: the first of the two.
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30", "2026-11-01T01:30"),
        ("America/New_York", "2026-11-01T02:00", "2026-11-01T07:00", "2026-11-01T02:00"),
        ("Europe/London", "2026-10-25T01:30", "2026-10-25T00:30", "2026-10-25T01:30"),
        # Half an hour only.
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30", "2026-10-04T02:30"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45", "2026-04-05T01:45"),
        # Negative daylight saving: Morocco sets its clocks back for Ramadan.
        ("Africa/Casablanca", "2026-02-15T02:30", "2026-02-15T01:30", "2026-02-15T02:30"),
        ("Africa/Casablanca", "2026-03-22T02:30", "2026-03-22T02:00", "2026-03-22T03:00"),
        # Daylight saving in China: UTC+9 in the summer of 1990.
        ("Asia/Shanghai", "1990-07-01T08:00", "1990-06-30T23:00", "1990-07-01T08:00"),
        ("Asia/Shanghai", "1990-04-15T02:30", "1990-04-14T18:00", "1990-04-15T03:00"),
        ("Asia/Shanghai", "1990-09-16T01:30", "1990-09-15T16:30", "1990-09-16T01:30"),
        # Nepal moved by a quarter of an hour as 1986 began.
        ("Asia/Kathmandu", "1986-01-01T00:10", "1985-12-31T18:30", "1986-01-01T00:15"),
    ],
)
def test_a_wall_time_happens_once_at_the_documented_instant(
    zone: str, slot: str, due_at: str, local: str
) -> None:
    wall = datetime.fromisoformat(slot)
    [found] = on(daily(slot[11:]), zone, wall.date())
    assert found.slot == slot
    assert found.due_at == datetime.fromisoformat(due_at).replace(tzinfo=UTC)
    assert found.local.replace(tzinfo=None) == datetime.fromisoformat(local)
    assert instant_of(wall, ZoneInfo(zone)) == found.due_at


def test_all_times_of_the_day_apia_skipped_happen_as_the_next_day_begins() -> None:
    found = on(daily("00:00", "08:00", "23:30"), "Pacific/Apia", date(2011, 12, 30))
    assert [item.slot[11:] for item in found] == ["00:00", "08:00", "23:30"]
    assert {item.due_at for item in found} == {datetime(2011, 12, 30, 10, tzinfo=UTC)}
    assert {item.local.replace(tzinfo=None) for item in found} == {datetime(2011, 12, 31)}
    assert {item.day for item in found} == {date(2011, 12, 30)}


def test_a_half_hourly_rule_has_48_slots_on_every_day_of_the_wall_clock() -> None:
    rule = Rule(Frequency.DAILY, every=Every(30))
    for zone, day in [
        ("America/New_York", date(2026, 3, 8)),
        ("America/New_York", date(2026, 11, 1)),
        ("Australia/Lord_Howe", date(2026, 10, 4)),
        ("Pacific/Apia", date(2011, 12, 30)),
        ("UTC", date(2026, 3, 8)),
    ]:
        found = on(rule, zone, day)
        assert len({item.slot for item in found}) == len(found) == 48
        assert found == sorted(found, key=lambda item: item.due_at)


def test_steps_follow_the_wall_clock_where_an_hour_repeats() -> None:
    rule = Rule(Frequency.DAILY, every=Every(30, time(0, 30), time(2, 30)))
    found = on(rule, "America/New_York", date(2026, 11, 1))
    assert [item.due_at.strftime("%H:%M") for item in found] == ["04:30", "05:00", "05:30", "07:00", "07:30"]


def test_a_night_series_over_a_gap_keeps_its_wall_times_and_its_day() -> None:
    rule = Rule(
        Frequency.DAILY,
        every=Every(60, time(22), time(4)),
        starts_on=date(2026, 3, 7),
        ends_on=date(2026, 3, 7),
    )
    found = list(
        occurrences(
            rule,
            zone=ZoneInfo("America/New_York"),
            calendar=PLAIN_CALENDAR,
            start=datetime(2026, 3, 1, tzinfo=UTC),
            end=datetime(2026, 3, 20, tzinfo=UTC),
        )
    )
    assert [item.slot[11:] for item in found] == [
        "22:00",
        "23:00",
        "00:00",
        "01:00",
        "02:00",
        "03:00",
        "04:00",
    ]
    assert [item.local.strftime("%H:%M") for item in found][3:] == ["01:00", "03:00", "03:00", "04:00"]
    assert {item.day for item in found} == {date(2026, 3, 7)}


def test_a_slot_keeps_its_name_when_the_zone_changes_its_mind() -> None:
    """A new tzdata moves due_at; the slot is how a planned row is found again (F45)."""
    rule = daily("08:00")
    before, after = (on(rule, zone, date(2026, 7, 1))[0] for zone in ("Etc/GMT-8", "Etc/GMT-9"))
    assert before.slot == after.slot
    assert before.due_at - after.due_at == timedelta(hours=1)


def test_the_window_is_half_open_and_needs_a_zone() -> None:
    rule, zone = daily("08:00", "09:00"), ZoneInfo("UTC")
    start, end = datetime(2026, 7, 1, 8, tzinfo=UTC), datetime(2026, 7, 1, 9, tzinfo=UTC)
    found = occurrences(rule, zone=zone, calendar=PLAIN_CALENDAR, start=start, end=end)
    assert [item.slot for item in found] == ["2026-07-01T08:00"]
    assert not list(occurrences(rule, zone=zone, calendar=PLAIN_CALENDAR, start=end, end=start))
    with pytest.raises(ValueError, match="time zone"):
        occurrences(rule, zone=zone, calendar=PLAIN_CALENDAR, start=start.replace(tzinfo=None), end=end)


def test_two_days_of_a_half_hourly_rule_take_less_than_five_milliseconds() -> None:
    """The best of several goes: what the code costs, not what else the machine does."""
    rule, zone = Rule(Frequency.DAILY, every=Every(30)), ZoneInfo("Asia/Shanghai")
    start = datetime(2026, 3, 1, tzinfo=UTC)
    goes = []
    for _ in range(20):
        begun = perf_counter()
        found = list(
            occurrences(
                rule, zone=zone, calendar=PLAIN_CALENDAR, start=start, end=start + timedelta(hours=48)
            )
        )
        goes.append(perf_counter() - begun)
        assert len(found) == 96
    assert min(goes) < 0.005
