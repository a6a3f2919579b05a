"""A second opinion on recurrence, reached another way.

It walks through UTC minute by minute and reads the wall clock, so the change of a clock needs no rule of its
own: a wall time happens when the clock reaches or passes it for the first time. Days are counted forward
from the first, where the product asks about one day at a time. It shares nothing with the product but the
rule's fields.
"""

import calendar as months
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from core.recurrence import LAST, Calendar, Every, Frequency, OnDays, Opening, Rule

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

#: No clock of the zones under test was ever set back by more.
LONGEST_REPEAT = timedelta(hours=26)

Slot = tuple[datetime, str]
Tick = tuple[datetime, datetime]


def ticks(zone: ZoneInfo, start: datetime, end: datetime) -> list[Tick]:
    """(instant, wall time) for every wall minute reached or passed for the first time in [start, end)."""
    now = start - LONGEST_REPEAT
    high = now.astimezone(zone).replace(tzinfo=None)
    found: list[Tick] = []
    while now < end:
        wall = now.astimezone(zone).replace(tzinfo=None)
        while high < wall:
            high += MINUTE
            if now >= start:
                found.append((now, high))
        now += MINUTE
    return found


@dataclass(frozen=True)
class Oracle:
    """What a rule means, worked out by brute force for the years around one window."""

    rule: Rule
    calendar: Calendar
    first_year: int
    last_year: int

    def slots(self, reached: list[Tick]) -> list[Slot]:
        """The slots due among these ticks, in order."""
        return [(now, f"{wall:%Y-%m-%dT%H:%M}") for now, wall in reached if self.names(wall)]

    def names(self, wall: datetime) -> bool:
        minute = wall.hour * 60 + wall.minute
        today, yesterday = wall.date(), wall.date() - DAY
        named = (minute in self._minutes and today in self._days) or (
            minute + 1440 in self._minutes and yesterday in self._days
        )
        if named and self.rule.business_hours_only and self.calendar.hours is not None:
            return self._open(wall)
        return named

    @cached_property
    def _minutes(self) -> set[int]:
        """Minutes since the midnight that began the day, beyond 1440 after the next one."""
        if self.rule.every is None:
            return {moment.hour * 60 + moment.minute for moment in self.rule.times}
        return set(self._stepped(self.rule.every))

    @staticmethod
    def _stepped(every: Every) -> Iterator[int]:
        begin = every.start.hour * 60 + every.start.minute
        finish = every.end.hour * 60 + every.end.minute
        if finish == begin:
            finish += 1439
        elif finish < begin:
            finish += 1440
        while begin <= finish:
            yield begin
            begin += every.minutes

    def _open(self, wall: datetime) -> bool:
        """Whether some stretch that began today or yesterday lasts at this wall time."""
        for day in (wall.date(), wall.date() - DAY):
            for opening in self._openings(day):
                begin, finish = datetime.combine(day, opening.start), datetime.combine(day, opening.end)
                if finish <= begin:
                    finish += DAY
                if begin <= wall < finish:
                    return True
        return False

    def _openings(self, day: date) -> tuple[Opening, ...]:
        hours = self.calendar.hours
        assert hours is not None
        if self._holiday(day) and hours.holidays is not None:
            return hours.holidays
        if day in self.calendar.working_days and hours.week[day.weekday()] == ():
            return hours.week[0]
        return hours.week[day.weekday()]

    @cached_property
    def _days(self) -> set[date]:
        named = {day for day in self._named() if self._bounded(day)}
        return {day for day in self._placed(named) if self._bounded(day)}

    def _bounded(self, day: date) -> bool:
        return (self.rule.starts_on or date.min) <= day <= (self.rule.ends_on or date.max)

    def _placed(self, named: set[date]) -> Iterator[date]:
        for day in named:
            worked, holiday = self._worked(day), self._holiday(day)
            match self.rule.on_days:
                case OnDays.ANY:
                    keep = True
                case OnDays.WORKING:
                    keep = worked
                case OnDays.NOT_HOLIDAY:
                    keep = not holiday
                case OnDays.DAY_OFF:
                    keep = not worked
                case OnDays.HOLIDAY:
                    keep = holiday
                case OnDays.NEXT_WORKING | OnDays.PREVIOUS_WORKING:
                    keep = True
                    step = DAY if self.rule.on_days is OnDays.NEXT_WORKING else -DAY
                    while not self._worked(day):
                        day += step
            if keep:
                yield day

    def _worked(self, day: date) -> bool:
        ordinary = day.weekday() not in self.calendar.weekend and day not in self.calendar.holidays
        return ordinary or day in self.calendar.working_days

    def _holiday(self, day: date) -> bool:
        return day in self.calendar.holidays - self.calendar.working_days

    def _named(self) -> Iterator[date]:
        begin, finish = date(self.first_year, 1, 1), date(self.last_year, 12, 31)
        anchor = self.rule.starts_on or date(2001, 1, 1)
        for day in self._periods(anchor, begin, finish):
            if not self.rule.months or day.month in self.rule.months:
                yield day

    def _periods(self, anchor: date, begin: date, finish: date) -> Iterator[date]:
        rule = self.rule
        if rule.frequency is Frequency.DAILY:
            step = DAY * rule.interval
            day = anchor + step * ((begin - anchor) // step)
            while day <= finish:
                yield day
                day += step
        elif rule.frequency is Frequency.WEEKLY:
            step = timedelta(weeks=rule.interval)
            monday = anchor - DAY * anchor.weekday()
            monday += step * ((begin - monday) // step)
            while monday <= finish:
                yield from (monday + DAY * weekday for weekday in rule.weekdays)
                monday += step
        else:
            for year in range(self.first_year, self.last_year + 1):
                for month in range(1, 13):
                    distance = year - anchor.year
                    if rule.frequency is Frequency.MONTHLY:
                        distance = distance * 12 + month - anchor.month
                    if distance % rule.interval == 0:
                        yield from self._in_month(year, month)

    def _in_month(self, year: int, month: int) -> Iterator[date]:
        length = months.monthrange(year, month)[1]
        for named in self.rule.month_days:
            yield date(year, month, length if named == LAST else min(named, length))
        weeks = months.monthcalendar(year, month)
        for item in self.rule.nth_weekdays:
            days = [week[item.weekday] for week in weeks if week[item.weekday]]
            yield date(year, month, days[-1] if item.nth == LAST else days[item.nth - 1])


def expected(
    rule: Rule,
    zone: ZoneInfo,
    calendar: Calendar,
    start: datetime,
    end: datetime,
    reached: list[Tick] | None = None,
) -> list[Slot]:
    """The slots due in [start, end)."""
    oracle = Oracle(rule, calendar, start.year - 1, end.year + 1)
    return oracle.slots(ticks(zone, start, end) if reached is None else reached)


def clock_changes(zone: ZoneInfo, first_year: int, last_year: int) -> list[datetime]:
    """Every instant from the first to the last year at which the zone's offset changes."""
    found = []
    now, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    step = timedelta(days=5)
    while now < end:
        if now.astimezone(zone).utcoffset() != (now + step).astimezone(zone).utcoffset():
            early, late = now, now + step
            while late - early > MINUTE:
                middle = (early + (late - early) // 2).replace(second=0, microsecond=0)
                middle = max(middle, early + MINUTE)
                if middle.astimezone(zone).utcoffset() == now.astimezone(zone).utcoffset():
                    early = middle
                else:
                    late = middle
            found.append(late)
        now += step
    return found
