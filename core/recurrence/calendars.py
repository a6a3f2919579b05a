"""Working days, holidays and opening hours of a place, as plain values."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from core.recurrence.errors import RuleError
from core.recurrence.rule import Weekday

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """One stretch of opening hours, from `start` up to but not including `end`.

    An `end` at or before `start` lies on the next day: 18:00 to 02:00 is a bar, 00:00 to 00:00 a full day.
    """

    start: time
    end: time

    @property
    def past_midnight(self) -> bool:
        return self.end <= self.start


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """Opening hours by day of the week, Monday first; seven entries, an empty one means closed.

    `holidays` are the hours on public holidays; None means that a holiday opens as its weekday does
    (a mall), an empty tuple that the place is closed (an office).
    """

    week: tuple[tuple[Opening, ...], ...]
    holidays: tuple[Opening, ...] | None = None

    def __post_init__(self) -> None:
        if len(self.week) != len(Weekday):
            raise RuleError({"business_hours": [_("Opening hours need seven days.")]})

    @classmethod
    def daily(cls, start: time, end: time) -> "BusinessHours":
        """The same hours on all seven days."""
        return cls(week=((Opening(start, end),),) * len(Weekday))


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked and when a place is open, in its own wall time.

    `holidays`: public holidays, days off even on a weekday. `working_days`: days that are worked although
    they fall on a weekend or in a holiday (China's 调休). `weekend`: the ordinary weekly days off.
    `hours`: None means that no hours are known, and then nothing is left out as "closed": a missing
    setting must not silence a patrol.
    """

    holidays: frozenset[date] = frozenset()
    working_days: frozenset[date] = frozenset()
    weekend: frozenset[Weekday] = field(default=frozenset({Weekday.SAT, Weekday.SUN}))
    hours: BusinessHours | None = None

    def __post_init__(self) -> None:
        if len(self.weekend) >= len(Weekday):
            raise RuleError({"weekend": [_("At least one day of the week must be a working day.")]})

    def is_working_day(self, day: date) -> bool:
        """Whether the day is worked; an explicit working day beats a holiday, a holiday beats the week."""
        if day in self.working_days:
            return True
        return day not in self.holidays and day.weekday() not in self.weekend

    def is_holiday(self, day: date) -> bool:
        """Whether the day is a public holiday that is not worked."""
        return day in self.holidays and day not in self.working_days

    def working_day_from(self, day: date) -> date:
        """The day itself when it is worked, else the next that is."""
        while not self.is_working_day(day):
            day += _DAY
        return day

    def working_day_until(self, day: date) -> date:
        """The day itself when it is worked, else the last before it that was."""
        while not self.is_working_day(day):
            day -= _DAY
        return day

    def openings(self, day: date) -> tuple[Opening, ...]:
        """The stretches that begin on this day.

        A weekend worked under `working_days` opens as a Monday when its own weekday has no hours.
        """
        if self.hours is None:
            return (Opening(time(0, 0), time(0, 0)),)
        if self.hours.holidays is not None and self.is_holiday(day):
            return self.hours.holidays
        ordinary = self.hours.week[day.weekday()]
        if not ordinary and day in self.working_days:
            return self.hours.week[Weekday.MON]
        return ordinary

    def is_open(self, wall: datetime) -> bool:
        """Whether the place is open at this reading of its wall clock (a datetime without zone)."""
        if self.hours is None:
            return True
        moment, day = wall.time(), wall.date()
        today = any(
            opening.start <= moment and (opening.past_midnight or moment < opening.end)
            for opening in self.openings(day)
        )
        return today or any(
            opening.past_midnight and moment < opening.end for opening in self.openings(day - _DAY)
        )


#: Saturday and Sunday off, no holidays, always open.
PLAIN_CALENDAR: Final = Calendar()


def first_working_day(month: date, calendar: Calendar) -> date:
    """The first working day of the month in which the given day lies.

    A month without any working day gives the first one after it.
    """
    return calendar.working_day_from(month.replace(day=1))
