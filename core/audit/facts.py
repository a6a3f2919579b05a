"""Facts of an act or a finding, in words: the names of the usual ones are translated."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

NAMES: dict[str, Any] = {
    "checkpoint": _("point"),
    "code": _("code"),
    "count": _("number"),
    "days": _("days"),
    "error": _("error"),
    "file": _("file"),
    "filters": _("filters"),
    "format": _("format"),
    "keys": _("number"),
    "kind": _("kind"),
    "list": _("list"),
    "method": _("method"),
    "month": _("month"),
    "name": _("name"),
    "note": _("note"),
    "number": _("number"),
    "object": _("object"),
    "of": _("of"),
    "plan": _("plan"),
    "reason": _("reason"),
    "scopes": _("scopes"),
    "serial": _("serial number"),
    "view": _("page"),
    "work": _("work"),
}


def in_words(facts: Mapping[str, Any]) -> str:
    """ "plan: Night; reason: rain"; empty values are left out, lists are joined."""
    return "; ".join(f"{NAMES.get(name, name)}: {_value(value)}" for name, value in facts.items() if value)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {inner}" for name, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(str(inner) for inner in value)
    return str(value)
