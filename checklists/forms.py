"""Forms of checklists."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from checklists.models import ChecklistItem, ItemKind, Opens
from core.translated import TranslatedText


class ChecklistForm(forms.Form):
    """Name and basis of a new checklist."""

    code = forms.CharField(label=_("Code"), max_length=30)
    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(
        label=_("Description"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    basis = forms.CharField(
        label=_("Basis"),
        max_length=240,
        required=False,
        help_text=_("Law, standard or house rule behind it."),
    )


class ItemForm(forms.Form):
    """One question, in the language of the company; other languages keep what they have."""

    label = forms.CharField(label=_("Question"), max_length=200, required=False)
    help = forms.CharField(label=_("What to look at"), max_length=300, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=ItemKind)
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False)
    low = forms.DecimalField(label=_("Lowest normal"), required=False, max_digits=12, decimal_places=3)
    high = forms.DecimalField(label=_("Highest normal"), required=False, max_digits=12, decimal_places=3)
    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One in each line; put ! in front of an abnormal one."),
    )
    is_required = forms.BooleanField(label=_("Must be answered"), required=False, initial=True)
    needs_photo = forms.BooleanField(label=_("Photo always"), required=False)
    opens = forms.ChoiceField(label=_("Abnormal opens"), choices=Opens)
    due_hours = forms.IntegerField(label=_("Settle within (hours)"), min_value=1, max_value=8760, initial=24)

    def clean(self) -> dict[str, Any]:
        """A range the right way round; a choice item has choices."""
        data = super().clean() or {}
        if data.get("low") is not None and data.get("high") is not None and data["high"] < data["low"]:
            self.add_error("high", _("This lies below the lowest normal value."))
        if data.get("label") and data.get("kind") == ItemKind.CHOICE and not data.get("choices", "").strip():
            self.add_error("choices", _("Give at least one choice."))
        return data

    @property
    def is_blank(self) -> bool:
        """Left empty: no question."""
        return not self.cleaned_data.get("label")


ItemFormSet = forms.formset_factory(
    ItemForm, extra=3, can_delete=True, can_order=True, max_num=80, absolute_max=100
)


def initial_of(item: ChecklistItem, language: str) -> dict[str, Any]:
    """What the form shows of an item."""
    lines = [
        ("!" if one.get("abnormal") else "") + TranslatedText(one["label"]).text(language)
        for one in item.choices
    ]
    return {
        "label": TranslatedText(item.label).text(language),
        "help": TranslatedText(item.help).text(language),
        "choices": "\n".join(lines),
        **{
            name: getattr(item, name)
            for name in ("kind", "unit", "low", "high", "is_required", "needs_photo", "opens", "due_hours")
        },
    }


def texts(old: Any, language: str, text: str) -> dict[str, str]:
    """`old` with the text of one language replaced; when the wording changed, stale translations are dropped."""
    kept = TranslatedText(old or {})
    if kept.text(language) == text:
        return dict(kept) or {language: text}
    return {language: text}
