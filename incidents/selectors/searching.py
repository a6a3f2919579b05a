"""Searching cases by words in any script, through the index over their pieces (incidents.grams)."""

from functools import reduce
from operator import or_

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Lower, StrIndex
from django.db.models.lookups import GreaterThan

from incidents.grams import LONGEST, apart
from incidents.models import Case

FIELDS = ("number", "title", "place", "description")
#: Written as the index is.
PIECES = Func(*map(F, FIELDS), function="incidents_grams", output_field=ArrayField(TextField()))


def containing(rows: "QuerySet[Case]", text: str) -> "QuerySet[Case]":
    """The cases in whose number, title, place or description every word of `text` stands.

    The words themselves are looked for by position and not by LIKE: the planner would take LIKE for a second, independent
    condition, believe that next to nothing matches, and read all of a common word through the index instead of
    walking the newest cases until the page is full.
    """
    for word in text[:LONGEST].split():
        pieces = apart(word)
        if pieces:
            rows = rows.alias(pieces=PIECES).filter(pieces__contains=pieces)  # type: ignore[misc]  # an array
        rows = rows.filter(reduce(or_, (Q(_holds(name, word)) for name in FIELDS)))
    return rows


def _holds(name: str, word: str) -> GreaterThan:
    return GreaterThan(StrIndex(Lower(name), Lower(Value(word))), 0)
