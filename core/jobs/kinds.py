"""Kinds of jobs by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.jobs.running import Running

Work = Callable[["Running"], None]


@dataclass(frozen=True, slots=True)
class JobKind:
    """What a kind of job does and what it is called on screen."""

    name: str
    title: Any
    work: Work


_kinds: dict[str, JobKind] = {}


def kind(name: str, title: Any = "") -> Callable[[Work], Work]:
    """Register `function(job)` as "app.name"; `title` is lazy text ("Monthly report").

    The function may be run again from the start when its process was killed, so it must leave nothing behind
    but what it attaches. Raises ValueError on a second one of that name.
    """

    def register(work: Work) -> Work:
        if name in _kinds:
            raise ValueError(f"job kind {name} is registered already")
        _kinds[name] = JobKind(name, title or name, work)
        return work

    return register


def kind_of(name: str) -> JobKind:
    """The kind registered as `name`. Raises LookupError for an unknown one."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"no job kind {name}") from None


def title_of(name: str) -> str:
    """What a kind is called, in the active language."""
    return str(_kinds[name].title) if name in _kinds else name


def registered() -> Mapping[str, JobKind]:
    """All kinds by name."""
    return _kinds
