"""A form on paper: what stands in its cells, texts, tables and lines for signatures. No layout here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core import wording
from core.clock import local
from incidents.models import Case

EMPTY = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A label and what is filled in; empty ones stay to be filled in by hand."""

    label: Any
    value: Any = EMPTY
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A field of several lines."""

    label: Any
    value: str = EMPTY


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings."""

    title: Any
    headings: Sequence[Any]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Paper:
    """One form, A4. `signatures` are the words before the lines to sign on."""

    title: Any
    cells: Sequence[Cell]
    texts: Sequence[Text] = ()
    tables: Sequence[Table] = ()
    signatures: Sequence[Any] = ()
    note: Any = EMPTY
    has_photos: bool = field(default=True)


def at(case: Case, moment: datetime | None) -> str:
    """A time on the site's wall; empty when there is none."""
    return EMPTY if moment is None else wording.moment(local(moment, case.site.zone_info))


def named(person: Any) -> str:
    """A person's name; empty when there is nobody."""
    return EMPTY if person is None else str(person.name)
