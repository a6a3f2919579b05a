"""Days people type lie in the years 1900 to 2199: nearer to the ends of the calendar no time zone can be applied.

Django's own date fields take every day from year 1 to 9999. Those fields are what every form and filter uses, so the
limit is set on them, once, and no later form has to remember it.
"""

from datetime import date, datetime

from django import forms
from django.core.exceptions import ValidationError

YEARS = range(1900, 2200)


def plausible(value: date | datetime) -> None:
    """Raise ValidationError (in Django's own words for a wrong date) outside of YEARS."""
    if value.year not in YEARS:
        raise ValidationError(forms.DateField.default_error_messages["invalid"], code="invalid")


forms.DateField.default_validators = [plausible]
forms.DateTimeField.default_validators = [plausible]
