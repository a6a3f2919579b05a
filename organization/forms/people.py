"""Forms of people and their roles."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.widgets import DateInput
from organization.access import COMPANY_WIDE, MANAGERS, grants_of, sites_of
from organization.models import Department, Person, Role, Site
from organization.models.companies import CODE


class PersonForm(forms.ModelForm[Person]):
    """Who somebody is and how they are reached."""

    class Meta:
        model = Person
        fields = ("staff_number", "name", "phone", "email", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff_number"].required = True
        self.fields["staff_number"].validators.append(CODE)
        self.fields["phone"].widget.input_type = "tel"


def demand_site(form: forms.BaseForm, user: Any) -> None:
    """Only company-wide roles may give company-wide roles; everybody else names a site."""
    if not grants_of(user).has(COMPANY_WIDE, company_id=user.company_id):
        form.fields["site"].required = True
        form.fields["site"].help_text = ""


class NewPersonForm(PersonForm):
    """A new person with their first role."""

    role = forms.ChoiceField(label=_("Role"), choices=Role)
    site = forms.ModelChoiceField(
        label=_("Site"),
        queryset=Site.objects.none(),
        required=False,
        help_text=_("Leave empty for the whole company."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = sites_of(user, MANAGERS)
        self.fields["site"].queryset = Site.objects.filter(pk__in=[site.pk for site in sites])  # type: ignore[attr-defined]
        if len(sites) == 1:
            self.fields["site"].initial = sites[0].pk
        demand_site(self, user)


class RoleForm(forms.Form):
    """A role somebody gets, where, and from when to when."""

    role = forms.ChoiceField(label=_("Role"), choices=Role)
    site = forms.ModelChoiceField(
        label=_("Site"),
        queryset=Site.objects.none(),
        required=False,
        help_text=_("Leave empty for the whole company."),
    )
    department = forms.ModelChoiceField(
        label=_("Department"), queryset=Department.objects.none(), required=False
    )
    valid_from = forms.DateField(label=_("From"), widget=DateInput)
    valid_to = forms.DateField(
        label=_("Until"), widget=DateInput, required=False, help_text=_("Last day; empty means open-ended.")
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = [site.pk for site in sites_of(user, MANAGERS)]
        self.fields["site"].queryset = Site.objects.filter(pk__in=sites)  # type: ignore[attr-defined]
        self.fields["department"].queryset = Department.objects.visible_to(user)  # type: ignore[attr-defined]
        demand_site(self, user)

    def clean(self) -> dict[str, Any]:
        """The end does not come before the beginning."""
        data = super().clean() or {}
        if data.get("valid_to") and data.get("valid_from") and data["valid_to"] < data["valid_from"]:
            self.add_error("valid_to", _("This lies before the beginning."))
        return data


class OwnDetailsForm(forms.ModelForm[Person]):
    """What everybody may change about themselves."""

    class Meta:
        model = Person
        fields = ("phone", "email", "language", "wants_email")


class NewPasswordForm(forms.Form):
    """A new password of one's own."""

    current = forms.CharField(
        label=_("Current password"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    password = forms.CharField(
        label=_("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters; a sentence is easiest to keep in mind."),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_current(self) -> str:
        """The current password must fit."""
        current: str = self.cleaned_data["current"]
        if not self.person.check_password(current):
            raise forms.ValidationError(_("This is not your current password."))
        return current


class LastDayForm(forms.Form):
    """The day on which a role ends."""

    last_day = forms.DateField(label=_("Last day"), widget=DateInput)
