"""Forms of targets: numbers are typed as people say them, 98 for 98 %, 24 for 24 hours."""

from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kpi.indicators import Group, Indicator, indicators
from kpi.selectors.periods import Month
from kpi.units import FACTORS

#: Months offered for the beginning.
MONTHS = 12
#: Digits kept of a typed number, so that 97.5 % is 0.975 and no 0.9749999.
DIGITS = 9


def kept(indicator: Indicator, typed: float) -> float:
    """What is stored of a typed number: a fraction, minutes, or the number itself."""
    return round(typed * _worth(indicator), DIGITS)


def typed(indicator: Indicator, value: float | None) -> float | None:
    """What a stored value is typed as; None of none."""
    return None if value is None else round(value / _worth(indicator), DIGITS)


def _worth(indicator: Indicator) -> float:
    """What one of the unit that is typed is worth in the unit that is kept."""
    return float(FACTORS.get(indicator.unit, 1))


def choices() -> list[tuple[Any, list[tuple[str, Any]]]]:
    """Indicators by domain, each with its unit."""
    order = list(Group)
    found = sorted(indicators().values(), key=lambda one: (order.index(one.group), one.code))
    return [
        (
            group.label,
            [(one.code, format_lazy("{} {} ({})", one.code, one.name, one.unit_label)) for one in several],
        )
        for group, several in groupby(found, key=lambda one: one.group)
    ]


class TargetForm(forms.Form):
    """A target proposed for an indicator from a month on."""

    indicator = forms.ChoiceField(label=_("Indicator"))
    value = forms.FloatField(
        label=_("Target"),
        required=False,
        help_text=_("In the unit of the indicator: 98 for 98 %, 24 for 24 hours. Empty when it is for information only."),
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )  # fmt: skip
    is_information = forms.BooleanField(label=_("For information only, without a target"), required=False)
    month = forms.ChoiceField(label=_("From"), help_text=_("Targets are frozen when their month begins."))
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, first: Month, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = [first]
        while len(months) < MONTHS:
            months.append(months[-1].next)
        self.fields["indicator"].choices = choices()  # type: ignore[attr-defined]
        self.fields["month"].choices = [(str(one), str(one)) for one in months]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A number, or the word that there is none; never both or neither."""
        data = super().clean() or {}
        if "value" in data and (data["value"] is None) != bool(data.get("is_information")):
            raise ValidationError({"value": _("Give a number, or say that it is for information only.")})
        return data

    @property
    def kept_value(self) -> float | None:
        """The target as it is stored."""
        number = self.cleaned_data["value"]
        return None if number is None else kept(indicators()[self.cleaned_data["indicator"]], number)

    @property
    def starts(self) -> Month:
        """The month from which it counts."""
        month = Month.parse(self.cleaned_data["month"])
        assert month is not None, "a choice of the field"
        return month


class DecisionForm(forms.Form):
    """Approve or decline."""

    verdict = forms.ChoiceField(
        label=_("Decision"),
        choices=[("approve", _("Approve")), ("decline", pgettext_lazy("target", "Decline"))],
        widget=forms.RadioSelect,
    )
    decision = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when you decline."),
    )
