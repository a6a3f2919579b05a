"""Kinds of notifications: what they are called, how they read, where they lead."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

Url = Callable[[Any], str]

PLACE = re.compile(r"%\((\w+)\)s")
#: Places whose values people type or that name somebody: they never stand in words for a group.
PRIVATE = frozenset(
    {
        "title",
        "description",
        "text",
        "note",
        "reason",
        "place",
        "address",
        "person",
        "name",
        "by",
        "who",
        "phone",
    }
)


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
    gives the files that go with the mail. `group` is what a group robot says below the label; a kind without it (None)
    never goes to a group.
    """

    name: str
    title: Any
    body: Any
    label: Any
    url: Url | None
    email: bool
    attachments: Attachments | None = None
    group: Any = None

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
    group: Any = None,
) -> Kind:
    """Make a kind ("app.past_tense") known, as a statement or as a decorator of its url function.

    `group` may name places of the context except PRIVATE ones; "" says the label and the link only. Raises
    ValueError on a second kind of that name, and on private places in `group`.
    """
    if name in _kinds:
        raise ValueError(f"notification kind {name} is registered already")
    if private := places_of(group) & PRIVATE:
        raise ValueError(f"words of {name} for groups name {sorted(private)}")
    _kinds[name] = Kind(name, title, body, label or title, url, email, attachments, group)
    return _kinds[name]


def places_of(text: Any) -> set[str]:
    """The named places of a text; lazy texts are read as they are written in the source."""
    arguments = getattr(text, "_args", ())
    return set(PLACE.findall(str(arguments[0] if arguments else text or "")))


def kind_of(name: str) -> Kind:
    """The kind registered as `name`. Raises LookupError for an unknown one."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"no notification kind {name}") from None


def registered() -> Mapping[str, Kind]:
    """All kinds by name."""
    return _kinds


def for_groups() -> list[Kind]:
    """The kinds group robots may tell, by label."""
    meant = [kind for kind in _kinds.values() if kind.group is not None]
    return sorted(meant, key=lambda kind: str(kind.label))
