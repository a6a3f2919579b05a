"""Who may listen to what. Upper apps register sources; core itself knows only a person's own topic."""

from collections.abc import Callable, Iterable
from typing import Any

Source = Callable[[Any], Iterable[str]]

_sources: list[Source] = []


def source(function: Source) -> Source:
    """Register `function(person) -> topics`; it is asked when a stream opens and again while it is open."""
    _sources.append(function)
    return function


def person_topic(person_id: int) -> str:
    """The topic only this person hears."""
    return f"person:{person_id}"


def allowed_topics(person: Any) -> frozenset[str]:
    """Every topic this person may listen to now."""
    topics = {person_topic(person.pk)}
    for function in _sources:
        topics.update(function(person))
    return frozenset(topics)
