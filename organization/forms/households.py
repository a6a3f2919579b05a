"""Forms of households and residents."""

from typing import Any

from django import forms

from core.widgets import DateInput
from organization.models import Household, Resident, Site


class HouseholdForm(forms.ModelForm[Household]):
    """A unit."""

    class Meta:
        model = Household
        fields = ("code", "building", "floor", "kind", "note", "is_active")

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["building"].queryset = site.buildings.all()  # type: ignore[attr-defined]


class ResidentForm(forms.ModelForm[Resident]):
    """Somebody of a unit, and why and how long their data are kept."""

    class Meta:
        model = Resident
        fields = ("name", "phone", "kind", "language", "purpose", "basis", "consent_at", "keep_until")
        widgets = {"consent_at": DateInput, "keep_until": DateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].widget.input_type = "tel"
        self.fields["phone"].widget.attrs["autocomplete"] = "off"
        self.fields["name"].widget.attrs["autocomplete"] = "off"
