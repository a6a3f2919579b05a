"""What is said of an alarm."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.categories import CATEGORIES
from incidents.forms.intake import SLASH, what_choices
from incidents.models import Alarm, AlarmNature, Case, CaseKind, CaseStatus, FalseReason, Priority, SourceKind
from incidents.services.alarm_handling import NewCase

#: What `settle_alarm` takes; a fire becomes a case, and a false alarm says why.
SETTLING = (AlarmNature.FAULT, AlarmNature.SUPERVISORY, AlarmNature.TEST)


def split_what(kind: str, what: str) -> tuple[str, str] | None:
    """Category and sub-category of a choice such as "incident/002.01"; None when it is another kind's."""
    of, _slash, code = what.partition(SLASH)
    if not code:
        return "", ""
    if of != kind:
        return None
    category = next(one for one in CATEGORIES[kind] if code == one.code or code in dict(one.subs))
    return category.code, "" if code == category.code else code


class MakeCaseForm(forms.Form):
    """The case that is made of an alarm."""

    kind = forms.ChoiceField(label=_("Kind"), choices=CaseKind, widget=forms.RadioSelect)
    what = forms.ChoiceField(label=_("Category"), choices=what_choices, required=False)
    title = forms.CharField(label=_("What"), max_length=200)
    place = forms.CharField(label=_("Where"), max_length=200, required=False)
    priority = forms.ChoiceField(label=_("Priority"), choices=Priority, widget=forms.RadioSelect)
    description = forms.CharField(
        label=_("Description"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=10_000,
    )

    def clean(self) -> dict[str, Any]:
        """The category as the kind's own."""
        data = super().clean() or {}
        found = split_what(data.get("kind", ""), data.get("what", ""))
        if found is None:
            self.add_error("what", _("This does not fit the kind."))
        data["category"], data["subcategory"] = found or ("", "")
        return data

    def new_case(self) -> NewCase:
        """What the service takes."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "what"}
        return NewCase(**given)


class AddToCaseForm(forms.Form):
    """An open case of the site."""

    case = forms.ModelChoiceField(
        label=_("Case"),
        queryset=Case.objects.none(),
        help_text=_("Open cases of this site, the latest first."),
    )

    def __init__(self, *args: Any, alarm: Alarm, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_cases = Case.objects.visible_to(user).filter(
            site=alarm.site, closed_at=None, status__in=(CaseStatus.OPEN, CaseStatus.RESOLVED)
        )
        self.fields["case"].queryset = open_cases.order_by("-reported_at", "-pk")  # type: ignore[attr-defined]


class FalseForm(forms.Form):
    """Why the device called although there was nothing."""

    reason = forms.ChoiceField(label=_("Why it was false"), choices=FalseReason, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Cause and handling"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=10_000,
        help_text=_("What was found there, and what was done so that it does not call again."),
    )


class SettleForm(forms.Form):
    """What it was and what was done."""

    nature = forms.ChoiceField(
        label=_("Nature"), choices=[(one.value, one.label) for one in SETTLING], widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Cause and handling"), widget=forms.Textarea(attrs={"rows": 3}), max_length=10_000
    )

    def __init__(self, *args: Any, alarm: Alarm, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if alarm.source.kind != SourceKind.FIRE_PANEL:
            del self.fields["nature"]
