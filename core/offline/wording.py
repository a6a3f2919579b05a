"""Reasons in words. Apps add those their handlers give."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.offline import messages

Text = str | Promise

_texts: dict[str, Text] = {
    messages.MALFORMED: _("It is not readable."),
    messages.AUTHOR: _("It was handed in by somebody other than its author."),
    messages.UNKNOWN_KIND: _("This kind of record is not known here."),
    messages.DIFFERENT_BODY: _("Another record with the same number came first."),
    messages.FORBIDDEN: _("The author's role does not allow it."),
    messages.INVALID: _("It is not valid."),
    messages.UNKNOWN: _("It names something that does not exist."),
    messages.ERROR: _("Taking it in failed on our side."),
    messages.DEACTIVATED: _("It was made after its author had been deactivated."),
    messages.TOO_LARGE: _("It is too large."),
}


def reason(code: str, text: Text) -> str:
    """Register the words of a reason; returns the code. Raises ValueError on a second text for one code."""
    if code in _texts:
        raise ValueError(f"reason {code} has a text already")
    _texts[code] = text
    return code


def reason_text(code: str) -> str:
    """The words of a reason in the active language; the code itself when nobody gave any."""
    return str(_texts.get(code, code))
