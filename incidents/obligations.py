"""What must be settled before a case may close. Apps and services add what they know; each gives a reason or None."""

from collections.abc import Callable, Iterable
from typing import Any

from incidents.models import Case

Obligation = Callable[[Case], Any]

_obligations: list[Obligation] = []


def register(function: Obligation) -> Obligation:
    """Add a function that says why a case may not close yet, or gives None."""
    _obligations.append(function)
    return function


def open_obligations(case: Case) -> Iterable[Any]:
    """Every reason against closing."""
    return (reason for function in _obligations if (reason := function(case)) is not None)
