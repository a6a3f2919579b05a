"""Lists of times, days and months in the active language."""

from collections.abc import Sequence
from typing import Final

from django.utils.dates import MONTHS, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.recurrence.rule import LAST, NthWeekday, Rule, Weekday

#: From so many neighbours on, a list becomes a range.
_RANGE: Final = 3


def joined(items: Sequence[str]) -> str:
    """Such as "a, b and c"."""
    if len(items) == 1:
        return items[0]
    text = items[0]
    for item in items[1:-1]:
        # Translators: joins all but the last two items of a list.
        text = _("%(items)s, %(item)s") % {"items": text, "item": item}
    # Translators: joins the last item to a list.
    return _("%(items)s and %(item)s") % {"items": text, "item": items[-1]}


def weekday_names(weekdays: Sequence[Weekday]) -> str:
    """Such as "Monday and Thursday"."""
    return joined([str(WEEKDAYS[day]) for day in weekdays])


def weekday_runs(weekdays: Sequence[Weekday]) -> str:
    """Such as "Mon–Wed and Sat"."""
    return joined(_with_ranges(weekdays, [str(WEEKDAYS_ABBR[day]) for day in weekdays]))


def month_names(months: Sequence[int]) -> str:
    """Such as "March and September" or "June–September"."""
    return joined(_with_ranges(months, [str(MONTHS[month]) for month in months]))


def month_day_names(rule: Rule) -> str:
    """Such as "1st, 15th and last day" or "first Monday"."""
    days = [_ordinal(day) for day in rule.month_days]
    return joined(days + [_nth_weekday(item) for item in rule.nth_weekdays])


def _with_ranges(numbers: Sequence[int], names: Sequence[str]) -> list[str]:
    """Names of sorted numbers, with neighbours drawn together."""
    parts: list[str] = []
    begin = 0
    for index in range(1, len(numbers) + 1):
        if index < len(numbers) and numbers[index] == numbers[index - 1] + 1:
            continue
        if index - begin >= _RANGE:
            # Translators: from the first to the last of neighbouring days or months, as in "Mon–Fri".
            parts.append(_("%(first)s–%(last)s") % {"first": names[begin], "last": names[index - 1]})
        else:
            parts.extend(names[begin:index])
        begin = index
    return parts


def _ordinal(day: int) -> str:
    if day == LAST:
        return pgettext("day of the month", "last day")
    if day in (1, 21, 31):
        pattern = pgettext("day of the month", "%(day)dst")
    elif day in (2, 22):
        pattern = pgettext("day of the month", "%(day)dnd")
    elif day in (3, 23):
        pattern = pgettext("day of the month", "%(day)drd")
    else:
        pattern = pgettext("day of the month", "%(day)dth")
    return pattern % {"day": day}


def _nth_weekday(item: NthWeekday) -> str:
    pattern = {
        1: _("first %(weekday)s"),
        2: _("second %(weekday)s"),
        3: _("third %(weekday)s"),
        4: _("fourth %(weekday)s"),
        LAST: _("last %(weekday)s"),
    }[item.nth]
    return pattern % {"weekday": WEEKDAYS[item.weekday]}
