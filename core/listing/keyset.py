"""Pages by where the last row stands, not by how many rows come before: the thousandth costs what the first does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_datetime

AFTER, BEFORE = "after", "before"
PARAMETERS = frozenset({AFTER, BEFORE})


@dataclass(frozen=True)
class Keyset:
    """Addresses of the neighbouring pages, "" where there is none (templates/django_tables2/orderly.html)."""

    previous: str
    next: str


@dataclass(frozen=True)
class Latest:
    """The order of a list: an instant `field`, latest first, then the key."""

    field: str

    def page(self, rows: "QuerySet[Any]", parameters: QueryDict, per_page: int) -> tuple["Page[Any]", Keyset]:
        """The page these parameters ask for, read in one query without OFFSET or COUNT."""
        at, backwards = _place(parameters.get(AFTER, "")), False
        if at is None and (at := _place(parameters.get(BEFORE, ""))) is not None:
            backwards = True
        found = list(self._beyond(rows, at, backwards=backwards)[: per_page + 1])
        more, found = len(found) > per_page, found[:per_page]
        if backwards:
            found.reverse()
        has_previous = more if backwards else at is not None
        has_next = bool(at) if backwards else more
        keyset = Keyset(
            previous=self._address(parameters, BEFORE, found[:1]) if has_previous else "",
            next=self._address(parameters, AFTER, found[-1:]) if has_next else "",
        )
        return Page(found, 1, Paginator(found, per_page)), keyset

    def _beyond(
        self, rows: "QuerySet[Any]", at: tuple[datetime, int] | None, *, backwards: bool
    ) -> "QuerySet[Any]":
        order = (self.field, "pk") if backwards else (f"-{self.field}", "-pk")
        if at is not None:
            moment, key = at
            than, bound = ("gt", "gte") if backwards else ("lt", "lte")
            later = Q(**{f"{self.field}__{than}": moment})
            same = Q(**{self.field: moment, f"pk__{than}": key})
            rows = rows.filter(later | same, **{f"{self.field}__{bound}": moment})
        return rows.order_by(*order)

    def _address(self, parameters: QueryDict, name: str, rows: Sequence[Any]) -> str:
        query = parameters.copy()
        for known in (*PARAMETERS, "page"):
            query.pop(known, None)
        if rows:
            query[name] = f"{getattr(rows[0], self.field).isoformat()}~{rows[0].pk}"
        return f"?{query.urlencode()}"


def _place(text: str) -> tuple[datetime, int] | None:
    """(instant, key) of a row; None for anything else."""
    moment, _mark, key = text.partition("~")
    try:
        parsed = parse_datetime(moment)
        number = int(key)
    except ValueError:
        return None
    if parsed is None or parsed.tzinfo is None or not 0 <= number < 2**63:
        return None
    return parsed, number
