"""Forms of the desk about residents: intake points, posters, the link to a case."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from incidents.models import IntakePoint, Report
from incidents.papers.posters import LAYOUTS
from organization.models import Site


class IntakePointForm(forms.ModelForm[IntakePoint]):
    """Where a code hangs and what may be reported there."""

    offers = forms.MultipleChoiceField(
        label=_("Residents may report here"), choices=Report, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = IntakePoint
        fields = ("place", "building", "zone", "offers", "is_active")

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["building"].queryset = site.buildings.all()  # type: ignore[attr-defined]
        self.fields["zone"].queryset = site.zones.filter(is_active=True)  # type: ignore[attr-defined]


class PosterForm(forms.Form):
    """Which codes to print, how large."""

    layout = forms.ChoiceField(label=_("Layout"), choices=[(one.name, one.label) for one in LAYOUTS.values()])
    points = forms.ModelMultipleChoiceField(
        label=_("Intake points"), queryset=IntakePoint.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        points = site.intake_points.filter(is_active=True)
        self.fields["points"].queryset = points  # type: ignore[attr-defined]
        self.fields["points"].initial = [point.pk for point in points]


class LinkForm(forms.Form):
    """A link for a resident."""

    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("The link is sent there. Leave empty to hand it on yourself."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
