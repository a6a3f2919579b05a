"""What a cell means: from the text of a cell to a value. A parser raises ValueError with plain words."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _

Parser = Callable[[str], Any]

_DAY = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?", re.ASCII)
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{2,28}", re.ASCII)
_YES, _NO = {"yes", "true", "1", "y", "是"}, {"no", "false", "0", "n", "否"}


def folded(value: object) -> str:
    """A heading or a choice as it is compared: no case, no blanks, full-width forms as plain ones, no asterisk."""
    plain = unicodedata.normalize("NFKC", str(value)).casefold().replace("*", "")
    return "".join(plain.split())


def in_every_language(words: Any) -> set[str]:
    """A lazy text in each of the languages of the house, folded."""
    found = set()
    for language, _name in settings.SITE_LANGUAGES:
        with translation.override(language):
            found.add(folded(words))
    return found


def text(longest: int) -> Parser:
    """Text of at most `longest` characters."""

    def parse(cell: str) -> str:
        if len(cell) > longest:
            raise ValueError(_("Longer than %(most)s characters.") % {"most": longest})
        return cell

    return parse


def choice(choices: type[models.TextChoices] | Iterable[tuple[str, Any]]) -> Parser:
    """One of the choices, written as its value or as its label in any language of the house."""
    pairs = tuple(choices.choices if isinstance(choices, type) else choices)

    @cache
    def known() -> dict[str, str]:
        words = {folded(value): value for value, _label in pairs}
        for value, label in pairs:
            words.update(dict.fromkeys(in_every_language(label), value))
        return words

    def parse(cell: str) -> str:
        try:
            return known()[folded(cell)]
        except KeyError:
            labels = ", ".join(str(label) for _value, label in pairs)
            raise ValueError(
                _("“%(given)s” is none of: %(labels)s.") % {"given": cell[:40], "labels": labels}
            ) from None

    return parse


def day(cell: str) -> date:
    """A calendar day: 2026-11-25, 2026/11/25, 2026.11.25 or 2026年11月25日, or a date cell of the spreadsheet."""
    found = _DAY.fullmatch(cell)
    try:
        if found is None:
            raise ValueError
        read = date(*(int(part) for part in found.groups()))
    except ValueError:
        raise ValueError(_("“%(given)s” is no day. Write it as 2026-11-25.") % {"given": cell[:40]}) from None
    if not 1900 <= read.year <= 2200:
        raise ValueError(_("“%(given)s” lies too far away.") % {"given": cell[:40]})
    return read


def phone(cell: str) -> str:
    """A telephone number as it is dialled."""
    if _PHONE.fullmatch(cell) is None:
        raise ValueError(_("“%(given)s” is no telephone number.") % {"given": cell[:40]})
    return cell


def boolean(cell: str) -> bool:
    """Yes or no."""
    word = folded(cell)
    if word not in _YES | _NO:
        raise ValueError(_("Write yes or no."))
    return word in _YES


def whole_number(least: int, most: int) -> Parser:
    """A whole number between two others, both included."""

    def parse(cell: str) -> int:
        if not re.fullmatch(r"-?\d{1,18}", cell, re.ASCII) or not least <= int(cell) <= most:
            raise ValueError(
                _("A whole number from %(least)s to %(most)s is expected.") % {"least": least, "most": most}
            )
        return int(cell)

    return parse
