"""Forms of rows with texts in several languages, written side by side."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.translated import TranslatedText

LANGUAGES = (
    ("zh-hans", _("Simplified Chinese")),
    ("zh-hant", _("Traditional Chinese")),
    ("en", _("English")),
)
#: Letters of a line, and of a text of several lines.
LONGEST_LINE, LONGEST_TEXT = 200, 2_000


class TranslatedModelForm(forms.ModelForm[Any]):
    """`texts` names the translated fields with (label, rows); one row is a line. `required_texts` may not be empty."""

    texts: dict[str, tuple[Any, int]] = {}
    required_texts: tuple[str, ...] = ()
    longest_text = LONGEST_TEXT

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, rows) in self.texts.items():
            known = getattr(self.instance, name) or {}
            for code, language in LANGUAGES:
                widget = forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput()
                self.fields[f"{name}_{code}"] = forms.CharField(
                    label=_("%(text)s (%(language)s)") % {"text": label, "language": language},
                    widget=widget,
                    required=False,
                    max_length=LONGEST_LINE if rows == 1 else self.longest_text,
                    initial=known.get(code, ""),
                )

    def clean(self) -> dict[str, Any]:
        """Every text that is needed is there in one language at least."""
        data = super().clean() or {}
        for name in self.texts:
            given = {code: data.get(f"{name}_{code}", "").strip() for code, _language in LANGUAGES}
            text = TranslatedText({code: value for code, value in given.items() if value})
            if name in self.required_texts and not text:
                self.add_error(f"{name}_{LANGUAGES[0][0]}", _("Write it in one language at least."))
            setattr(self.instance, name, text)
        return data
