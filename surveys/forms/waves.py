"""Forms of waves and of the calendar."""

from decimal import Decimal
from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.recurrence.forms import RuleField
from core.widgets import DateInput, DateTimeInput
from surveys.forms.days import DaysField, late_reminders
from surveys.forms.texts import Text, TextsForm
from surveys.models import (
    Activity,
    Audience,
    QuestionnaireVersion,
    Selection,
    Stratify,
    SurveyPlan,
)
from surveys.sampling import QUANTILES
from surveys.selectors.population import Design

MARGINS = [
    (f"{share:.3f}", f"± {percent} %") for share, percent in ((0.03, 3), (0.05, 5), (0.08, 8), (0.10, 10))
]
CONFIDENCES = [(str(confidence), f"{int(confidence * 100)} %") for confidence in QUANTILES]
DESIGN = ("audience", "selection", "stratify", "confidence", "margin", "expected_response")


class DesignForm(forms.Form):
    """How a wave chooses: what the estimate beside the form is made of."""

    audience = forms.ChoiceField(
        label=_("Who is asked"), choices=[one for one in Audience.choices if one[0] != Audience.SERVICE]
    )
    selection = forms.ChoiceField(
        label=pgettext_lazy("of a survey", "Selection"), choices=Selection, initial=Selection.SAMPLE
    )
    stratify = forms.ChoiceField(
        label=pgettext_lazy("of a sample", "Drawn"),
        choices=Stratify,
        initial=Stratify.BUILDING,
        help_text=_("Each part is invited in proportion to its households."),
    )
    confidence = forms.TypedChoiceField(
        label=_("Confidence"), choices=CONFIDENCES, coerce=Decimal, initial="0.95"
    )
    margin = forms.TypedChoiceField(
        label=_("Margin of error"), choices=MARGINS, coerce=Decimal, initial="0.050"
    )
    expected_response = forms.DecimalField(
        label=_("Expected response (%)"),
        min_value=1,
        max_value=100,
        decimal_places=0,
        initial=30,
        help_text=_("So many more are invited, as not everybody answers."),
    )

    def clean_expected_response(self) -> Decimal:
        """As a share."""
        return Decimal(self.cleaned_data["expected_response"]) / 100

    def design(self) -> Design:
        """Of a valid form."""
        return Design(**{name: self.cleaned_data[name] for name in DESIGN})


class WaveForm(TextsForm, DesignForm):
    """A wave in preparation."""

    texts = {
        "title": Text(_("Title"), required=True, help=_("Stands on the letters and above the questions."))
    }
    version = forms.ModelChoiceField(
        label=_("Questionnaire"), queryset=QuestionnaireVersion.objects.none(), empty_label=None
    )
    is_anonymous = forms.BooleanField(
        label=_("Anonymous"),
        required=False,
        initial=True,
        help_text=_("Nobody can tell afterwards who answered what; nobody can be called back either."),
    )
    opens_at = forms.DateTimeField(label=_("Opens"), widget=DateTimeInput, help_text=_("Site time."))
    closes_at = forms.DateTimeField(
        label=_("Closes"), widget=DateTimeInput, help_text=_("Site time. It closes by itself then.")
    )
    remind_days = DaysField(
        label=_("Remind after (days)"),
        required=False,
        initial=[7],
        help_text=_(
            "At most three, such as 5, 10: each reminds those who have not answered by then. Empty: nobody is."
        ),
    )

    def __init__(self, *args: Any, versions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].queryset = versions  # type: ignore[attr-defined]
        self.fields["version"].label_from_instance = name_of_version  # type: ignore[attr-defined]

    def layout(self) -> list[Any]:
        """Questionnaire and title; whom; when."""
        return [
            "version",
            self.side_by_side("title"),
            Div("audience", "selection", "stratify", css_class="trio"),
            Div("margin", "confidence", "expected_response", css_class="trio"),
            "is_anonymous",
            Div("opens_at", "closes_at", "remind_days", css_class="trio"),
        ]

    def clean(self) -> dict[str, Any]:
        """It closes after it opens, and reminds while a day is left to answer."""
        data = super().clean()
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", ValidationError(_("It closes before it opens.")))
        elif opens and closes and (late := late_reminders(data.get("remind_days") or [], opens, closes)):
            self.add_error("remind_days", late)
        return data


class CancelForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=_("Why is it cancelled?"), max_length=240, widget=forms.Textarea(attrs={"rows": 2})
    )


class PlanForm(forms.ModelForm[SurveyPlan]):
    """A plan of the calendar."""

    rule = RuleField(label=_("When"), help_text=_("Days at the site on which it is due."))

    class Meta:
        model = SurveyPlan
        fields = (
            "activity",
            "questionnaire",
            "starts_on",
            "rule",
            "ahead_days",
            "open_days",
            "margin",
            "is_anonymous",
            "is_active",
        )
        widgets = {"starts_on": DateInput}

    def __init__(self, *args: Any, questionnaires: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["questionnaire"]
        field.queryset, field.empty_label = questionnaires, _("none")
        self.fields["margin"] = forms.TypedChoiceField(
            label=_("Margin of error"), choices=MARGINS, coerce=Decimal, initial="0.050"
        )

    def clean(self) -> dict[str, Any]:
        """A questionnaire survey names its questionnaire; nothing else does."""
        data = super().clean() or {}
        if data.get("activity") == Activity.QUESTIONNAIRE and not data.get("questionnaire"):
            self.add_error("questionnaire", ValidationError(_("Choose a questionnaire.")))
        elif data.get("activity") != Activity.QUESTIONNAIRE:
            data["questionnaire"] = None
        return data


class DoneForm(forms.Form):
    """What came of an activity."""

    note = forms.CharField(
        label=_("What came of it?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2_000,
        help_text=_("What was found, and what will be done about it."),
    )


def name_of_version(version: QuestionnaireVersion) -> str:
    """Its title, code and number."""
    return f"{version.questionnaire.title} ({version.questionnaire.code}, v{version.number})"
