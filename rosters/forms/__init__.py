"""Forms of posts and shifts."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.recurrence import instant_of
from core.widgets import DateInput, TimeInput
from organization.models import Person, Site
from rosters.coverage import DAY_NAMES
from rosters.models import Post

DAY_CHOICES = list(
    zip(
        DAY_NAMES,
        (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")),
        strict=True,
    )
)


class PostForm(forms.ModelForm[Post]):
    """A post and the hours it must be staffed."""

    around_the_clock = forms.BooleanField(label=_("Around the clock"), required=False)
    days = forms.MultipleChoiceField(
        label=_("On"),
        choices=DAY_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        initial=list(DAY_NAMES),
        required=False,
    )
    start = forms.TimeField(label=_("From"), widget=TimeInput, required=False)
    end = forms.TimeField(
        label=_("Until"),
        widget=TimeInput,
        required=False,
        help_text=_("Earlier than the beginning means after midnight."),
    )

    class Meta:
        model = Post
        fields = ("code", "name", "kind", "zone", "heads", "is_active")

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].queryset = site.zones.filter(is_active=True)  # type: ignore[attr-defined]
        coverage = self.instance.coverage or {}
        if coverage:
            first = next(iter(coverage.values()))[0]
            self.initial.update(days=list(coverage), around_the_clock=first == ["00:00", "24:00"])
            if not self.initial["around_the_clock"]:
                self.initial.update(start=first[0], end=first[1])

    def clean(self) -> dict[str, Any]:
        """Either around the clock or both times."""
        data = super().clean() or {}
        if not data.get("around_the_clock") and not (data.get("start") and data.get("end")):
            self.add_error("start", _("Give the hours, or choose “around the clock”."))
        if not data.get("days"):
            self.add_error("days", _("Choose at least one day."))
        return data

    @property
    def coverage(self) -> dict[str, list[list[str]]]:
        """What is stored: per weekday a list of stretches."""
        data = self.cleaned_data
        span = (
            ["00:00", "24:00"]
            if data["around_the_clock"]
            else [f"{data['start']:%H:%M}", f"{data['end']:%H:%M}"]
        )
        return {day: [span] for day in data["days"]}


class ShiftForm(forms.Form):
    """Who is on a post from when to when, in the site's wall time."""

    post = forms.ModelChoiceField(label=_("Post"), queryset=Post.objects.none())
    person = forms.ModelChoiceField(label=_("Person"), queryset=Person.objects.none())
    day = forms.DateField(label=_("Day"), widget=DateInput)
    start = forms.TimeField(label=_("From"), widget=TimeInput)
    end = forms.TimeField(
        label=_("Until"), widget=TimeInput, help_text=_("Earlier than the beginning means on the next day.")
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, site: Site, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        self.fields["post"].queryset = site.posts.filter(is_active=True)  # type: ignore[attr-defined]
        people = Person.objects.visible_to(user).filter(is_active=True, company_id=site.company_id)
        self.fields["person"].queryset = people.filter(memberships__site=site).distinct()  # type: ignore[attr-defined]

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Beginning and end in UTC."""
        day: date = self.cleaned_data["day"]
        start: time = self.cleaned_data["start"]
        end: time = self.cleaned_data["end"]
        last = day + timedelta(days=1) if end <= start else day
        zone = self.site.zone_info
        return instant_of(datetime.combine(day, start), zone), instant_of(datetime.combine(last, end), zone)
