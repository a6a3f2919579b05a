"""What should be true, declared by the app that knows it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be.

    `key` says what it is about and stays the same while it lasts (a plan and its slot, say), so that one alarm
    is raised for it and not one every five minutes. `details` are facts for the reader of the alarm.
    """

    key: str
    company_id: int | None = None
    site_id: int | None = None
    details: dict[str, Any] = field(default_factory=dict)


Check = Callable[[], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Expectation:
    """A named check and what its findings are called on screen ("Rounds missing from the schedule")."""

    name: str
    title: Any
    check: Check


_expectations: dict[str, Expectation] = {}


def expectation(name: str, title: Any = "") -> Callable[[Check], Check]:
    """Register `function() -> findings` as "app.name"; `title` is lazy text naming what is wrong.

    It must answer within seconds: two or three grouped queries, not a loop over rows. Raises ValueError on a
    second one of that name.
    """

    def register(check: Check) -> Check:
        if name in _expectations:
            raise ValueError(f"expectation {name} is registered already")
        _expectations[name] = Expectation(name, title or name, check)
        return check

    return register


def registered() -> Mapping[str, Expectation]:
    """All expectations by name."""
    return _expectations


def title_of(name: str) -> str:
    """What the findings of an expectation are called, in the active language."""
    known = _expectations.get(name)
    return str(known.title) if known else name
