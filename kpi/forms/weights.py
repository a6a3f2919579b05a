"""The weights of a scorecard."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.utils.dateformat import format as date_format
from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _

from kpi.attainment import WHOLE
from kpi.indicators import Dimension, Indicator, indicators
from kpi.selectors.periods import Month

#: Months ahead that may be chosen.
AHEAD = 12


def field_of(indicator: Indicator) -> str:
    """The name of the field of an indicator; no dots."""
    return f"w_{indicator.code.replace('.', '_')}"


def weighable() -> list[Indicator]:
    """What can be weighed: indicators with a target of their own."""
    return [one for one in indicators().values() if one.target is not None]


class WeightsForm(forms.Form):
    """From which month on, and how many percent for each indicator; empty is none."""

    month = forms.ChoiceField(label=_("From"), help_text=_("Frozen when this month begins."))
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)

    def __init__(self, *args: Any, earliest: Month, weights: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = [earliest]
        while len(months) < AHEAD:
            months.append(months[-1].next)
        month_format = get_format("YEAR_MONTH_FORMAT")
        month: Any = self.fields["month"]
        month.choices = [(str(one), date_format(one.first, month_format)) for one in months]
        for one in weighable():
            self.fields[field_of(one)] = forms.IntegerField(
                label=f"{one.name} {one.code}",
                min_value=0,
                max_value=WHOLE,
                required=False,
                initial=weights.get(one.code),
                help_text="" if one.is_live else _("Not counted yet: its weight goes to the others."),
            )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = self._layout()

    def _layout(self) -> Layout:
        groups = []
        for dimension in Dimension:
            names = [field_of(one) for one in weighable() if one.dimension == dimension]
            if names:
                groups.append(Fieldset(dimension.label, Div(*names, css_class="weights-grid")))
        return Layout(Div("month", "reason", css_class="weights-grid"), *groups)

    @property
    def weights(self) -> dict[str, int]:
        """Percent by code, of those that have any."""
        found = {one.code: self.cleaned_data.get(field_of(one)) for one in weighable()}
        return {code: weight for code, weight in found.items() if weight}

    @property
    def chosen(self) -> Month:
        """The month from which they count."""
        month = Month.parse(self.cleaned_data["month"])
        assert month is not None  # one of the choices
        return month
