"""Switching the questions after a service on, and how often a household is asked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.forms.waves import name_of_version
from surveys.models import QuestionnaireVersion


class CapForm(forms.Form):
    """How often a household is asked at the most."""

    cap_days = forms.IntegerField(
        label=_("Days between two invitations"),
        min_value=0,
        max_value=366,
        initial=30,
        help_text=_("No household is asked again within so many days. 0: after every service."),
    )


class SwitchOnForm(CapForm):
    """What is asked, and whether with names."""

    version = forms.ModelChoiceField(
        label=_("Questionnaire"), queryset=QuestionnaireVersion.objects.none(), empty_label=None
    )
    is_anonymous = forms.BooleanField(
        label=_("Anonymous"),
        required=False,
        help_text=_(
            "Then nobody can be called back, and scores are shown by whole months of five answers at least."
        ),
    )
    field_order = ("version", "cap_days", "is_anonymous")

    def __init__(self, *args: Any, versions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].queryset = versions  # type: ignore[attr-defined]
        self.fields["version"].label_from_instance = name_of_version  # type: ignore[attr-defined]
