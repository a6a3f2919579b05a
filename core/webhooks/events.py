"""Events by name. An app registers its own in a module its `ready()` imports."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Fact:
    """What is told about one object: its id, its path in the API ("" without one), and facts as JSON: no free text, no
    names of people. Who wants more asks the API, with a token of its own.
    """

    id: Any
    path: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


Facts = Callable[[Sequence[Any]], Iterable[Fact]]


@dataclass(frozen=True, slots=True)
class Event:
    """One kind of event: `title` is lazy text, `facts` turns ids into what is told, in one query for any number."""

    name: str
    title: Any
    facts: Facts


_events: dict[str, Event] = {}


def event(name: str, title: Any) -> Callable[[Facts], Facts]:
    """Register `function(ids) -> facts` for the event "noun.past_tense". Raises ValueError on a second one."""

    def register(facts: Facts) -> Facts:
        if name in _events:
            raise ValueError(f"webhook event {name} is registered already")
        _events[name] = Event(name, title, facts)
        return facts

    return register


def event_of(name: str) -> Event:
    """The event registered as `name`. Raises LookupError for an unknown one."""
    try:
        return _events[name]
    except KeyError:
        raise LookupError(f"no webhook event {name}") from None


def registered() -> Mapping[str, Event]:
    """All events by name."""
    return _events
