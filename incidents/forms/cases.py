"""Forms of cases."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.attachments.forms import PhotosField
from core.widgets import DateTimeInput
from incidents.models import Case
from organization.models import Person, Site


class VersionedForm(forms.Form):
    """Carries the version of the case the person looked at (F46)."""

    version = forms.IntegerField(widget=forms.HiddenInput)


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

    text = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    photos = PhotosField(required=False)
    is_message = forms.BooleanField(
        label=_("Message to the resident"),
        required=False,
        help_text=_("Shown on the page the resident follows. Everything else stays inside."),
    )

    def __init__(self, *args: Any, may_message: bool, people_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if people_url:
            self.fields["text"].help_text = _("@ and a name or staff number tells a colleague.")
            self.fields["text"].widget.attrs |= {
                "data-controller": "mention",
                "data-mention-url-value": people_url,
                "data-mention-label-value": _("Colleagues"),
            }
        if not may_message:
            del self.fields["is_message"]


class OtherCaseForm(VersionedForm):
    """Another case of the same site, by its number."""

    number = forms.CharField(
        label=_("Number of the other case"), max_length=40, help_text=_("Such as HZ20261122-0007.")
    )

    def __init__(self, *args: Any, case: Case, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.user = case, user

    def clean_number(self) -> Case:
        """The case of that number at the same site. One that may not be seen is as unknown as a missing one."""
        number = self.cleaned_data["number"].strip()
        found = (
            Case.objects.visible_to(self.user)
            .filter(site=self.case.site, number__iexact=number)
            .exclude(pk=self.case.pk)
            .first()
        )
        if found is None:
            raise forms.ValidationError(_("There is no other case of this number at this site."))
        return found
