"""Forms of cases."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.attachments.forms import PhotosField
from core.widgets import DateTimeInput
from incidents.models import CaseKind, Priority
from organization.models import Person, Site, Zone


class CaseForm(forms.Form):
    """A new case at the desk: what, where, when, until when."""

    title = forms.CharField(label=_("What"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=CaseKind)
    priority = forms.ChoiceField(label=_("Priority"), choices=Priority, initial=Priority.P3)
    zone = forms.ModelChoiceField(label=_("Zone"), queryset=Zone.objects.none(), required=False)
    place = forms.CharField(label=_("Where"), max_length=200, required=False)
    description = forms.CharField(
        label=_("Description"), widget=forms.Textarea(attrs={"rows": 4}), required=False
    )
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

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].queryset = site.zones.filter(is_active=True)  # type: ignore[attr-defined]


class VersionedForm(forms.Form):
    """Carries the version of the case the person looked at (F46)."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ResolveForm(VersionedForm):
    """How a case was settled."""

    resolution = forms.CharField(label=_("How it was settled"), widget=forms.Textarea(attrs={"rows": 4}))
    photos = PhotosField(required=False)


class ReopenForm(VersionedForm):
    """Why a case is opened again."""

    reason = forms.CharField(label=_("Why it is open again"), widget=forms.Textarea(attrs={"rows": 3}))


class AssignForm(VersionedForm):
    """Who settles a case, and until when."""

    person = forms.ModelChoiceField(label=_("Assigned to"), queryset=Person.objects.none(), required=False)
    due_at = forms.DateTimeField(
        label=_("To be settled by"), widget=DateTimeInput, required=False, help_text=_("Site time.")
    )

    def __init__(self, *args: Any, site: Site, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.visible_to(user).filter(is_active=True, company_id=site.company_id)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    """A line for the timeline."""

    text = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}))
    photos = PhotosField(required=False)
