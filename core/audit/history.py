"""The versions of one object: who changed what, from what to what, and when."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import formats
from django.utils.translation import gettext as _
from pghistory.core import event_models

from core import clock, wording

#: Characters of a value shown before it is cut.
LONGEST = 300
EMPTY = "—"


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one version."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Version:
    """One saved state: `label` is insert, update or delete."""

    at: datetime
    label: str
    person: Any
    act: str
    changes: tuple[Change, ...]


def history_of(obj: models.Model, *, zone: str = "UTC", limit: int = 50) -> list[Version]:
    """The latest versions of `obj`, newest first; times in its values are shown in `zone`.

    Costs one query per tracked table, one for people and one per kind of linked object. Empty when the model is
    not tracked.
    """
    rows: list[Any] = []
    for model in event_models(tracks_model=type(obj)._meta.concrete_model):
        found = model._default_manager.filter(pgh_obj_id=obj.pk).select_related("pgh_context")
        rows.extend(found.order_by("-pk")[: limit + 1])
    rows.sort(key=lambda row: (row.pgh_created_at, row.pk))
    pairs = list(zip([None, *rows[:-1]], rows, strict=True)) if rows else []
    recent = list(reversed(pairs))[:limit]
    people = get_user_model()._default_manager.in_bulk({_user_of(row) for _old, row in recent} - {None})
    shown = _Values(type(obj), zone)
    shown.prefetch(row for _old, row in recent)
    shown.prefetch(old for old, _row in recent if old is not None)
    return [_version(old, row, people, shown) for old, row in recent]


def _user_of(row: Any) -> Any:
    return (row.pgh_context.metadata if row.pgh_context else {}).get("user")


def _version(old: Any, row: Any, people: dict[Any, Any], shown: "_Values") -> Version:
    context = row.pgh_context.metadata if row.pgh_context else {}
    changes = [] if row.pgh_label == "delete" else list(shown.changes(old, row))
    return Version(
        row.pgh_created_at, row.pgh_label, people.get(_user_of(row)), context.get("act", ""), tuple(changes)
    )


class _Values:
    """Turns stored values into words: labels of choices, names of linked objects, local times."""

    def __init__(self, model: type[models.Model], zone: str) -> None:
        self.model = model
        self.zone = zone
        self.linked: dict[tuple[type[models.Model], Any], str] = {}

    def _fields(self, row: Any) -> Iterable[models.Field[Any, Any]]:
        for field in row._meta.fields:
            if field.name.startswith("pgh_") or field.primary_key:
                continue
            try:
                own = self.model._meta.get_field(field.name)
            except FieldDoesNotExist:  # a field of an older shape of the table
                continue
            if isinstance(own, models.Field) and not own.primary_key:
                yield own

    def prefetch(self, rows: Iterable[Any]) -> None:
        """Read the names of every object the rows link to."""
        wanted: defaultdict[type[models.Model], set[Any]] = defaultdict(set)
        for row in rows:
            for field in self._fields(row):
                value = getattr(row, field.attname)
                if isinstance(field, models.ForeignKey) and value is not None:
                    wanted[field.related_model].add(value)
        for model, keys in wanted.items():
            missing = {key for key in keys if (model, key) not in self.linked}
            for key, linked in model._default_manager.in_bulk(missing).items():
                self.linked[(model, key)] = str(linked)

    def changes(self, old: Any, new: Any) -> Iterable[Change]:
        """The fields in which two versions differ; of a first version, those that are not empty."""
        for field in self._fields(new):
            after = getattr(new, field.attname)
            before = None if old is None else getattr(old, field.attname)
            if before == after or (old is None and after in (None, "", False, [], {})):
                continue
            yield Change(
                str(field.verbose_name),
                EMPTY if old is None else self.text(field, before),
                self.text(field, after),
            )

    def text(self, field: models.Field[Any, Any], value: Any) -> str:
        """One value in words of the active language."""
        if value is None or value == "":
            return EMPTY
        if isinstance(field, models.ForeignKey):
            return self.linked.get((field.related_model, value), f"#{value}")
        if field.flatchoices:
            return str(dict(field.flatchoices).get(value, value))
        return _words(value, self.zone)[:LONGEST]


def _words(value: Any, zone: str) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return wording.moment(clock.local(value, zone))
    if isinstance(value, list) or type(value) is dict:
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(formats.localize(value))
