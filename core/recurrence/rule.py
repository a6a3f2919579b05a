"""The rule: what repeats, on which days, at which times of the wall clock.

A rule knows no time zone and no holidays. Those belong to the place where it is carried out and are
given to `occurrences`, so that one rule serves sites in many zones.
"""

from dataclasses import dataclass
from datetime import date, time
from enum import IntEnum, StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _

from core.recurrence.errors import Findings

#: In `Rule.month_days` the last day of the month, whichever that is; in `NthWeekday.nth` the last one.
LAST: Final = -1

#: Where counting starts for a rule without a first day: a Monday, the first of a month and of a year,
#: so "every 2 weeks" counts from it in whole weeks and "every 3 months" gives January, April, July, October.
ANCHOR: Final = date(2001, 1, 1)

MAX_INTERVAL: Final = 366
MINUTES_A_DAY: Final = 24 * 60


class Frequency(StrEnum):
    """The period the interval counts."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    YEARLY = "yearly"


class Weekday(IntEnum):
    """Days of the week, numbered as `date.weekday()` numbers them. A week begins on Monday."""

    MON = 0
    TUE = 1
    WED = 2
    THU = 3
    FRI = 4
    SAT = 5
    SUN = 6


class OnDays(StrEnum):
    """What the calendar of working days and holidays does to a day the rule names.

    A moved day is the nearest working day after or before; several days moved to one happen once there.
    """

    ANY = "any"
    WORKING = "working"  # a day off is skipped
    NOT_HOLIDAY = "not_holiday"  # a public holiday is skipped, an ordinary weekend is not
    NEXT_WORKING = "next_working"
    PREVIOUS_WORKING = "previous_working"
    DAY_OFF = "day_off"  # weekends and holidays only
    HOLIDAY = "holiday"  # public holidays only


@dataclass(frozen=True, slots=True, order=True)
class NthWeekday:
    """Such as the first Monday (1, MON) or the last Friday (LAST, FRI) of a month.

    There is no fifth: months without one would be skipped, and whoever means it means the last.
    """

    nth: int
    weekday: Weekday


@dataclass(frozen=True, slots=True)
class Every:
    """Times of day at even distances: every `minutes` from `start` until, at the latest, `end`.

    `end` itself is a time when the steps hit it. An `end` before `start` lies on the next day; an `end`
    equal to `start` means round the clock, and the next day begins anew at `start`.
    """

    minutes: int
    start: time = time(0, 0)
    end: time = time(0, 0)

    @property
    def around_the_clock(self) -> bool:
        return self.start == self.end


@dataclass(frozen=True, slots=True)
class Rule:
    """When something is due, in the wall time of the place where it is done.

    Days: `frequency` and `interval` count periods from `starts_on` (weeks begin on Monday; without
    `starts_on` from ANCHOR). Inside a period `weekdays` (weekly), `month_days` and `nth_weekdays`
    (monthly, yearly) name the days. A day of the month that a month lacks is its last day, never
    skipped: the 31st is 30 April and 28 February, and 29 February falls on 28 February in common years.
    `months` are the months of a yearly rule, and for the others a season outside which nothing happens.

    Times: `times`, or `every`, never both. `business_hours_only` leaves out times at which the calendar
    says closed. A time after midnight of an `every` belongs to the day on which the series began.

    `starts_on` and `ends_on` are both included, and bind the day before and after it is moved.

    Raises RuleError naming each faulty field.
    """

    frequency: Frequency
    interval: int = 1
    weekdays: tuple[Weekday, ...] = ()
    month_days: tuple[int, ...] = ()
    nth_weekdays: tuple[NthWeekday, ...] = ()
    months: tuple[int, ...] = ()
    times: tuple[time, ...] = ()
    every: Every | None = None
    business_hours_only: bool = False
    on_days: OnDays = OnDays.ANY
    starts_on: date | None = None
    ends_on: date | None = None

    def __post_init__(self) -> None:
        for name in ("weekdays", "months", "times"):
            object.__setattr__(self, name, tuple(sorted(set(getattr(self, name)))))
        month_days = sorted(set(self.month_days), key=_last_at_the_end)
        object.__setattr__(self, "month_days", tuple(month_days))
        nth_weekdays = sorted(set(self.nth_weekdays), key=lambda item: (_last_at_the_end(item.nth), item))
        object.__setattr__(self, "nth_weekdays", tuple(nth_weekdays))
        found = Findings()
        _check_days(self, found)
        _check_times(self, found)
        found.raise_any()

    @property
    def anchor(self) -> date:
        """The day from which periods are counted."""
        return self.starts_on or ANCHOR


def _last_at_the_end(position: int) -> int:
    return MAX_INTERVAL if position == LAST else position


def _check_days(rule: Rule, found: Findings) -> None:
    found.demand(1 <= rule.interval <= MAX_INTERVAL, "interval", _("Enter a number from 1 to 366."))
    weekly = rule.frequency is Frequency.WEEKLY
    found.demand(bool(rule.weekdays) or not weekly, "weekdays", _("Choose at least one day of the week."))
    found.demand(weekly or not rule.weekdays, "weekdays", _("Only a weekly rule has days of the week."))

    by_month = rule.frequency in (Frequency.MONTHLY, Frequency.YEARLY)
    named = bool(rule.month_days or rule.nth_weekdays)
    found.demand(named or not by_month, "month_days", _("Choose at least one day of the month."))
    only_by_month = _("Only a monthly or yearly rule has days of the month.")
    found.demand(by_month or not rule.month_days, "month_days", only_by_month)
    found.demand(by_month or not rule.nth_weekdays, "nth_weekdays", only_by_month)
    found.demand(
        all(day == LAST or 1 <= day <= 31 for day in rule.month_days),
        "month_days",
        _("A day of the month is a number from 1 to 31, or “last”."),
    )
    found.demand(
        all(item.nth == LAST or 1 <= item.nth <= 4 for item in rule.nth_weekdays),
        "nth_weekdays",
        _("Choose the first, second, third, fourth or last."),
    )
    found.demand(
        bool(rule.months) or rule.frequency is not Frequency.YEARLY, "months", _("Choose at least one month.")
    )
    found.demand(
        all(1 <= month <= 12 for month in rule.months), "months", _("A month is a number from 1 to 12.")
    )
    found.demand(
        rule.starts_on is None or rule.ends_on is None or rule.starts_on <= rule.ends_on,
        "ends_on",
        _("The last day lies before the first."),
    )


def _check_times(rule: Rule, found: Findings) -> None:
    found.demand(bool(rule.times) or rule.every is not None, "times", _("Enter at least one time of day."))
    found.demand(
        not rule.times or rule.every is None, "times", _("Give either times of day or a distance, not both.")
    )
    whole = _("Times are whole minutes of the local clock.")
    found.demand(all(_is_minute(moment) for moment in rule.times), "times", whole)
    if rule.every is None:
        return
    found.demand(
        1 <= rule.every.minutes <= MINUTES_A_DAY, "every.minutes", _("Enter from 1 minute to 24 hours.")
    )
    found.demand(_is_minute(rule.every.start), "every.start", whole)
    found.demand(_is_minute(rule.every.end), "every.end", whole)


def _is_minute(moment: time) -> bool:
    return moment.second == 0 and moment.microsecond == 0 and moment.tzinfo is None
