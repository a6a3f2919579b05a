"""What the inputs of a rule offer, and how they are drawn."""

import re
from datetime import time
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.recurrence.rule import LAST, Frequency, OnDays
from core.recurrence.scalars import time_from, time_text

AT_TIMES: Final = "times"
AT_DISTANCES: Final = "every"
_SEPARATORS: Final = re.compile(r"[\s,;，；、]+")

FREQUENCIES: Final = [
    (Frequency.DAILY.value, _("Daily")),
    (Frequency.WEEKLY.value, _("Weekly")),
    (Frequency.MONTHLY.value, _("Monthly")),
    (Frequency.YEARLY.value, _("Yearly")),
]
MODES: Final = [(AT_TIMES, _("At certain times")), (AT_DISTANCES, _("At even distances"))]
UNITS: Final = [("60", _("hours")), ("1", _("minutes"))]
POSITIONS: Final = [
    ("", "—"),
    ("1", _("First")),
    ("2", _("Second")),
    ("3", _("Third")),
    ("4", _("Fourth")),
    (str(LAST), _("Last")),
]
ON_DAYS: Final = [
    (OnDays.ANY.value, _("Happens on any day")),
    (OnDays.WORKING.value, _("Only on working days; days off are skipped")),
    (OnDays.NOT_HOLIDAY.value, _("Not on public holidays")),
    (OnDays.NEXT_WORKING.value, _("On a day off, moved to the next working day")),
    (OnDays.PREVIOUS_WORKING.value, _("On a day off, moved to the working day before")),
    (OnDays.DAY_OFF.value, _("Only on days off (weekends and holidays)")),
    (OnDays.HOLIDAY.value, _("Only on public holidays")),
]


class TimesField(forms.CharField):
    """Times of day typed in one line, in any order, parted by commas (also Chinese ones) or spaces."""

    widget = forms.TextInput(
        attrs={"class": "form-control", "inputmode": "text", "placeholder": "08:00, 18:00"}
    )

    def clean(self, value: Any) -> tuple[time, ...]:
        text = super().clean(value).replace("：", ":")
        try:
            return tuple(time_from(part) for part in _SEPARATORS.split(text) if part)
        except ValueError:
            raise ValidationError(_("Write times as 08:00, 18:00."), code="times") from None

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else ", ".join(map(time_text, value))


def time_input() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "form-control"})


def date_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"})


def number_input() -> forms.NumberInput:
    return forms.NumberInput(attrs={"class": "form-control"})


def checkboxes() -> forms.CheckboxSelectMultiple:
    return forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})


def radios() -> forms.RadioSelect:
    return forms.RadioSelect(attrs={"class": "form-check-input"})


def select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})
