"""The days after which those who have not answered are reminded."""

import re
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from surveys.models import MOST_REMINDERS
from surveys.services.reminding import LAST_DAY

#: The longest a survey is waited for.
MOST_DAYS = 60


class DaysField(forms.CharField):
    """Whole days, typed with commas of any script or spaces between them; a sorted list of numbers.

    Raises ValidationError for what is no number of days, for too many, and for the same day twice.
    """

    def prepare_value(self, value: Any) -> Any:
        """As it is typed."""
        return ", ".join(str(day) for day in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[int]:  # type: ignore[override]  # the field is text, its value days
        """The days."""
        if isinstance(value, list):
            return value
        words = [word for word in re.split(r"[\s,，、;；]+", value or "") if word]
        if not all(word.isascii() and word.isdigit() and 1 <= int(word) <= MOST_DAYS for word in words):
            raise ValidationError(
                _("Type whole days from 1 to %(most)d, such as 5, 10."), params={"most": MOST_DAYS}
            )
        if len(words) > MOST_REMINDERS:
            raise ValidationError(_("At most %(most)d reminders."), params={"most": MOST_REMINDERS})
        days = sorted({int(word) for word in words})
        if len(days) < len(words):
            raise ValidationError(_("Each day once."))
        return days

    def has_changed(self, initial: Any, data: Any) -> bool:
        """By the days, not by how they are typed."""
        return super().has_changed(self.prepare_value(initial), data)

    def validate(self, value: Any) -> None:
        """An empty list is as good as none."""
        super().validate(self.prepare_value(value))

    def run_validators(self, value: Any) -> None:
        """They look at text; the days were checked one by one."""


def late_reminders(days: list[int], opens: datetime, closes: datetime) -> ValidationError | None:
    """What is wrong with days on which no day would be left to answer; None when nothing is."""
    late = [day for day in days if opens + timedelta(days=day) >= closes - LAST_DAY]
    if not late:
        return None
    return ValidationError(
        _("On day %(day)d less than a day is left until it closes: nobody is reminded then."),
        params={"day": late[0]},
    )
