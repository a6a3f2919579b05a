"""What a workflow is: states, and the steps between them. One declared table per kind of case; plain values only."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from incidents.models import Case, CaseKind, CaseStatus

#: Who takes a step without being a member of staff: the resident who follows the case by link, or a rule of time.
RESIDENT, RULE = "resident", "rule"

#: Says why a step may not be taken yet, or None. Asked under the lock of the case.
Condition = Callable[[Case], Any]


@dataclass(frozen=True, slots=True)
class State:
    """Where a case may stand. Only states with `in_bar` are steps of the bar; the others leave the usual way."""

    code: str
    label: Any
    status: CaseStatus
    in_bar: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One way from a state to another.

    `who`: roles that may take it, besides RESIDENT and RULE; with `assignee` also the person the case is assigned to.
    `demands`, `offers`: fields asked for, "cause" of the case or "facts.level" of its facts; "note" is the line in the
    timeline. `stamps` get the moment if they are empty, `persons` the actor; `clears` are emptied (a step back).
    `other_than`: fields naming people who may not take it (who verifies is not who did it).
    `conditions` say why not yet. `is_reply`: whoever reported the case has thereby been answered.
    """

    code: str
    label: Any
    sources: tuple[str, ...]
    target: str
    who: frozenset[str]
    assignee: bool = False
    demands: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    stamps: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    other_than: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    tone: str = "primary"
    is_reply: bool = False
    counts_as_reopening: bool = False
    #: shown to the resident who follows the case
    is_public: bool = True
    #: what is written at it, and its photos, are shown to them as well
    is_told: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """Everything asked for, demanded first."""
        return self.demands + self.offers


@dataclass(frozen=True, slots=True)
class Act:
    """Something done beside the steps, at any time, never waiting for one: 119 called, evacuation begun.

    `demands` as of a step; `stamps` get the moment if they are empty.
    """

    code: str
    label: Any
    icon: str
    stamps: tuple[str, ...] = ()
    demands: tuple[str, ...] = ()
    #: telephone number it begins with, or ""
    call: str = ""
    tone: str = "secondary"
    is_public: bool = False


@dataclass(frozen=True)
class Workflow:
    """The life of one kind of case."""

    kind: CaseKind
    facts: str
    states: tuple[State, ...]
    steps: tuple[Step, ...]
    acts: tuple[Act, ...] = ()
    by_code: dict[str, State] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_code", {state.code: state for state in self.states})

    @property
    def initial(self) -> State:
        """Where every case of the kind begins."""
        return self.states[0]

    @cached_property
    def bar(self) -> tuple[State, ...]:
        """The states of the step bar, in order."""
        return tuple(state for state in self.states if state.in_bar)

    def state(self, code: str) -> State:
        """The state of that code. Raises LookupError."""
        return self.by_code[code]

    def step(self, code: str) -> Step:
        """The step of that code. Raises LookupError."""
        for step in self.steps:
            if step.code == code:
                return step
        raise LookupError(f"{self.kind} has no step {code}")

    def act(self, code: str) -> Act:
        """The act of that code. Raises LookupError."""
        for act in self.acts:
            if act.code == code:
                return act
        raise LookupError(f"{self.kind} has no act {code}")

    def steps_from(self, state: str) -> Iterable[Step]:
        """The steps that lead on from a state."""
        return (step for step in self.steps if state in step.sources)
