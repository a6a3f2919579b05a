"""On which days a rule happens: a question asked of one day at a time, so nothing is ever counted twice."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Final

from core.recurrence.calendars import Calendar
from core.recurrence.rule import LAST, Frequency, OnDays, Rule

_DAY: Final = timedelta(days=1)


def happens_on(rule: Rule, day: date, calendar: Calendar) -> bool:
    """Whether the rule happens on this day, moved days included."""
    if not _within(rule, day):
        return False
    match rule.on_days:
        case OnDays.ANY:
            return is_named(rule, day)
        case OnDays.WORKING:
            return calendar.is_working_day(day) and is_named(rule, day)
        case OnDays.NOT_HOLIDAY:
            return not calendar.is_holiday(day) and is_named(rule, day)
        case OnDays.DAY_OFF:
            return not calendar.is_working_day(day) and is_named(rule, day)
        case OnDays.HOLIDAY:
            return calendar.is_holiday(day) and is_named(rule, day)
        case OnDays.NEXT_WORKING:
            return _receives(rule, day, calendar, -_DAY)
        case OnDays.PREVIOUS_WORKING:
            return _receives(rule, day, calendar, _DAY)


def is_named(rule: Rule, day: date) -> bool:
    """Whether the rule itself names this day, before the calendar moves or skips it."""
    if rule.months and day.month not in rule.months:
        return False
    anchor = rule.anchor
    match rule.frequency:
        case Frequency.DAILY:
            return (day.toordinal() - anchor.toordinal()) % rule.interval == 0
        case Frequency.WEEKLY:
            return day.weekday() in rule.weekdays and (_week(day) - _week(anchor)) % rule.interval == 0
        case Frequency.MONTHLY:
            return _names_in_month(rule, day) and (_month(day) - _month(anchor)) % rule.interval == 0
        case Frequency.YEARLY:
            return _names_in_month(rule, day) and (day.year - anchor.year) % rule.interval == 0


def _receives(rule: Rule, day: date, calendar: Calendar, towards_named: timedelta) -> bool:
    """Whether a working day is named, or is where a named day off beside it is moved to."""
    if not calendar.is_working_day(day):
        return False
    candidate = day
    while True:
        if _within(rule, candidate) and is_named(rule, candidate):
            return True
        candidate += towards_named
        if calendar.is_working_day(candidate):
            return False


def _within(rule: Rule, day: date) -> bool:
    return (rule.starts_on is None or rule.starts_on <= day) and (rule.ends_on is None or day <= rule.ends_on)


def _names_in_month(rule: Rule, day: date) -> bool:
    if day.day in rule.month_days:
        return True
    length = monthrange(day.year, day.month)[1]
    if day.day == length and any(named == LAST or named > length for named in rule.month_days):
        return True
    nth = (day.day - 1) // 7 + 1
    last_of_its_kind = day.day + 7 > length
    return any(
        item.weekday == day.weekday() and (item.nth == nth or (item.nth == LAST and last_of_its_kind))
        for item in rule.nth_weekdays
    )


def _week(day: date) -> int:
    """Number of the week since 1 January of the year 1, which was a Monday."""
    return (day.toordinal() - 1) // 7


def _month(day: date) -> int:
    return day.year * 12 + day.month
