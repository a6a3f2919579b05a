"""A rule as a sentence in the active language.

Each kind of rule has whole sentences of its own, which a translator may order as the language wants;
what is put into them (times, lists of days) is itself translated as a whole. No word is glued to another.
"Every day" and "every 3 days" are messages of their own, because a language without plural, such as Chinese,
has one form for all numbers and would have to say "every 1 day".
"""

from collections.abc import Iterator
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.recurrence.rule import Every, Frequency, OnDays, Rule
from core.recurrence.scalars import time_text
from core.recurrence.wording_lists import (
    joined,
    month_day_names,
    month_names,
    weekday_names,
    weekday_runs,
)

#: Up to so many days of the week are named in full.
_FEW: Final = 2


def describe(rule: Rule, *, dates: bool = True) -> str:
    """Such as "Every 2 hours from 08:00 to 22:00, Mon–Fri".

    `dates` adds the first and last day, where the rule has them.
    """
    sentence = _days(rule, _times(rule))
    for condition in _conditions(rule, dates=dates):
        sentence = _("%(sentence)s; %(condition)s") % {"sentence": sentence, "condition": condition}
    return sentence


def _times(rule: Rule) -> str:
    if rule.every is not None:
        return _distance(rule.every)
    return _("At %(times)s") % {"times": joined([time_text(moment) for moment in rule.times])}


def _distance(every: Every) -> str:
    hours, minutes = divmod(every.minutes, 60)
    if minutes:
        count, pattern = every.minutes, _minutes_pattern(every)
    else:
        count, pattern = hours, _hours_pattern(every, hours)
    return pattern % {"count": count, "start": time_text(every.start), "end": time_text(every.end)}


def _hours_pattern(every: Every, count: int) -> str:
    if every.around_the_clock and every.start.hour == every.start.minute == 0:
        if count == 1:
            return _("Every hour around the clock")
        return ngettext(
            "Every %(count)d hour around the clock", "Every %(count)d hours around the clock", count
        )
    if every.around_the_clock:
        if count == 1:
            return _("Every hour around the clock, beginning at %(start)s")
        return ngettext(
            "Every %(count)d hour around the clock, beginning at %(start)s",
            "Every %(count)d hours around the clock, beginning at %(start)s",
            count,
        )
    if every.end < every.start:
        if count == 1:
            return _("Every hour from %(start)s to %(end)s the next day")
        return ngettext(
            "Every %(count)d hour from %(start)s to %(end)s the next day",
            "Every %(count)d hours from %(start)s to %(end)s the next day",
            count,
        )
    if count == 1:
        return _("Every hour from %(start)s to %(end)s")
    return ngettext(
        "Every %(count)d hour from %(start)s to %(end)s",
        "Every %(count)d hours from %(start)s to %(end)s",
        count,
    )


def _minutes_pattern(every: Every) -> str:
    count = every.minutes
    if every.around_the_clock and every.start.hour == every.start.minute == 0:
        return ngettext(
            "Every %(count)d minute around the clock", "Every %(count)d minutes around the clock", count
        )
    if every.around_the_clock:
        return ngettext(
            "Every %(count)d minute around the clock, beginning at %(start)s",
            "Every %(count)d minutes around the clock, beginning at %(start)s",
            count,
        )
    if every.end < every.start:
        return ngettext(
            "Every %(count)d minute from %(start)s to %(end)s the next day",
            "Every %(count)d minutes from %(start)s to %(end)s the next day",
            count,
        )
    return ngettext(
        "Every %(count)d minute from %(start)s to %(end)s",
        "Every %(count)d minutes from %(start)s to %(end)s",
        count,
    )


def _days(rule: Rule, times: str) -> str:
    values = {"times": times, "count": rule.interval}
    match rule.frequency:
        case Frequency.DAILY:
            return _daily_pattern(rule.interval) % values
        case Frequency.WEEKLY:
            return _weekly(rule, times)
        case Frequency.MONTHLY:
            return _monthly_pattern(rule.interval) % {**values, "days": month_day_names(rule)}
        case Frequency.YEARLY:
            names = {"days": month_day_names(rule), "months": month_names(rule.months)}
            return _yearly_pattern(rule.interval) % {**values, **names}


def _daily_pattern(count: int) -> str:
    if count == 1:
        return _("%(times)s, every day")
    return ngettext("%(times)s, every %(count)d day", "%(times)s, every %(count)d days", count)


def _monthly_pattern(count: int) -> str:
    if count == 1:
        return _("%(times)s, on the %(days)s of every month")
    return ngettext(
        "%(times)s, on the %(days)s of every %(count)d month",
        "%(times)s, on the %(days)s of every %(count)d months",
        count,
    )


def _yearly_pattern(count: int) -> str:
    if count == 1:
        return _("%(times)s, on the %(days)s of %(months)s every year")
    return ngettext(
        "%(times)s, on the %(days)s of %(months)s every %(count)d year",
        "%(times)s, on the %(days)s of %(months)s every %(count)d years",
        count,
    )


def _weekly(rule: Rule, times: str) -> str:
    count = rule.interval
    if count > 1:
        pattern = ngettext(
            "%(times)s, every %(count)d week on %(weekdays)s",
            "%(times)s, every %(count)d weeks on %(weekdays)s",
            count,
        )
        return pattern % {"times": times, "weekdays": weekday_names(rule.weekdays), "count": count}
    if len(rule.weekdays) <= _FEW:
        names = weekday_names(rule.weekdays)
        return _("%(times)s, every %(weekdays)s") % {"times": times, "weekdays": names}
    # Translators: several days of the week, such as "Mon–Fri" or "Mon, Wed and Fri".
    pattern = pgettext("days of the week", "%(times)s, %(weekdays)s")
    return pattern % {"times": times, "weekdays": weekday_runs(rule.weekdays)}


def _conditions(rule: Rule, *, dates: bool) -> Iterator[str]:
    if rule.months and rule.frequency is not Frequency.YEARLY:
        yield _("only in %(months)s") % {"months": month_names(rule.months)}
    if any(day > _shortest_month(rule) for day in rule.month_days):
        if rule.months == (2,):
            yield _("in common years on the 28th")
        else:
            yield _("in shorter months on their last day")
    if rule.business_hours_only:
        yield _("only during business hours")
    if rule.on_days is not OnDays.ANY:
        yield _on_days(rule.on_days)
    if dates:
        yield from _bounds(rule)


def _shortest_month(rule: Rule) -> int:
    """Days in the shortest month in which the rule can happen."""
    lengths = {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}
    return min(lengths.get(month, 31) for month in (rule.months or range(1, 13)))


def _on_days(on_days: OnDays) -> str:
    return {
        OnDays.ANY: "",
        OnDays.WORKING: _("only on working days"),
        OnDays.NOT_HOLIDAY: _("not on public holidays"),
        OnDays.NEXT_WORKING: _("on a day off, the next working day instead"),
        OnDays.PREVIOUS_WORKING: _("on a day off, the working day before instead"),
        OnDays.DAY_OFF: _("only on days off"),
        OnDays.HOLIDAY: _("only on public holidays"),
    }[on_days]


def _bounds(rule: Rule) -> Iterator[str]:
    first = date_format(rule.starts_on, "DATE_FORMAT") if rule.starts_on else ""
    last = date_format(rule.ends_on, "DATE_FORMAT") if rule.ends_on else ""
    if first and last:
        yield _("from %(first)s to %(last)s") % {"first": first, "last": last}
    elif first:
        yield _("from %(first)s on") % {"first": first}
    elif last:
        yield _("until %(last)s") % {"last": last}
