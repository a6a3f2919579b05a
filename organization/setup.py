"""The steps that lead an administrator of an empty installation to the first scan. Apps register theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from organization.models import Site


@dataclass(frozen=True)
class Step:
    """One step: what it is for, whether it is done for a site, and where it is done."""

    key: str
    order: int
    title: Any
    text: Any
    done: Callable[[Site], bool]
    url: Callable[[Site], str]
    action: Any


_steps: dict[str, Step] = {}


def register(step: Step) -> None:
    """Add a step."""
    _steps[step.key] = step


@dataclass(frozen=True)
class Progress:
    """A step as drawn for one site."""

    title: Any
    text: Any
    action: Any
    url: str
    done: bool
    is_next: bool


def progress(site: Site) -> list[Progress]:
    """All steps for `site` in order, the first one not done marked as next."""
    drawn: list[Progress] = []
    found_next = False
    for step in sorted(_steps.values(), key=lambda one: one.order):
        done = step.done(site)
        drawn.append(
            Progress(step.title, step.text, step.action, step.url(site), done, not done and not found_next)
        )
        found_next = found_next or not done
    return drawn
