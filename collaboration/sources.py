"""What action items and requests may come from: records of apps above, each registered by its own app.

A source is written as text, "incidents.case:12" (label of the model, key), in addresses and in the API. Whoever adds
something to a source must be able to see it: a foreign one answers as a missing one (404).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404

from core.policies import get_visible_or_404, visible
from organization.models import Site

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Kind:
    """How records of one model are shown: as text, at which page, which site they belong to; what work from them usually is."""

    label: Any
    text: Callable[[Any], str]
    url: Callable[[Any], str]
    site: Callable[[Any], Site]
    action_kind: str = "corrective"


@dataclass(frozen=True, slots=True)
class Shown:
    """A source as a page shows it; `url` is "" for a reader who may not see it."""

    label: Any
    text: str
    url: str


_kinds: dict[type[Model], Kind] = {}


def register(
    model: type[M],
    *,
    label: Any,
    text: Callable[[M], str],
    url: Callable[[M], str],
    site: Callable[[M], Site],
    action_kind: str = "corrective",
) -> None:
    """Make records of `model` sources; `label` is what they are called. Raises ValueError on a second time.

    An action item added from one is of `action_kind` unless something else is chosen.
    """
    if model in _kinds:
        raise ValueError(f"{model.__name__} is a source already")
    _kinds[model] = Kind(label, text, url, site, action_kind)


def choices() -> list[tuple[str, Any]]:
    """Every kind of source, as (label of the model, name)."""
    return [(model._meta.label_lower, kind.label) for model, kind in _kinds.items()]


def key_of(record: Model) -> str:
    """A record as text: "incidents.case:12"."""
    return f"{record._meta.label_lower}:{record.pk}"


def site_of(record: Model) -> Site:
    """The site of a registered record. Raises LookupError for a kind nobody registered."""
    return _kinds[type(record)].site(record)


def action_kind_of(record: Model) -> str:
    """What kind of action item usually comes from a registered record."""
    return _kinds[type(record)].action_kind


def named(user: Any, key: str) -> Model:
    """The record a text names, if `user` may see it. Raises Http404 for everything else."""
    label, _separator, pk = key.partition(":")
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        raise Http404 from None
    if model not in _kinds or not pk or "\x00" in pk:
        raise Http404
    try:
        return get_visible_or_404(user, model, pk=pk)
    except (TypeError, ValidationError):
        raise Http404 from None


def shown(user: Any, row: Any) -> Shown | None:
    """The source of an action item or request as `user` sees it; None when it has none or its kind is gone.

    Who may not see the record learns only what kind it is.
    """
    if row.source_type_id is None:
        return None
    model = ContentType.objects.get_for_id(row.source_type_id).model_class()
    kind = _kinds.get(model) if model is not None else None
    if model is None or kind is None:
        return None
    record = visible(user, model._default_manager.filter(pk=row.source_id)).first()
    if record is None:
        return Shown(kind.label, str(kind.label), "")
    return Shown(kind.label, kind.text(record), kind.url(record))


def columns_of(record: Model | None) -> dict[str, Any]:
    """The two columns that link a row to its source."""
    if record is None:
        return {"source_type": None, "source_id": ""}
    return {"source_type": ContentType.objects.get_for_model(record), "source_id": str(record.pk)}


def text_of(record: Model) -> str:
    """A registered record as text."""
    return _kinds[type(record)].text(record)


def url_of(record: Model) -> str:
    """The page of a registered record."""
    return _kinds[type(record)].url(record)
