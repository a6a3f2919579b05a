"""What an act on several cases asks for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.models import Case, Priority
from incidents.services.bulk import BulkAct
from organization.models import Person


class BulkForm(forms.Form):
    """The base: knows the cases that are meant."""

    def __init__(self, *args: Any, cases: list[Case], user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cases, self.user = cases, user

    def values(self) -> dict[str, Any]:
        """What the service is given."""
        return dict(self.cleaned_data)


class BulkAssignForm(BulkForm):
    """Who settles them."""

    person = forms.ModelChoiceField(label=_("Assigned to"), queryset=Person.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        companies = {case.company_id for case in self.cases}
        people = Person.objects.visible_to(self.user).filter(is_active=True, company_id__in=companies)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class BulkPriorityForm(BulkForm):
    """Which priority, and why."""

    priority = forms.ChoiceField(label=_("Priority"), choices=Priority)
    text = forms.CharField(label=_("Why"), max_length=1_000, required=False)


class BulkNoteForm(BulkForm):
    """What is noted in each."""

    text = forms.CharField(
        label=_("Internal note"), widget=forms.Textarea(attrs={"rows": 3}), max_length=10_000
    )


class BulkMergeForm(BulkForm):
    """Which of them goes on; the others end as its duplicates."""

    original_id = forms.TypedChoiceField(label=_("The case that goes on"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(case.pk, str(case)) for case in self.cases]
        self.fields["original_id"].choices = choices  # type: ignore[attr-defined]


BULK_FORMS: dict[str, type[BulkForm]] = {
    BulkAct.ASSIGN: BulkAssignForm,
    BulkAct.PRIORITY: BulkPriorityForm,
    BulkAct.NOTE: BulkNoteForm,
    BulkAct.MERGE: BulkMergeForm,
}
