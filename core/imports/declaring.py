"""What an app declares to have rows imported, and the registry of importers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from core.imports.cells import Parser
from core.imports.fates import Plan


@dataclass(frozen=True)
class Column:
    """A column of the file. Its heading is `label` in any language of the house, or `name`."""

    name: str
    label: Any
    parse: Parser
    required: bool = False
    help: Any = ""
    #: what stands in the example row of the template; lazy text where it differs by language
    example: Any = ""
    #: further headings people use
    aliases: tuple[str, ...] = ()


@dataclass(slots=True)
class Row:
    """A row of the file. `values` holds the cells that are filled in: a column that is absent or empty is not there."""

    line: int
    values: dict[str, Any] = field(default_factory=dict)
    #: (heading, reason) of the cells that could not be read
    problems: list[tuple[str, str]] = field(default_factory=list)
    #: the first filled cell, to name a row that could not be read
    first: str = ""


@dataclass(frozen=True)
class Importer:
    """How rows of one kind are imported at a site.

    `allowed(user, site)` says who may; `site` None asks about anywhere. `plan(rows, user, site)` gets the rows whose
    cells could be read, reads what is stored in a fixed number of queries and writes nothing. An empty cell leaves
    what is stored. Planning the same file again after it was written must find every row unchanged.
    """

    name: str
    title: Any
    text: Any
    columns: tuple[Column, ...]
    allowed: Callable[[Any, Any], bool]
    plan: Callable[[Sequence[Row], Any, Any], Plan]
    #: name of the address that lists what was imported
    list_url: str

    def require(self, user: Any, site: Any = None) -> None:
        """Raise PermissionDenied unless the user may import (at `site`)."""
        if not self.allowed(user, site):
            raise PermissionDenied(_("Your role does not allow this."))

    def label(self, name: str) -> str:
        """The heading of a column in the active language."""
        return next(str(column.label) for column in self.columns if column.name == name)


_importers: dict[str, Importer] = {}


def register(importer: Importer) -> Importer:
    """Make an importer ("app.noun") known. Raises ValueError on a second one of that name."""
    if importer.name in _importers:
        raise ValueError(f"importer {importer.name} is registered already")
    _importers[importer.name] = importer
    return importer


def importer_of(name: str) -> Importer:
    """The importer registered as `name`. Raises LookupError for an unknown one."""
    try:
        return _importers[name]
    except KeyError:
        raise LookupError(f"no importer {name}") from None


def registered() -> Mapping[str, Importer]:
    """All importers by name."""
    return _importers
