"""Forms of the analysis report."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.models import BRANCHES, AnalysisReport

_TEXT = {"rows": 4}
BRANCH_LABELS = {
    "people": _("People"),
    "equipment": _("Equipment"),
    "management": _("Management"),
    "surroundings": _("Surroundings"),
    "method": _("Method"),
}


class AnalysisForm(forms.ModelForm[AnalysisReport]):
    """The report: data, course, five whys, fishbone, root cause, impact, measures."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    class Meta:
        model = AnalysisReport
        fields = (
            "data",
            "course",
            "root_cause",
            "impact_safety",
            "impact_order",
            "impact_satisfaction",
            "measures",
        )
        widgets = {
            "data": forms.Textarea(attrs=_TEXT),
            "course": forms.Textarea(attrs={"rows": 6}),
            "root_cause": forms.Textarea(attrs=_TEXT),
            "impact_safety": forms.Textarea(attrs={"rows": 2}),
            "impact_order": forms.Textarea(attrs={"rows": 2}),
            "impact_satisfaction": forms.Textarea(attrs={"rows": 2}),
            "measures": forms.Textarea(attrs=_TEXT),
        }

    field_order = (
        "data",
        "course",
        *(f"why_{n}" for n in range(1, 6)),
        *(f"bone_{name}" for name in BRANCHES),
        "root_cause",
        "impact_safety",
        "impact_order",
        "impact_satisfaction",
        "measures",
        "version",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whys, bones = self.instance.whys or [], self.instance.fishbone or {}
        for n in range(1, 6):
            self.fields[f"why_{n}"] = forms.CharField(
                label=_("Why? (%(n)d)") % {"n": n},
                required=False,
                max_length=500,
                initial=whys[n - 1] if n <= len(whys) else "",
            )
        for name in BRANCHES:
            self.fields[f"bone_{name}"] = forms.CharField(
                label=BRANCH_LABELS[name],
                required=False,
                max_length=4000,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("Causes of this branch, one a line."),
                initial="\n".join(bones.get(name, [])),
            )
        self.initial["version"] = self.instance.version
        self.order_fields(self.field_order)

    def values(self) -> dict[str, Any]:
        """For the service: texts by name, `whys`, `fishbone`."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in self.Meta.fields},
            "whys": [data[f"why_{n}"] for n in range(1, 6)],
            "fishbone": {name: data[f"bone_{name}"].splitlines() for name in BRANCHES},
        }


class SeenReportForm(forms.Form):
    """Submitting or approving what was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class ReturnReportForm(SeenReportForm):
    """Why a report is sent back."""

    note = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)
