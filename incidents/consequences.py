"""What follows from a step or act, in the same transaction. Modules of this app and of those above register what they do."""

from collections.abc import Callable, Iterable
from datetime import datetime

from incidents.models import Case, CaseEntry
from incidents.workflows import Act, Step
from organization.models import Person

OfOpening = Callable[[Case], None]
OfStep = Callable[[Case, Step, Person | None, datetime], None]
OfAct = Callable[[Case, Act, Person | None, datetime], None]
OfSaving = Callable[[Case], Iterable[CaseEntry]]

_of_opening: list[OfOpening] = []
_of_step: list[OfStep] = []
_of_act: list[OfAct] = []
_of_saving: list[OfSaving] = []


def on_opening(function: OfOpening) -> OfOpening:
    """Call `function(case)` when a case has been opened (saved, with its facts)."""
    _of_opening.append(function)
    return function


def on_step(function: OfStep) -> OfStep:
    """Call `function(case, step, actor, moment)` on every step, before the case is saved."""
    _of_step.append(function)
    return function


def on_act(function: OfAct) -> OfAct:
    """Call `function(case, act, actor, moment)` on every act, before the case is saved."""
    _of_act.append(function)
    return function


def on_saving(function: OfSaving) -> OfSaving:
    """Call `function(case)` before every change of a case is saved; it gives lines for the timeline (unsaved)."""
    _of_saving.append(function)
    return function


def of_opening(case: Case) -> None:
    """Run what follows from opening."""
    for function in _of_opening:
        function(case)


def of_step(case: Case, step: Step, actor: Person | None, moment: datetime) -> None:
    """Run what follows from a step."""
    for function in _of_step:
        function(case, step, actor, moment)


def of_act(case: Case, act: Act, actor: Person | None, moment: datetime) -> None:
    """Run what follows from an act."""
    for function in _of_act:
        function(case, act, actor, moment)


def of_saving(case: Case) -> list[CaseEntry]:
    """Run what follows from any change; the lines it adds to the timeline."""
    return [entry for function in _of_saving for entry in function(case)]
