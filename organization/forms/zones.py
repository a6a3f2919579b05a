"""Forms of sites, buildings and zones."""

import json
from typing import Any
from zoneinfo import available_timezones

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.recurrence import BusinessHours, hours_from_json, hours_to_json
from core.widgets import DateInput
from organization.models import Building, Person, Site, Zone

COMMON_ZONES = ("Asia/Shanghai", "Asia/Hong_Kong", "Asia/Macau", "Asia/Taipei", "Asia/Singapore", "UTC")
MAX_CORNERS = 60


class TimeZoneField(forms.ChoiceField):
    """An IANA time zone; the usual ones first."""

    def __init__(self, **kwargs: Any) -> None:
        rest = sorted(available_timezones() - set(COMMON_ZONES))
        super().__init__(choices=[(name, name) for name in (*COMMON_ZONES, *rest)], **kwargs)


class SiteForm(forms.ModelForm[Site]):
    """The profile of a site: it decides which rules apply."""

    time_zone = TimeZoneField(label=_("Time zone"))
    opens = forms.TimeField(
        label=_("Business hours from"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    closes = forms.TimeField(
        label=_("Business hours until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text=_(
            "The same on every day; earlier than the opening means after midnight. Leave both empty if there are none."
        ),
    )

    class Meta:
        model = Site
        fields = (
            "code", "name", "address", "time_zone", "language", "site_type", "height_class", "organization_kind",
            "is_fire_key_unit", "is_public_gathering", "is_assembly_occupancy", "has_night_sleeping_care",
            "has_control_room", "is_antiterror_target", "households", "population", "net_weekly_hours",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hours = hours_from_json(self.instance.business_hours)
        if hours is not None and hours.week[0]:
            self.initial.update(opens=hours.week[0][0].start, closes=hours.week[0][0].end)

    def clean(self) -> dict[str, Any]:
        """Both ends of the business hours or none."""
        data = super().clean() or {}
        if bool(data.get("opens")) != bool(data.get("closes")):
            self.add_error("closes", _("Give both times or neither."))
        return data

    @property
    def business_hours(self) -> dict[str, Any]:
        """What is stored: per weekday a list of opening intervals."""
        opens, closes = self.cleaned_data.get("opens"), self.cleaned_data.get("closes")
        if not opens or not closes:
            return {}
        return hours_to_json(BusinessHours.daily(opens, closes))


class PlanForm(forms.Form):
    """The plan image of a site and its real size."""

    plan = forms.FileField(
        label=_("Plan image"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=_("PNG or JPEG, up to 10 MB. A floor plan, a drawing, an aerial picture."),
    )
    plan_width_m = forms.DecimalField(
        label=_("Width shown (m)"),
        min_value=1,
        max_value=99_999,
        decimal_places=1,
        help_text=_("How many metres the picture's width stands for. Walking speed is judged by it."),
    )
    plan_height_m = forms.DecimalField(
        label=_("Height shown (m)"), min_value=1, max_value=99_999, decimal_places=1
    )


class BuildingForm(forms.ModelForm[Building]):
    """A building."""

    class Meta:
        model = Building
        fields = ("code", "name", "floors_above", "floors_below", "height_m")


class PolygonField(forms.CharField):
    """Corner points drawn on the plan, as JSON [[x, y], …] in fractions of the plan."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """A list of corners; raises ValidationError when it is no outline."""
        if not value or value == "[]":
            return []
        try:
            corners = [(float(x), float(y)) for x, y in json.loads(value)]
        except (TypeError, ValueError) as error:
            raise ValidationError(_("Draw the outline again.")) from error
        if not 3 <= len(corners) <= MAX_CORNERS or not all(0 <= x <= 1 and 0 <= y <= 1 for x, y in corners):
            raise ValidationError(
                _("An outline has 3 to %(most)s corners inside the plan."), params={"most": MAX_CORNERS}
            )
        return [[round(x, 5), round(y, 5)] for x, y in corners]

    def prepare_value(self, value: Any) -> Any:
        """JSON for the hidden input."""
        return value if isinstance(value, str) else json.dumps(value or [])


class ZoneForm(forms.ModelForm[Zone]):
    """A zone, its person and its outline."""

    polygon = PolygonField(label=_("Outline on the plan"), required=False)

    class Meta:
        model = Zone
        fields = (
            "code", "name", "kind", "building", "responsible", "phone", "duties", "length_m", "width_m", "area_m2",
            "staffing_standard", "review_due_on", "is_active", "polygon",
        )  # fmt: skip
        widgets = {"review_due_on": DateInput, "duties": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "responsible": _("Every zone has a named person. Without one it is flagged."),
            "phone": _("Leave empty to take the person's own."),
            "review_due_on": _("Leave empty for half a year from today."),
        }

    def __init__(self, *args: Any, user: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["building"].queryset = site.buildings.all()  # type: ignore[attr-defined]
        people = Person.objects.visible_to(user).filter(is_active=True, company_id=site.company_id)
        self.fields["responsible"].queryset = people  # type: ignore[attr-defined]
        # The outline's input belongs to the plan editor beside these fields.
        self.helper = FormHelper(self)
        self.helper.layout = Layout(*(name for name in self.fields if name != "polygon"))
