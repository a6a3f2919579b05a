"""A rule as plain JSON: for a JSONField, an API and the YAML files of shipped defaults.

The shape, of which only what matters need be written:

    {"frequency": "weekly", "interval": 2, "weekdays": ["mon", "fri"],
     "month_days": [1, 15, "last"], "nth_weekdays": [{"nth": 1, "weekday": "mon"}], "months": [3, 9],
     "times": ["08:00", "18:00"], "every": {"minutes": 120, "start": "08:00", "end": "22:00"},
     "business_hours_only": false, "on_days": "next_working",
     "starts_on": "2026-01-01", "ends_on": "2026-12-31"}
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import time
from typing import Any, Final, TypeVar

from django.utils.translation import gettext_lazy as _

from core.recurrence.errors import Findings, Message, RuleError
from core.recurrence.rule import LAST, Every, Frequency, NthWeekday, OnDays, Rule, Weekday
from core.recurrence.scalars import date_from, time_from, time_text, whole_number_from

T = TypeVar("T")

_FREQUENCIES: Final = {item.value: item for item in Frequency}
_ON_DAYS: Final = {item.value: item for item in OnDays}
_WEEKDAYS: Final = {item.name.lower(): item for item in Weekday}
_LAST: Final = "last"
_EVERY_FIELDS: Final = frozenset({"minutes", "start", "end"})
_RULE_FIELDS: Final = frozenset(field.name for field in fields(Rule))


def rule_to_json(rule: Rule) -> dict[str, Any]:
    """The rule as plain JSON without what is at its default; the same rule gives the same JSON."""
    data: dict[str, Any] = {
        "frequency": rule.frequency.value,
        "interval": rule.interval if rule.interval != 1 else None,
        "weekdays": [day.name.lower() for day in rule.weekdays],
        "month_days": [_position_text(day) for day in rule.month_days],
        "nth_weekdays": [
            {"nth": _position_text(item.nth), "weekday": item.weekday.name.lower()}
            for item in rule.nth_weekdays
        ],
        "months": list(rule.months),
        "times": [time_text(moment) for moment in rule.times],
        "every": _every_to_json(rule.every) if rule.every else None,
        "business_hours_only": rule.business_hours_only,
        "on_days": rule.on_days.value if rule.on_days is not OnDays.ANY else None,
        "starts_on": rule.starts_on.isoformat() if rule.starts_on else None,
        "ends_on": rule.ends_on.isoformat() if rule.ends_on else None,
    }
    return {name: value for name, value in data.items() if value}


def rule_from_json(data: object) -> Rule:
    """Read a rule back. Raises RuleError naming every faulty field, unknown ones included."""
    if not isinstance(data, Mapping):
        raise RuleError({"frequency": [_("A rule is an object with named fields.")]})
    reader = _Reader(data)
    reader.refuse_unknown(_RULE_FIELDS)
    values: dict[str, Any] = {
        "frequency": reader.choice("frequency", _FREQUENCIES, None),
        "interval": reader.one("interval", whole_number_from, 1, _("Enter a whole number.")),
        "weekdays": reader.many("weekdays", _weekday_from, _("Name days of the week as mon, tue … sun.")),
        "month_days": reader.many(
            "month_days", _position_from, _("A day of the month is a number from 1 to 31, or “last”.")
        ),
        "nth_weekdays": reader.many(
            "nth_weekdays", _nth_weekday_from, _('Write each as {"nth": 1 to 4 or "last", "weekday": "mon"}.')
        ),
        "months": reader.many("months", whole_number_from, _("A month is a number from 1 to 12.")),
        "times": reader.many("times", time_from, _('Write times as "HH:MM", in quotes.')),
        "every": _every_from_json(reader),
        "business_hours_only": reader.one("business_hours_only", _bool_from, False, _("Say true or false.")),
        "on_days": reader.choice("on_days", _ON_DAYS, OnDays.ANY),
        "starts_on": reader.one("starts_on", date_from, None, _("Write dates as YYYY-MM-DD.")),
        "ends_on": reader.one("ends_on", date_from, None, _("Write dates as YYYY-MM-DD.")),
    }
    reader.found.raise_any()
    return Rule(**values)


class _Reader:
    """Takes fields out of untrusted JSON and notes what is wrong with each."""

    def __init__(self, data: Mapping[object, object]) -> None:
        self.data = data
        self.found = Findings()

    def refuse_unknown(self, known: frozenset[str]) -> None:
        for name in self.data:
            self.found.demand(name in known, str(name), _("There is no such field in a rule."))

    def one(self, name: str, read: Callable[[object], T], default: T | None, message: Message) -> T | None:
        value = self.data.get(name)
        if value is None:
            return default
        try:
            return read(value)
        except (TypeError, ValueError):
            self.found.add(name, message)
            return default

    def choice(self, name: str, choices: Mapping[str, T], default: T | None) -> T | None:
        value = self.data.get(name, None)
        if value is None and default is not None:
            return default
        if isinstance(value, str) and value in choices:
            return choices[value]
        self.found.add(name, _("Choose one of the offered values."))
        return None

    def many(self, name: str, read: Callable[[object], T], message: Message) -> tuple[T, ...]:
        value = self.data.get(name)
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            self.found.add(name, _("This is a list."))
            return ()
        try:
            return tuple(read(item) for item in value)
        except (TypeError, ValueError):
            self.found.add(name, message)
            return ()


def _every_to_json(every: Every) -> dict[str, Any]:
    return {"minutes": every.minutes, "start": time_text(every.start), "end": time_text(every.end)}


def _every_from_json(reader: _Reader) -> Every | None:
    value = reader.data.get("every")
    if value is None:
        return None
    if not isinstance(value, Mapping) or not set(value) <= _EVERY_FIELDS or "minutes" not in value:
        reader.found.add("every", _('Write it as {"minutes": 120, "start": "08:00", "end": "22:00"}.'))
        return None
    inner = _Reader(value)
    midnight = time(0, 0)
    minutes = inner.one("minutes", whole_number_from, 0, _("Enter a whole number."))
    start = inner.one("start", time_from, midnight, _('Write times as "HH:MM", in quotes.'))
    end = inner.one("end", time_from, midnight, _('Write times as "HH:MM", in quotes.'))
    for name, messages in inner.found.errors.items():
        reader.found.errors[f"every.{name}"] = messages
    return Every(minutes=minutes or 0, start=start or midnight, end=end or midnight)


def _position_text(position: int) -> int | str:
    return _LAST if position == LAST else position


def _position_from(value: object) -> int:
    if value == _LAST:
        return LAST
    number = whole_number_from(value)
    if number < 1:
        raise ValueError(number)
    return number


def _weekday_from(value: object) -> Weekday:
    if not isinstance(value, str) or value not in _WEEKDAYS:
        raise ValueError(value)
    return _WEEKDAYS[value]


def _nth_weekday_from(value: object) -> NthWeekday:
    if not isinstance(value, Mapping) or set(value) != {"nth", "weekday"}:
        raise ValueError(value)
    return NthWeekday(nth=_position_from(value["nth"]), weekday=_weekday_from(value["weekday"]))


def _bool_from(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value
