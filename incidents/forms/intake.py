"""The form of a new case: what somebody says on the telephone, in the order they say it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.attachments.forms import PhotosField
from core.widgets import DateTimeInput
from incidents.categories import CATEGORIES, category_choices, subcategory_choices
from incidents.models import Case, CaseKind, CaseSource, CaseTemplate, Priority
from organization.models import Site, Zone

#: Ways a case reaches the desk.
SOURCES = (CaseSource.DESK, CaseSource.PHONE, CaseSource.MAIL, CaseSource.AUTHORITY)
SLASH = "/"
_SHOWN_KEY = {"1": CaseKind.INCIDENT, "2": CaseKind.VIOLATION, "3": CaseKind.HAZARD, "4": CaseKind.SERVICE_REQUEST, "5": CaseKind.COMPLAINT}  # fmt: skip


def what_choices() -> list[tuple[str, Any]]:
    """Categories and sub-categories of every kind: ("hazard/gas", name), grouped by kind."""
    groups: list[tuple[str, Any]] = [("", _("to be found out"))]
    for kind in CATEGORIES:
        subs = dict(subcategory_choices(kind))
        rows = []
        for (code, label), category in zip(category_choices(kind), CATEGORIES[kind], strict=True):
            rows.append((f"{kind}{SLASH}{code}", label))
            rows += [(f"{kind}{SLASH}{sub}", subs[sub]) for sub, _label in category.subs]
        groups.append((str(CaseKind(kind).label), rows))
    return groups


class IntakeForm(forms.Form):
    """A new case at the desk. Empty priority: proposed by its words, else routine."""

    kind = forms.ChoiceField(label=_("Kind"), choices=CaseKind, widget=forms.RadioSelect)
    title = forms.CharField(label=_("What"), max_length=200)
    place = forms.CharField(label=_("Where"), max_length=200, required=False)
    zone = forms.ModelChoiceField(
        label=_("Zone"), queryset=Zone.objects.none(), required=False, empty_label=_("to be found out")
    )
    priority = forms.ChoiceField(
        label=_("Priority"), choices=Priority, widget=forms.RadioSelect, initial=Priority.P3
    )
    source = forms.ChoiceField(
        label=_("How it reached us"),
        choices=[(one.value, one.label) for one in SOURCES],
        widget=forms.RadioSelect,
        initial=CaseSource.DESK,
    )
    reporter_name = forms.CharField(
        label=_("Name of who reports"),
        max_length=80,
        required=False,
        help_text=_("Shown to staff only."),
    )
    reporter_phone = forms.CharField(
        label=_("Their telephone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    description = forms.CharField(
        label=_("Description"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=10_000,
    )
    what = forms.ChoiceField(label=_("Category"), choices=what_choices, required=False)
    occurred_at = forms.DateTimeField(
        label=_("Happened at"),
        widget=DateTimeInput,
        required=False,
        help_text=_("Site time. Leave empty for now."),
    )
    due_at = forms.DateTimeField(
        label=_("To be settled by"),
        widget=DateTimeInput,
        required=False,
        help_text=_("Site time. Leave empty for the limit of its priority."),
    )
    photos = PhotosField(required=False)
    template = forms.ModelChoiceField(
        queryset=CaseTemplate.objects.none(),
        required=False,
        widget=forms.TextInput(
            attrs={"hidden": True}
        ),  # a draft keeps it, which it would not if it were a hidden input
    )
    measures_done = forms.MultipleChoiceField(required=False, choices=[(str(n), "") for n in range(20)])
    happened_before = forms.ModelChoiceField(queryset=Case.objects.none(), required=False)
    same_as = forms.ModelChoiceField(queryset=Case.objects.none(), required=False)

    def __init__(self, *args: Any, site: Site, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cases = Case.objects.visible_to(user).filter(site=site)
        choices: dict[str, Any] = {
            "zone": site.zones.filter(is_active=True),
            "template": CaseTemplate.objects.visible_to(user).filter(is_active=True),
            "happened_before": cases,
            "same_as": cases,
        }
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    @property
    def kinds(self) -> list[tuple[str, str, Any]]:
        """(key to press, value, name) of each kind."""
        return [(key, kind.value, kind.label) for key, kind in _SHOWN_KEY.items()]

    def clean_what(self) -> tuple[str, str]:
        """Category and sub-category; both "" when nobody has said, or when they are another kind's."""
        kind, _slash, code = self.cleaned_data["what"].partition(SLASH)
        if not code or kind != self.cleaned_data.get("kind"):
            return "", ""
        for category in CATEGORIES[kind]:
            if code == category.code:
                return code, ""
            if code in dict(category.subs):
                return category.code, code
        return "", ""
