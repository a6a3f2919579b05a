"""Forms of action items."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collaboration.forms.fields import SiteForm, SiteTimeField, VersionedForm, long_text
from collaboration.models import ActionItem, ActionKind, Effectiveness
from collaboration.selectors.people import departments_at, workers_of
from core.attachments.forms import PhotosField
from organization.models import Department, Person, Site

SCALE = [("", "—"), *((number, str(number)) for number in range(1, 6))]


def scale(label: Any, help_text: Any) -> forms.TypedChoiceField:
    """1 to 5, or nothing."""
    return forms.TypedChoiceField(
        label=label, help_text=help_text, choices=SCALE, coerce=int, empty_value=None, required=False
    )


class WhatAndWho(SiteForm):
    """What is done, by whom, and who verifies it."""

    title = forms.CharField(label=_("What"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=ActionKind)
    description = long_text(_("Description"), required=False)
    owner = forms.ModelChoiceField(label=_("Who does it"), queryset=Person.objects.none())
    verifier = forms.ModelChoiceField(
        label=_("Who verifies it"),
        queryset=Person.objects.none(),
        required=False,
        help_text=_("Somebody else than who does it. Leave empty for any supervisor or manager of the site."),
    )
    department = forms.ModelChoiceField(
        label=_("Department"), queryset=Department.objects.none(), required=False
    )
    impact = scale(_("Effect"), _("1 little … 5 much. With the effort it gives the priority."))
    effort = scale(_("Effort"), _("1 little … 5 much."))

    def __init__(self, *args: Any, site: Site, action: ActionItem | None = None, **kwargs: Any) -> None:
        super().__init__(*args, site=site, **kwargs)
        people = workers_of(site)
        if action is not None:  # who has a part already keeps it, also after leaving the site
            kept = [key for key in (action.owner_id, action.verifier_id) if key]
            people = (people | Person.objects.filter(pk__in=kept)).distinct()
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]
        self.fields["verifier"].queryset = people  # type: ignore[attr-defined]
        self.fields["department"].queryset = departments_at(site)  # type: ignore[attr-defined]


class ActionForm(WhatAndWho):
    """A new action item, with its due time and photos."""

    due_at = SiteTimeField(label=_("To be done by"))
    photos = PhotosField(required=False)
    field_order = ("title", "kind", "owner", "due_at", "description")


class ActionChangeForm(WhatAndWho, VersionedForm):
    """An open item said anew."""


class DoneForm(VersionedForm):
    """What was done."""

    what_was_done = long_text(_("What was done"), rows=4)
    photos = PhotosField(required=False)


class VerifyForm(VersionedForm):
    """How it was verified."""

    note = long_text(_("How it was verified"), required=False)
    photos = PhotosField(required=False)


class ReasonForm(VersionedForm):
    """Why."""

    reason = long_text(_("Reason"))


class ExtendForm(VersionedForm):
    """Until when, and why."""

    until = SiteTimeField(label=_("New due time"))
    reason = long_text(_("Reason"))


class DecideForm(VersionedForm):
    """Yes or no; a refusal says why."""

    decision = forms.ChoiceField(
        label=pgettext_lazy("more time", "Decision"),
        choices=[("approve", _("Approve")), ("refuse", _("Refuse"))],
        widget=forms.RadioSelect,
    )
    note = long_text(_("Note"), required=False, help_text=_("A refusal needs a reason."))


class JudgeForm(VersionedForm):
    """Did it help?"""

    effectiveness = forms.ChoiceField(
        label=_("Did it help?"),
        choices=[choice for choice in Effectiveness.choices if choice[0] != Effectiveness.UNKNOWN],
        widget=forms.RadioSelect,
    )
    note = long_text(
        _("How that is known"),
        help_text=_("For example: no recurrence in 90 days, or a figure that improved."),
    )
