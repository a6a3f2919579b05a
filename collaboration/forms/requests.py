"""Forms of requests between departments."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collaboration.forms.fields import SiteForm, SiteTimeField, VersionedForm, long_text
from collaboration.models import RequestKind, Urgency
from collaboration.selectors.people import departments_at
from core.attachments.forms import PhotosField
from organization.models import Department, Site


class RequestForm(SiteForm):
    """A new request."""

    title = forms.CharField(label=_("What is needed"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=RequestKind)
    from_department = forms.ModelChoiceField(label=_("From department"), queryset=Department.objects.none())
    to_department = forms.ModelChoiceField(
        label=_("To department"), queryset=Department.objects.none(), required=False
    )
    to_party = forms.CharField(
        label=_("Or to somebody outside"),
        max_length=120,
        required=False,
        help_text=_("For example the fire brigade, the lift company, the residents' committee."),
    )
    due_at = SiteTimeField(label=_("Needed by"))
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Urgency, initial=Urgency.NORMAL)
    description = long_text(_("Description"), required=False)
    photos = PhotosField(required=False)

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, site=site, **kwargs)
        for name in ("from_department", "to_department"):
            self.fields[name].queryset = departments_at(site)  # type: ignore[attr-defined]


class NoteForm(VersionedForm):
    """A note, if there is something to say."""

    note = long_text(_("Note"), required=False)


class StartForm(VersionedForm):
    """Nothing to fill in."""


class DeliverForm(VersionedForm):
    """What was delivered."""

    delivery = long_text(_("What was delivered"), rows=4)
    photos = PhotosField(required=False)
