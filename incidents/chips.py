"""What a list is narrowed to by a figure, in words."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.dateparse import parse_date

from core.listing.keyset import PARAMETERS
from incidents.counted import COUNTED

#: What goes with a figure and is taken away with it.
_WITH_IT = ("counted", "first", "last", "impact", "hour", "weekday", "page", *PARAMETERS)


@dataclass(frozen=True, slots=True)
class FigureChip:
    """The figure whose rows are listed: name, meaning, days, and the address of the list without it."""

    name: Any
    definition: Any
    first: date | None
    last: date | None
    without: str


def figure_chip(request: HttpRequest) -> FigureChip | None:
    """The chip of the figure in the address, or None."""
    about = COUNTED.get(request.GET.get("counted", ""))
    if about is None:
        return None
    left = request.GET.copy()
    for name in _WITH_IT:
        left.pop(name, None)
    first, last = (_day(request.GET.get(name, "")) for name in ("first", "last"))
    return FigureChip(about.name, about.definition, first, last, f"?{left.urlencode()}")


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
