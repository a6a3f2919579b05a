"""What may be started from a record of a lower app: an app above registers an offer, the record's page shows the link.

So the page of a case or a survey leads to an improvement measure, though incidents and surveys know nothing of kpi. The
panel (`collaboration.selectors.linked.panel_of`) holds the offers of its record; the partial `collaboration/_offers.html`
shows them, and `collaboration/_actions.html` contains it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model


@dataclass(frozen=True, slots=True)
class Started:
    """Something that was started from the record: as text, with its page and its state."""

    text: str
    url: str
    status: Any
    tone: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What the person may start from the record (`url` "" for nothing), and what was started already."""

    title: Any
    label: Any
    url: str
    icon: str
    started: list[Started]


#: Given the person and the record; None where there is nothing to say. At most one query.
Provider = Callable[[Any, Model], Offer | None]
_providers: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    """Offer something on the pages of records. Raises ValueError when the name is taken."""
    if name in _providers:
        raise ValueError(f"{name!r} is offered already")
    _providers[name] = provider


def offers_for(user: Any, record: Model) -> list[Offer]:
    """What is offered to a person about a record, in order of registration."""
    return [offer for provider in _providers.values() if (offer := provider(user, record)) is not None]
