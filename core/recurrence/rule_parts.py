"""The inputs of one rule on a page: a form inside a form, without JavaScript.

What belongs to another frequency than the chosen one is neither demanded nor complained about, so
nothing typed there before stands in the way.
"""

from collections.abc import Mapping
from datetime import time
from itertools import count
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.dates import MONTHS, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from core.recurrence.errors import RuleError
from core.recurrence.rule import LAST, MAX_INTERVAL, Every, Frequency, NthWeekday, OnDays, Rule, Weekday
from core.recurrence.rule_inputs import (
    AT_DISTANCES,
    AT_TIMES,
    FREQUENCIES,
    MODES,
    ON_DAYS,
    POSITIONS,
    UNITS,
    TimesField,
    checkboxes,
    date_input,
    number_input,
    radios,
    select,
    time_input,
)
from core.recurrence.wording import describe

_MAX_PAIRS: Final = 10
_BY_MONTH: Final = (Frequency.MONTHLY, Frequency.YEARLY)

#: Where a fault of the rule is shown, when its field has another name on the page.
_SHOWN_AT: Final = {
    "every.minutes": "every_count",
    "every.start": "every_start",
    "every.end": "every_end",
    "every": "every_count",
    "nth_weekdays": "month_days",
}


class RuleParts(forms.Form):
    """All inputs of one rule. `rule` is the outcome once `is_valid()` has said yes; None: does not repeat."""

    use_required_attribute = False

    frequency = forms.ChoiceField(
        label=_("Repeats"), choices=FREQUENCIES, initial=Frequency.DAILY.value, widget=radios()
    )
    interval = forms.IntegerField(
        label=_("Every how many days, weeks, months or years"),
        help_text=_("1 is every one of them, 2 every second one."),
        min_value=1,
        max_value=MAX_INTERVAL,
        initial=1,
        required=False,
        widget=number_input(),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days of the week"),
        choices=[(str(day.value), WEEKDAYS_ABBR[day]) for day in Weekday],
        coerce=lambda value: Weekday(int(value)),
        required=False,
        widget=checkboxes(),
    )
    month_days = forms.TypedMultipleChoiceField(
        label=_("Days of the month"),
        help_text=_("In a month that lacks the chosen day it happens on the month's last day."),
        choices=[(str(day), str(day)) for day in range(1, 32)] + [(str(LAST), _("Last day"))],
        coerce=int,
        required=False,
        widget=checkboxes(),
    )
    months = forms.TypedMultipleChoiceField(
        label=_("Months"),
        help_text=_("For a yearly rule its months; for any other a season. None chosen: all year."),
        choices=[(str(number), name) for number, name in MONTHS.items()],
        coerce=int,
        required=False,
        widget=checkboxes(),
    )
    mode = forms.ChoiceField(label=_("Time of day"), choices=MODES, initial=AT_TIMES, widget=radios())
    times = TimesField(
        label=_("Times"), help_text=_("Local time, such as 08:00, 18:00."), required=False, max_length=1000
    )
    every_count = forms.IntegerField(
        label=_("Every"), min_value=1, max_value=24 * 60, required=False, widget=number_input()
    )
    every_unit = forms.ChoiceField(
        label=_("Unit"), choices=UNITS, initial="60", required=False, widget=select()
    )
    every_start = forms.TimeField(label=_("First at"), required=False, widget=time_input())
    every_end = forms.TimeField(
        label=_("Last at the latest"),
        help_text=_("Earlier than the first: on the next day. The same: round the clock."),
        required=False,
        widget=time_input(),
    )
    business_hours_only = forms.BooleanField(
        label=_("Only during business hours"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    on_days = forms.ChoiceField(
        label=_("Days off"), choices=ON_DAYS, initial=OnDays.ANY.value, required=False, widget=select()
    )
    starts_on = forms.DateField(
        label=_("First day"),
        help_text=_("From here every second week, third month and so on are counted."),
        required=False,
        widget=date_input(),
    )
    ends_on = forms.DateField(label=_("Last day"), required=False, widget=date_input())

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        prefix: str,
        rule: Rule | None = None,
        demanded: bool = True,
        disabled: bool = False,
    ) -> None:
        super().__init__(data, prefix=prefix, initial=initial_parts(rule) if rule else None)
        self.rule = rule
        self._add_pairs(data, len(rule.nth_weekdays) if rule else 0)
        if not demanded:
            self._offer_no_repetition()
        for field in self.fields.values():
            field.disabled = disabled

    def _add_pairs(self, data: Mapping[str, Any] | None, filled: int) -> None:
        """One pair of selects for each nth weekday, and an empty one more."""
        if data is None:
            pairs = filled + 1
        else:
            pairs = next(n for n in count() if n == _MAX_PAIRS or self.add_prefix(f"nth_{n}") not in data)
        for number in range(pairs):
            self.fields[f"nth_{number}"] = forms.TypedChoiceField(
                label=_("Which in the month"),
                choices=POSITIONS,
                coerce=int,
                empty_value=None,
                required=False,
                widget=select(),
            )
            self.fields[f"nth_weekday_{number}"] = forms.TypedChoiceField(
                label=_("Day of the week"),
                choices=[(str(day.value), WEEKDAYS[day]) for day in Weekday],
                coerce=lambda value: Weekday(int(value)),
                required=False,
                widget=select(),
            )

    def _offer_no_repetition(self) -> None:
        frequency = self.fields["frequency"]
        assert isinstance(frequency, forms.ChoiceField)
        frequency.choices = [("", _("Does not repeat")), *FREQUENCIES]
        frequency.required = False
        frequency.initial = ""

    @property
    def pairs(self) -> list[tuple[BoundField, BoundField]]:
        """The selects of nth weekdays, two by two."""
        numbers = (n for n in count() if f"nth_{n}" not in self.fields)
        return [(self[f"nth_{n}"], self[f"nth_weekday_{n}"]) for n in range(next(numbers))]

    @property
    def has_special_days(self) -> bool:
        """Whether the part about business hours, days off and dates is in use or faulty."""
        names = ("business_hours_only", "starts_on", "ends_on")
        in_use = any(self[name].value() for name in names) or self["on_days"].value() not in (
            None,
            OnDays.ANY.value,
        )
        return in_use or (self.is_bound and any(name in self.errors for name in (*names, "on_days")))

    @property
    def sentence(self) -> str:
        """The rule in words, where there is one."""
        if self.is_bound and not self.is_valid():
            return ""
        return describe(self.rule) if self.rule else ""

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        self.rule = None
        if "frequency" not in given:
            return given
        if not given["frequency"]:
            self.errors.clear()
            return given
        for name in self._beside_the_point(given):
            self.errors.pop(name, None)
        try:
            rule = Rule(**self._rule_values(given))
        except RuleError as error:
            self._add_faults(error)
        else:
            self.rule = None if self.errors else rule
        return given

    def _add_faults(self, error: RuleError) -> None:
        """Show what is wrong with the rule, except beside inputs that already complain."""
        for name, messages in error.errors.items():
            shown_at = _SHOWN_AT.get(name, name)
            if shown_at not in self.errors:
                for message in messages:
                    self.add_error(shown_at, ValidationError(message, code="rule"))

    def _beside_the_point(self, given: dict[str, Any]) -> list[str]:
        """Inputs that do not matter under the chosen frequency and way of giving times."""
        frequency = Frequency(given["frequency"])
        by_times = given.get("mode") == AT_TIMES
        names = ["every_count", "every_unit", "every_start", "every_end"] if by_times else ["times"]
        if frequency is not Frequency.WEEKLY:
            names.append("weekdays")
        if frequency not in _BY_MONTH:
            names += ["month_days", *(name for name in self.fields if name.startswith("nth_"))]
        return names

    def _rule_values(self, given: dict[str, Any]) -> dict[str, Any]:
        """The parts of the rule; for an input that is itself faulty something harmless."""
        frequency = Frequency(given["frequency"])
        by_month = frequency in _BY_MONTH
        stepped = given.get("mode") == AT_DISTANCES
        return {
            "frequency": frequency,
            "interval": given.get("interval") or 1,
            "weekdays": given.get("weekdays", (Weekday.MON,)) if frequency is Frequency.WEEKLY else (),
            "month_days": given.get("month_days", (1,)) if by_month else (),
            "nth_weekdays": self._nth_weekdays(given) if by_month else (),
            "months": given.get("months", (1,)),
            "times": () if stepped else given.get("times", (time(0, 0),)),
            "every": _every(given) if stepped else None,
            "business_hours_only": given["business_hours_only"],
            "on_days": OnDays(given.get("on_days") or OnDays.ANY),
            "starts_on": given.get("starts_on"),
            "ends_on": given.get("ends_on"),
        }

    def _nth_weekdays(self, given: dict[str, Any]) -> tuple[NthWeekday, ...]:
        numbers = range(len(self.pairs))
        return tuple(
            NthWeekday(given[f"nth_{n}"], given.get(f"nth_weekday_{n}") or Weekday.MON)
            for n in numbers
            if given.get(f"nth_{n}") is not None
        )


def _every(given: dict[str, Any]) -> Every:
    midnight = time(0, 0)
    minutes = (given.get("every_count", 1) or 0) * int(given.get("every_unit") or 60)
    return Every(minutes, given.get("every_start") or midnight, given.get("every_end") or midnight)


def initial_parts(rule: Rule) -> dict[str, Any]:
    """What the inputs show for a rule."""
    parts: dict[str, Any] = {
        "frequency": rule.frequency.value,
        "interval": rule.interval,
        "weekdays": [str(day.value) for day in rule.weekdays],
        "month_days": [str(day) for day in rule.month_days],
        "months": [str(month) for month in rule.months],
        "mode": AT_DISTANCES if rule.every else AT_TIMES,
        "times": rule.times,
        "business_hours_only": rule.business_hours_only,
        "on_days": rule.on_days.value,
        "starts_on": rule.starts_on,
        "ends_on": rule.ends_on,
    }
    for number, item in enumerate(rule.nth_weekdays):
        parts[f"nth_{number}"] = str(item.nth)
        parts[f"nth_weekday_{number}"] = str(item.weekday.value)
    if rule.every:
        hours, minutes = divmod(rule.every.minutes, 60)
        parts["every_count"] = rule.every.minutes if minutes else hours
        parts["every_unit"] = "1" if minutes else "60"
        parts["every_start"], parts["every_end"] = rule.every.start, rule.every.end
    return parts
