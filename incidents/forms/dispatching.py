"""Forms of sending people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organization.access import people_holding
from organization.models import Person, Site


class SendForm(forms.Form):
    """Somebody of the site, to lead there or to help; `instead_of` is who led when the page was shown."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=Person.objects.none())
    helps = forms.BooleanField(
        label=_("Goes to help"),
        required=False,
        help_text=_("Beside whoever leads there. Otherwise the case becomes theirs."),
    )
    note = forms.CharField(
        label=_("Message"), required=False, max_length=300, help_text=_("For whoever is sent.")
    )
    instead_of = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(self, *args: Any, site: Site, roles: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = people_holding(roles, site).order_by("name", "pk")
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why somebody declines or is called back."""

    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, is_demanded: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = is_demanded
