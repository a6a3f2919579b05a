"""Forms of the company: founding, details, departments, holidays."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from core.widgets import DateInput
from organization.forms.zones import TimeZoneField
from organization.models import Company, Department, Holiday, Person
from organization.models.companies import CODE


class FoundingForm(forms.Form):
    """The first page of an empty installation."""

    name = forms.CharField(label=_("Name of the company"), max_length=120)
    code = forms.CharField(
        label=_("Short code"),
        max_length=20,
        validators=[CODE],
        help_text=_("Put in front of staff numbers, for example “ch”."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.SITE_LANGUAGES)
    time_zone = TimeZoneField(label=_("Time zone"), initial=settings.DEFAULT_SITE_TIME_ZONE)
    person_name = forms.CharField(label=_("Your name"), max_length=80)
    staff_number = forms.CharField(
        label=_("Your staff number"), max_length=30, validators=[CODE], initial="1001"
    )
    email = forms.EmailField(label=_("Your e-mail"))
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters; a sentence is easiest to keep in mind."),
    )
    setup_code = forms.CharField(
        label=_("Setup code"),
        required=False,
        help_text=_("Printed in the configuration of this installation (SETUP_CODE)."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not settings.SETUP_CODE:
            del self.fields["setup_code"]

    def clean_password(self) -> str:
        """Refuse weak passwords beside the field."""
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password

    def clean_setup_code(self) -> str:
        """Only who can read the configuration may found the company."""
        code: str = self.cleaned_data["setup_code"]
        if code != settings.SETUP_CODE:
            raise forms.ValidationError(_("This is not the setup code of this installation."))
        return code


class CompanyForm(forms.ModelForm[Company]):
    """Company details."""

    time_zone = TimeZoneField(label=_("Time zone"))

    class Meta:
        model = Company
        fields = ("name", "language", "time_zone")


class DepartmentForm(forms.ModelForm[Department]):
    """A department."""

    class Meta:
        model = Department
        fields = ("name", "site", "head")
        help_texts = {"site": _("Leave empty for a department of the whole company.")}

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = self.fields["site"].queryset.visible_to(user)  # type: ignore[attr-defined]
        self.fields["head"].queryset = Person.objects.visible_to(user).filter(is_active=True)  # type: ignore[attr-defined]


class HolidayForm(forms.ModelForm[Holiday]):
    """A day on which the calendar differs."""

    class Meta:
        model = Holiday
        fields = ("day", "name", "is_working_day")
        widgets = {"day": DateInput}
        help_texts = {"is_working_day": _("A weekend day that is worked instead (调休).")}
