"""The forms of a rendered page, as a browser would send them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote_from_bytes, urljoin

#: What a person would type into an empty field, by the type of the input.
TYPED = {
    "date": "2026-11-22",
    "time": "08:00",
    "datetime-local": "2026-11-22T08:00",
    "month": "2026-11",
    "number": "1",
    "email": "someone@example.org",
    "tel": "13800000000",
    "password": "correct horse battery",
    "text": "x1",
    "textarea": "x1",
    "search": "",
    "hidden": "",
}
PRESSED = frozenset({"submit", "button", "image", "reset"})
OWN = frozenset({"csrfmiddlewaretoken"})


@dataclass
class PageForm:
    """One form: where it goes, what it sends untouched, and of what type each field is."""

    action: str
    method: str
    is_multipart: bool = False
    sent: dict[str, list[str]] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> list[str]:
        """The names a person (or an attacker) fills in."""
        return [name for name in self.types if name not in OWN]


class _Reader(HTMLParser):
    """Collects forms and their successful controls."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.forms: list[PageForm] = []
        self._form: PageForm | None = None
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self._textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Form, input, select, option, textarea."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = PageForm(
                urljoin(self.page, given.get("action") or self.page),
                given.get("method", "get").lower(),
                "multipart" in given.get("enctype", ""),
            )
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag in ("input", "button") and given.get("name"):
            self._take(given, {**dict(attrs)})
        elif tag == "select" and given.get("name"):
            self._select = (given["name"], [])
        elif tag == "option" and self._select is not None:
            self._select[1].append((given.get("value", ""), "selected" in given))
        elif tag == "textarea" and given.get("name"):
            self._textarea = given["name"]
            self._form.types[given["name"]] = "textarea"
            self._form.sent[given["name"]] = [""]

    def handle_data(self, data: str) -> None:
        """The text of a textarea."""
        if self._form is not None and self._textarea is not None:
            self._form.sent[self._textarea] = [self._form.sent[self._textarea][0] + data]

    def handle_endtag(self, tag: str) -> None:
        """The end of what began."""
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._form is not None and self._textarea is not None:
            name, self._textarea = self._textarea, None
            self._form.sent[name] = [self._form.sent[name][0].removeprefix("\n") or TYPED["textarea"]]
        elif tag == "select" and self._form is not None and self._select is not None:
            name, options = self._select
            chosen = [value for value, selected in options if selected and value]
            first = [value for value, _selected in options if value][:1]
            self._form.types[name], self._form.sent[name] = "select", chosen or first
            self._select = None

    def _take(self, given: dict[str, str], raw: dict[str, Any]) -> None:
        assert self._form is not None
        name, kind = given["name"], given.get("type", "text")
        if kind in PRESSED:
            return
        self._form.types.setdefault(name, kind)
        values = self._form.sent.setdefault(name, [])
        if kind in ("checkbox", "radio"):
            if "checked" in raw or (kind == "radio" and not values):
                values[:] = (
                    [given.get("value", "on")] if kind == "radio" else [*values, given.get("value", "on")]
                )
        elif kind != "file":
            values.append(given.get("value") or TYPED.get(kind, "x1"))


def forms_of(page: str, html: str) -> list[PageForm]:
    """Every form of the page at address `page`."""
    reader = _Reader(page)
    reader.feed(html)
    return reader.forms


def encoded(values: dict[str, list[str]]) -> bytes:
    """A urlencoded body; lone surrogates go as the three bytes a broken client would send."""

    def quoted(text: str) -> str:
        return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="")

    return "&".join(f"{quoted(name)}={quoted(value)}" for name, value in _pairs(values)).encode()


def _pairs(values: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    for name, several in values.items():
        for value in several:
            yield name, value
