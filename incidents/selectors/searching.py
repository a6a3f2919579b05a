"""Searching cases by words in any script, through the index over their pieces (incidents.grams)."""

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, Q, QuerySet, TextField

from incidents.grams import LONGEST, grams
from incidents.models import Case

FIELDS = ("number", "title", "place", "description")
#: Written as the index is.
PIECES = Func(*map(F, FIELDS), function="incidents_grams", output_field=ArrayField(TextField()))


def containing(rows: "QuerySet[Case]", text: str) -> "QuerySet[Case]":
    """The cases in whose number, title, place or description every word of `text` stands."""
    for word in text[:LONGEST].split():
        pieces = sorted(grams(word))
        if pieces:
            rows = rows.alias(pieces=PIECES).filter(pieces__contains=pieces)  # type: ignore[misc]  # the alias is an array
        matches = Q()
        for name in FIELDS:
            matches |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(matches)
    return rows
