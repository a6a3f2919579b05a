"""Opening hours as plain JSON, as a site keeps them.

    {"mon": [["08:00", "22:00"]], "fri": [["08:00", "12:00"], ["18:00", "02:00"]], "holidays": []}

A day that is not named is closed; "holidays" left out means that holidays open as their weekday does.
An empty object means that no hours are known.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from core.recurrence.calendars import BusinessHours, Opening
from core.recurrence.errors import Findings, RuleError
from core.recurrence.rule import Weekday
from core.recurrence.scalars import time_from, time_text

_DAYS: Final = tuple(day.name.lower() for day in Weekday)
_HOLIDAYS: Final = "holidays"


def hours_to_json(hours: BusinessHours | None) -> dict[str, Any]:
    """The hours as plain JSON; {} when none are known."""
    if hours is None:
        return {}
    data: dict[str, Any] = {
        name: _openings_to_json(openings)
        for name, openings in zip(_DAYS, hours.week, strict=True)
        if openings
    }
    if hours.holidays is not None:
        data[_HOLIDAYS] = _openings_to_json(hours.holidays)
    return data or {name: [] for name in _DAYS}


def hours_from_json(data: object) -> BusinessHours | None:
    """Read the hours back; None when none are known. Raises RuleError naming each faulty day."""
    if data is None or data == {}:
        return None
    if not isinstance(data, Mapping):
        raise RuleError({"business_hours": [_("Opening hours are an object with a list for each day.")]})
    found = Findings()
    for name in data:
        found.demand(name in (*_DAYS, _HOLIDAYS), str(name), _("Name days as mon, tue … sun or holidays."))
    week = tuple(_openings(data.get(name), name, found) for name in _DAYS)
    holidays = _openings(data[_HOLIDAYS], _HOLIDAYS, found) if data.get(_HOLIDAYS) is not None else None
    found.raise_any()
    return BusinessHours(week=week, holidays=holidays)


def _openings(value: object, name: str, found: Findings) -> tuple[Opening, ...]:
    if value is None:
        return ()
    try:
        if not isinstance(value, list | tuple):
            raise ValueError(value)
        return tuple(sorted(_opening(pair) for pair in value))
    except ValueError:
        found.add(name, _('Write opening hours as [["08:00", "22:00"]].'))
        return ()


def _opening(pair: object) -> Opening:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise ValueError(pair)
    return Opening(time_from(pair[0]), time_from(pair[1]))


def _openings_to_json(openings: tuple[Opening, ...]) -> list[list[str]]:
    return [[time_text(opening.start), time_text(opening.end)] for opening in openings]
