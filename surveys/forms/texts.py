"""Forms with texts in three languages side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.translated import TranslatedText
from core.translated_forms import LANGUAGES, LONGEST_LINE, LONGEST_TEXT


@dataclass(frozen=True, slots=True)
class Text:
    """One text: what it is, how many rows its boxes have, whether it must be written in one language at least.

    `kinds` of the form's field "kind" use it; none named: all.
    """

    label: Any
    rows: int = 1
    required: bool = False
    help: Any = ""
    kinds: tuple[str, ...] = ()


class TextsForm(forms.Form):
    """A form whose `texts` are written side by side; `layout_of` places them among the other fields."""

    texts: Mapping[str, Text] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, text in self.texts.items():
            known = self.initial.get(name) or {}
            for code, language in LANGUAGES:
                widget = forms.Textarea(attrs={"rows": text.rows}) if text.rows > 1 else forms.TextInput()
                widget.attrs["lang"] = code
                self.fields[_name(name, code)] = forms.CharField(
                    label=language,
                    widget=widget,
                    required=False,
                    max_length=LONGEST_TEXT if text.rows > 1 else LONGEST_LINE,
                    initial=known.get(code, ""),
                )
        self.helper = FormHelper(self)
        self.helper.layout = Layout(*self.layout())

    def layout(self) -> list[Any]:
        """What stands where: every text as a row of its own, then the other fields."""
        return [*(self.side_by_side(name) for name in self.texts), *self.plain_fields()]

    def plain_fields(self) -> list[str]:
        """The fields that are no text."""
        texts = {_name(name, code) for name in self.texts for code, _language in LANGUAGES}
        return [name for name in self.fields if name not in texts]

    def side_by_side(self, name: str) -> Any:
        """A text in its three languages, under one heading."""
        text = self.texts[name]
        boxes = Div(*(_name(name, code) for code, _language in LANGUAGES), css_class="trio")
        hints = [text.help, _("In one language at least.") if text.required else ""]
        about = [HTML(format_html('<p class="small mute">{}</p>', hint)) for hint in hints if hint]
        shown_for = {"data_kinds": " ".join(text.kinds)} if text.kinds else {}
        return Fieldset(str(text.label), *about, boxes, **shown_for)

    def clean(self) -> dict[str, Any]:
        """Each text as one value by language, in place of its boxes; a needed one is there in one language at least."""
        data = super().clean() or {}
        for name, text in self.texts.items():
            given = {code: data.pop(_name(name, code), "").strip() for code, _language in LANGUAGES}
            data[name] = TranslatedText({code: value for code, value in given.items() if value})
            if text.required and not data[name]:
                missing = _("%(text)s: write it in one language at least.") % {"text": text.label}
                self.add_error(_name(name, LANGUAGES[0][0]), missing)
        return data


def _name(text: str, code: str) -> str:
    return f"{text}_{code}"


def lines_of(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Options or rows as lines, by language: what the form shows."""
    return {
        code: "\n".join(one["text"].get(code, "") for one in rows).rstrip("\n")
        for code, _language in LANGUAGES
    }


def rows_of(lines: Mapping[str, str], before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Options or rows from lines; the n-th line of each language is one. Codes stay by place, new ones are fresh."""
    columns = {code: [line.strip() for line in lines.get(code, "").splitlines()] for code, _l in LANGUAGES}
    count = max((len(column) for column in columns.values()), default=0)
    used = {one["code"] for one in before}
    made = []
    for place in range(count):
        text = {
            code: column[place] for code, column in columns.items() if place < len(column) and column[place]
        }
        if not text:
            continue
        code = before[place]["code"] if place < len(before) else _fresh(used, place)
        used.add(code)
        made.append({"code": code, "text": text})
    return made


def _fresh(used: set[str], place: int) -> str:
    number = place + 1
    while f"o{number}" in used:
        number += 1
    return f"o{number}"
