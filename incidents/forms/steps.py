"""The form of a step or act: its fields come from the workflow's table, so page, API and phone ask for the same."""

from datetime import datetime
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.attachments.forms import PhotosField
from core.widgets import DateTimeInput
from incidents.categories import category_choices, subcategory_choices
from incidents.models import Case
from incidents.services.paths import NOTE, PHOTOS, PSEUDO, field_of, value_at
from incidents.workflows import Act, Step
from organization.models import Department, Person
from organization.site_times import site_instant, site_wall

#: "facts.level" is the form's field "facts__level".
DOT = "__"
_EMPTY = ("", "—")
#: Texts of a told step (see incidents.workflows.Step.is_told) that stand on the resident's page.
READ_BY_RESIDENTS = frozenset({NOTE, PHOTOS, "resolution", "facts__reply"})


def name_of(path: str) -> str:
    """The form field that asks for a path."""
    return path.replace(".", DOT)


def path_of(name: str) -> str:
    """The path a form field asks for."""
    return name.replace(DOT, ".")


class StepForm(forms.Form):
    """What a step or act asks for, filled with what is known. `values` gives the cleaned ones by path."""

    def __init__(self, *args: Any, case: Case, step: Step | Act, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.step, self.user = case, step, user
        offers = step.offers if isinstance(step, Step) else ((NOTE,) if NOTE not in step.demands else ())
        for path in (*step.demands, *offers):
            self.fields[name_of(path)] = self._field(path, is_demanded=path in step.demands)
            if path not in PSEUDO:
                self.initial.setdefault(name_of(path), self._present(path))
        if isinstance(step, Step):
            self._say_who_reads(step)
            self.fields["version"] = forms.IntegerField(
                widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1
            )
            self.initial.setdefault("version", case.version)

    def _say_who_reads(self, step: Step) -> None:
        """Whoever writes knows that the resident reads it."""
        if step.is_told and getattr(self.case, "follow_up", None) is not None:
            for name in READ_BY_RESIDENTS & self.fields.keys():
                self.fields[name].help_text = _("The resident who follows this case reads it.")

    def values(self) -> dict[str, Any]:
        """The cleaned values by path, photos left out; times as instants."""
        return {
            path_of(name): site_instant(value, self.case.site) if isinstance(value, datetime) else value
            for name, value in self.cleaned_data.items()
            if name not in ("version", PHOTOS)
        }

    def _present(self, path: str) -> Any:
        value = value_at(self.case, path)
        if isinstance(value, models.Model):
            return value.pk
        return site_wall(value, self.case.site) if isinstance(value, datetime) else value

    def _field(self, path: str, *, is_demanded: bool) -> forms.Field:
        if path == NOTE:
            return forms.CharField(
                label=_("Note"),
                widget=forms.Textarea(attrs={"rows": 3}),
                required=is_demanded,
                max_length=10_000,
            )
        if path == PHOTOS:
            return PhotosField(required=is_demanded)
        if path == "assigned_to":
            return forms.ModelChoiceField(
                label=_("Assigned to"), queryset=self._people(), required=is_demanded
            )
        if path == "category":
            return forms.ChoiceField(
                label=_("Category"), choices=category_choices(self.case.kind), required=is_demanded
            )
        if path == "subcategory":
            choices = [_EMPTY, *subcategory_choices(self.case.kind)]
            return forms.ChoiceField(label=_("Sub-category"), choices=choices, required=is_demanded)
        return self._model_field(path, is_demanded=is_demanded)

    def _model_field(self, path: str, *, is_demanded: bool) -> forms.Field:
        field = field_of(self.case, path)
        if isinstance(field, models.DateTimeField):
            return forms.DateTimeField(
                label=field.verbose_name,
                widget=DateTimeInput,
                required=is_demanded,
                help_text=_("Site time."),
            )
        if isinstance(field, models.BooleanField) and field.null:
            return forms.TypedChoiceField(
                label=field.verbose_name,
                choices=[_EMPTY, ("yes", _("Yes")), ("no", _("No"))],
                coerce=lambda value: value in ("yes", "True", True),
                empty_value=None,
                required=is_demanded,
                help_text=field.help_text,
            )
        made: forms.Field = field.formfield()  # type: ignore[assignment]  # editable fields have one
        made.required = is_demanded and not isinstance(made, forms.BooleanField)
        if isinstance(made.widget, forms.Textarea):
            made.widget.attrs["rows"] = 3
        if isinstance(made, forms.TypedChoiceField):
            blank = [_EMPTY] if field.blank or not field.has_default() else []
            made.choices = [*blank, *field.flatchoices]
        if isinstance(made, forms.ModelChoiceField):
            made.queryset = Department.objects.visible_to(self.user).filter(company_id=self.case.company_id)
        if isinstance(made, forms.CharField) and made.max_length is None:
            made.max_length = 10_000
        return made

    def _people(self) -> "models.QuerySet[Person]":
        people: models.QuerySet[Person] = Person.objects.visible_to(self.user)
        return people.filter(is_active=True, company_id=self.case.company_id).order_by("name", "pk")
