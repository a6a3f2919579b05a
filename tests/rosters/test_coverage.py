"""The arithmetic of coverage: hours demanded, filled and missing, over midnight and over changing clocks."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosters.coverage import Gap, Span, gaps, heads_by_post, local_day, required, weekly_hours

SHANGHAI, BERLIN, SANTIAGO = (
    ZoneInfo("Asia/Shanghai"),
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("America/Santiago"),
)
NIGHT = {"sat": [["22:00", "06:00"]]}
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    """An instant of November 2026, UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_a_night_post_lies_over_midnight() -> None:
    (span,) = required(NIGHT, SHANGHAI, date(2026, 11, 7), date(2026, 11, 7))
    assert (span.start.astimezone(UTC), span.end.astimezone(UTC)) == (at(14, day=7), at(22, day=7))
    assert required(NIGHT, SHANGHAI, date(2026, 11, 8), date(2026, 11, 8)) == []


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 28), 7), (date(2026, 10, 24), 9), (date(2026, 6, 6), 8)],
    ids=["clocks go forward", "clocks go back", "an ordinary night"],
)
def test_a_night_is_as_long_as_the_clocks_make_it(day: date, hours: int) -> None:
    (span,) = required(NIGHT, BERLIN, day, day)
    assert span.length == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 3, 30), 24)]
)
def test_a_day_around_the_clock_has_every_hour_of_the_day(day: date, hours: int) -> None:
    (span,) = required(ALWAYS, BERLIN, day, day)
    assert span.length == local_day(day, BERLIN).length == timedelta(hours=hours)


def test_a_day_without_a_midnight_begins_when_it_exists() -> None:
    day = date(2026, 9, 6)  # in Santiago the clock jumps from 00:00 to 01:00
    (span,) = required(ALWAYS, SANTIAGO, day, day)
    assert span.length == timedelta(hours=23)


def test_gaps_are_what_no_shift_fills() -> None:
    demanded = [Span(at(0), at(12))]
    filled = [Span(at(2), at(5)), Span(at(5), at(8)), Span(at(10), at(20))]
    assert gaps(demanded, filled, 1) == [Gap(at(0), at(2), 1), Gap(at(8), at(10), 1)]
    assert gaps(demanded, [Span(at(0), at(12))], 1) == []
    assert gaps(demanded, [], 1) == [Gap(at(0), at(12), 1)]


def test_a_post_for_two_counts_who_is_missing() -> None:
    filled = [Span(at(0), at(8)), Span(at(4), at(12))]
    assert gaps([Span(at(0), at(12))], filled, 2) == [Gap(at(0), at(4), 1), Gap(at(8), at(12), 1)]
    assert gaps([Span(at(0), at(2))], [], 3) == [Gap(at(0), at(2), 3)]


def test_hours_outside_the_demand_are_no_gap() -> None:
    assert gaps([Span(at(8), at(9)), Span(at(10), at(11))], [Span(at(7), at(12))], 1) == []


minutes = st.integers(min_value=0, max_value=1440)
spans = st.tuples(minutes, minutes).filter(lambda pair: pair[0] < pair[1])


@given(st.lists(spans, max_size=6), spans, st.integers(min_value=1, max_value=3))
def test_every_minute_is_either_filled_or_in_a_gap(
    shifts: list[tuple[int, int]], demand: tuple[int, int], heads: int
) -> None:
    def span(pair: tuple[int, int]) -> Span:
        return Span(at(0) + timedelta(minutes=pair[0]), at(0) + timedelta(minutes=pair[1]))

    found = gaps([span(demand)], [span(shift) for shift in shifts], heads)
    short = sum((gap.length * gap.missing for gap in found), timedelta())
    wanted = sum(max(0, heads - sum(a <= minute < b for a, b in shifts)) for minute in range(*demand))
    assert short == timedelta(minutes=wanted)
    assert all(one.end <= other.start for one, other in pairwise(found))


@pytest.mark.requirement("R030")
def test_a_post_around_the_clock_is_168_hours_and_needs_four_point_two_guards() -> None:
    assert weekly_hours(ALWAYS) == 168
    assert heads_by_post([(weekly_hours(ALWAYS), 1)], Decimal(40)) == Decimal("4.2")
    assert round(heads_by_post([(weekly_hours(ALWAYS), 1)], Decimal(44)), 1) == Decimal("3.8")
    assert weekly_hours(NIGHT) == 8
    assert weekly_hours({}) == 0
