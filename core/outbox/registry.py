"""Handlers by name. An app declares them in a module its `ready()` imports."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.models import OutboxItem

Work = Callable[[dict[str, Any], OutboxItem], None]
AfterDeath = Callable[[OutboxItem], None]

#: Attempts after which an item is given up and shown to a person.
MAX_ATTEMPTS = 10


class TryLater(Exception):
    """Raised by a handler: not now, and not a failure worth counting on; `after` says when."""

    def __init__(self, reason: str, *, after: timedelta) -> None:
        super().__init__(reason)
        self.after = after


class GiveUp(Exception):
    """Raised by a handler: no retry can help; the item goes to the list of given-up work at once."""


@dataclass(frozen=True, slots=True)
class Handler:
    """How one kind of work is done.

    `atomic`: the work and the mark "done" commit together, so its effect in the database happens exactly once.
    Not atomic: for what leaves the database (mail) or lasts long (jobs); it must bear being repeated after a
    crash. `after_death` is told when the item is given up. `keeps_itself`: the work renews its own claim with a
    `core.outbox.keeper.Keeper` instead of the runner.
    """

    name: str
    work: Work
    atomic: bool
    max_attempts: int
    after_death: AfterDeath | None
    keeps_itself: bool
    title: Any


_handlers: dict[str, Handler] = {}


def handler(
    name: str,
    *,
    atomic: bool = True,
    max_attempts: int = MAX_ATTEMPTS,
    after_death: AfterDeath | None = None,
    keeps_itself: bool = False,
    title: Any = "",
) -> Callable[[Work], Work]:
    """Register `function(payload, item)` under "app.name"; `title` is lazy text for the list of given-up work.

    Raises ValueError on a second one of that name.
    """

    def register(work: Work) -> Work:
        if name in _handlers:
            raise ValueError(f"outbox handler {name} is registered already")
        _handlers[name] = Handler(name, work, atomic, max_attempts, after_death, keeps_itself, title or name)
        return work

    return register


def handler_of(name: str) -> Handler:
    """The handler registered as `name`. Raises LookupError for an unknown one."""
    try:
        return _handlers[name]
    except KeyError:
        raise LookupError(f"no outbox handler {name}") from None


def title_of(name: str) -> str:
    """What a kind of work is called, in the active language."""
    known = _handlers.get(name)
    return str(known.title) if known else name


def registered() -> Mapping[str, Handler]:
    """All handlers by name."""
    return _handlers
