"""Kinds of notifications: what they are called, how they read, where they lead."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

Url = Callable[[Any], str]


class Attachment(NamedTuple):
    """A file that goes with a mail."""

    name: str
    content: bytes
    media_type: str


#: From the target and the person who gets the mail, who may have lost the right to it in the meantime.
Attachments = Callable[[Any, Any], Iterable[Attachment]]


@dataclass(slots=True)
class Kind:
    """One kind. `title` and `body` are lazy texts with %(named)s places filled from the context; `label` names
    the kind in the preferences; `email` says whether it is mailed unless the person says otherwise; `attachments`
    gives the files that go with the mail.
    """

    name: str
    title: Any
    body: Any
    label: Any
    url: Url | None
    email: bool
    attachments: Attachments | None = None

    def __call__(self, function: Url) -> Url:
        """Used as a decorator, the kind takes its address from the function: target → path."""
        self.url = function
        return function

    def path(self, target: Any) -> str:
        """The path of the page a notification about `target` opens; "" when there is none."""
        if self.url is not None:
            return self.url(target)
        if target is not None and hasattr(target, "get_absolute_url"):
            return str(target.get_absolute_url())
        return ""


_kinds: dict[str, Kind] = {}


def register_kind(
    name: str,
    *,
    title: Any,
    body: Any = "",
    label: Any = "",
    url: Url | None = None,
    email: bool = True,
    attachments: Attachments | None = None,
) -> Kind:
    """Make a kind ("app.past_tense") known, as a statement or as a decorator of its url function.

    Raises ValueError on a second one of that name.
    """
    if name in _kinds:
        raise ValueError(f"notification kind {name} is registered already")
    _kinds[name] = Kind(name, title, body, label or title, url, email, attachments)
    return _kinds[name]


def kind_of(name: str) -> Kind:
    """The kind registered as `name`. Raises LookupError for an unknown one."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"no notification kind {name}") from None


def registered() -> Mapping[str, Kind]:
    """All kinds by name."""
    return _kinds
