"""Forms of residents: what is needed is little, and is said; what is optional is said to be so."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.attachments.forms import PhotosField
from core.attachments.staging import opened
from core.ids import uuid7
from incidents.models import Report, ResidentAnswer
from incidents.selectors.resident_view import ResidentStep

MOST_PHOTOS = 4
LONGEST = 4_000
_AREA = forms.Textarea(attrs={"rows": 5})


class KeyedForm(forms.Form):
    """A form that may be sent twice and has one effect: `key` is made when it is first shown."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid7())


class PhotoForm(KeyedForm):
    """A form with photos; those sent before, when something else was wrong, are kept (`kept`, signed)."""

    photos = PhotosField(label=_("Photos"), required=False, max_photos=MOST_PHOTOS)
    kept = forms.CharField(widget=forms.HiddenInput, required=False)
    without = forms.BooleanField(label=_("Leave these photos out"), required=False)
    website = forms.CharField(required=False)

    def __init__(self, *args: Any, scope: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope

    def hashes(self) -> list[str]:
        """Hashes of the photos an earlier sending left."""
        if not self.is_bound or self.data.get("without"):
            return []
        return opened(str(self.data.get("kept", "")), scope=self.scope)

    def is_trap_sprung(self) -> bool:
        """Was the field filled that no person sees?"""
        return bool(self.data.get("website"))

    def clean(self) -> dict[str, Any]:
        """Not more photos than are taken, with those kept."""
        data = super().clean() or {}
        new: Sequence[Any] = data.get("photos") or ()
        if len(new) + len(self.hashes()) > MOST_PHOTOS:
            self.add_error("photos", PhotosField.default_error_messages["too_many"] % {"limit": MOST_PHOTOS})
        return data


class ReportForm(PhotoForm):
    """A report at an intake point. Only what it is and where is needed."""

    text = forms.CharField(
        label=_("What is it?"), widget=_AREA, max_length=LONGEST, help_text=_("In your own words.")
    )
    place = forms.CharField(label=_("Where is it?"), max_length=120)
    unit = forms.CharField(
        label=_("Your unit"), max_length=40, required=False, help_text=_("If we should come to you.")
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Then we send you the link and the answers."),
    )
    child = forms.BooleanField(
        label=_("I am a parent or guardian and send this for a child under 14."), required=False
    )

    def __init__(self, *args: Any, report: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if report == Report.SUGGESTION:
            self.fields["text"].label = _("What do you suggest?")
            self.fields["place"].label = _("What place is it about?")
        elif report == Report.QUESTION:
            self.fields["text"].label = _("What do you want to know or have done?")
            self.fields["place"].label = _("What place is it about?")

    def clean_phone(self) -> str:
        """Digits, spaces, + and -; at least five digits."""
        phone: str = self.cleaned_data["phone"].strip()
        digits = sum(character.isdigit() for character in phone)
        if phone and (digits < 5 or any(not (one.isdigit() or one in " +-()") for one in phone)):
            raise ValidationError(_("Write the number with digits, such as 138 0000 0000."))
        return phone


class WordForm(PhotoForm):
    """A word or photo more. Several forms share its page, so each names its fields apart."""

    text = forms.CharField(
        label=_("Your words"), widget=forms.Textarea(attrs={"rows": 3}), max_length=LONGEST, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="word_%s", **kwargs)

    def clean(self) -> dict[str, Any]:
        """Something at least."""
        data = super().clean()
        if not self.errors and not data.get("text") and not data.get("photos") and not self.hashes():
            self.add_error("text", _("Write something or add a photo."))
        return data


class ResidentStepForm(KeyedForm):
    """A step left to residents: why, where that is needed; which answer, where there are several."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, step: ResidentStep, seen: str, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"{step.step.code}_%s", **kwargs)
        self.initial["seen"] = seen
        if "facts.answer" in step.step.demands:
            self.fields["answer"] = forms.ChoiceField(
                label=_("Your answer"),
                choices=[
                    (ResidentAnswer.SATISFIED, _("I am satisfied")),
                    (ResidentAnswer.ACCEPTED, _("I accept it, though I am not satisfied")),
                ],
                widget=forms.RadioSelect,
            )
        self.fields["note"] = forms.CharField(
            label=_("Why?") if step.needs_word else _("A word on it"),
            widget=forms.Textarea(attrs={"rows": 3}),
            max_length=LONGEST,
            required=step.needs_word,
        )

    def values(self) -> dict[str, Any]:
        """What the step asks for, by path."""
        values = {"note": self.cleaned_data["note"]}
        if "answer" in self.cleaned_data:
            values["facts.answer"] = self.cleaned_data["answer"]
        return values


class RatingForm(forms.Form):
    """One to five, and why."""

    rating = forms.TypedChoiceField(
        label=_("How was it?"),
        choices=[
            (5, _("5 very good")),
            (4, _("4 good")),
            (3, _("3 all right")),
            (2, _("2 poor")),
            (1, _("1 very poor")),
        ],
        coerce=int,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("A word on it"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2_000,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = "rating_%s"
        super().__init__(*args, **kwargs)


class FindForm(forms.Form):
    """For a lost link: the number and the address that was left with the report."""

    number = forms.CharField(label=_("Number of the report"), max_length=40)
    email = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"}), max_length=254
    )
