"""The fields of a case and of its facts, named by path: "cause", "facts.level"."""

from typing import Any

from django.db.models import Field

from incidents.models import Case
from incidents.workflows import workflow_of

FACTS = "facts."
#: asked for like fields, but kept in the timeline
NOTE, PHOTOS = "note", "photos"
PSEUDO = (NOTE, PHOTOS)


def facts_of(case: Case) -> Any:
    """The facts row of a case."""
    return getattr(case, workflow_of(case.kind).facts)


def owner_of(case: Case, path: str) -> tuple[Any, str]:
    """The row a path names a field of, and the field's name."""
    if path.startswith(FACTS):
        return facts_of(case), path.removeprefix(FACTS)
    return case, path


def field_of(case: Case, path: str) -> "Field[Any, Any]":
    """The model field of a path. Raises FieldDoesNotExist."""
    owner, name = owner_of(case, path)
    field: Field[Any, Any] = owner._meta.get_field(name)
    return field


def value_at(case: Case, path: str) -> Any:
    """What stands at a path."""
    owner, name = owner_of(case, path)
    return getattr(owner, name)


def write(case: Case, path: str, value: Any) -> None:
    """Put a value at a path; saved by the caller."""
    owner, name = owner_of(case, path)
    setattr(owner, name, value)


def empty_of(case: Case, path: str) -> Any:
    """What an emptied field holds: NULL where that is allowed, else ""."""
    return None if field_of(case, path).null else ""
