"""Typing answers in: one short field per question, made for the number pad."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collaboration.forms.fields import SiteForm, SiteTimeField
from core.attachments.forms import PhotosField
from core.widgets import DateTimeInput
from surveys.entries import LONGEST, Field, as_typed


class EntryForm(forms.Form):
    """A field for everything that can be typed; what may stand in it is checked by `surveys.entries.checked`."""

    def __init__(
        self,
        *args: Any,
        entry_fields: Sequence[Field],
        only: Mapping[str, str] | None = None,
        scans: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for field in entry_fields:
            self.fields[field.key] = _field(field, (only or {}).get(field.question.code, ""))
        if scans:
            self.fields["scans"] = PhotosField(
                required=False, label=_("Scan or photo of the form"), max_photos=4
            )

    @property
    def typed(self) -> dict[str, Any]:
        """What was typed, by the keys of the fields."""
        return {key: value for key, value in self.cleaned_data.items() if key != "scans"}


class SettleForm(forms.Form):
    """The questions in which two entries differ, with both beside the field."""

    def __init__(
        self,
        *args: Any,
        entry_fields: Sequence[Field],
        first: Mapping[str, Any],
        second: Mapping[str, Any],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for field in entry_fields:
            made = _field(field, "")
            both = _("First entry: %(first)s · second entry: %(second)s") % {
                "first": as_typed(field, first.get(field.key)) or "—",
                "second": as_typed(field, second.get(field.key)) or "—",
            }
            made.help_text = " · ".join(filter(None, (str(both), field.hint)))
            self.fields[field.key] = made

    @property
    def typed(self) -> dict[str, Any]:
        """What was typed, by the keys of the fields."""
        return dict(self.cleaned_data)


class ScansForm(forms.Form):
    """Pictures of a form, kept as evidence."""

    scans = PhotosField(label=_("Scan or photo of the form"), max_photos=4)


class OpenFormsForm(forms.Form):
    """How many forms to lay out."""

    count = forms.IntegerField(
        label=_("Number of forms"),
        min_value=1,
        max_value=500,
        initial=50,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )


class CallAgainForm(SiteForm):
    """When to try again, on the site's clock."""

    after = SiteTimeField(label=_("Call again after"), widget=DateTimeInput(attrs={"class": "form-control"}))


def _field(field: Field, only: str) -> forms.Field:
    if field.is_text:
        return forms.CharField(
            label=f"{field.number}. {field.label}",
            required=False,
            max_length=LONGEST,
            help_text=only,
            widget=forms.Textarea(attrs={"rows": 2, "data-enter-next-target": "field"}),
        )
    return forms.CharField(
        label=f"{field.number}. {field.label}",
        required=False,
        max_length=40,
        help_text=" · ".join(filter(None, (field.hint, only))),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "data-enter-next-target": "field"}
        ),
    )
