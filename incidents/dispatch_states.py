"""The state table of a dispatch: what each event does in each state. Plain values, in any order of arrival (F47).

Phones hand in late and out of order, so what somebody did on the spot only ever leads forward: `accept`, `leave`,
`arrive` and `finish` reach at least their state and never lead back. Ends are final: what is handed in after one is
kept in the timeline (verdict LATE) and changes no state. Refusing is possible until one is on site.

| state      | accept   | leave   | arrive   | finish | decline  | withdraw  |
|------------|----------|---------|----------|--------|----------|-----------|
| assigned   | accepted | on_way  | on_site  | done   | declined | withdrawn |
| accepted   | known    | on_way  | on_site  | done   | declined | withdrawn |
| on_way     | known    | known   | on_site  | done   | declined | withdrawn |
| on_site    | known    | known   | known    | done   | late     | withdrawn |
| done       | known    | known   | known    | known  | late     | late      |
| declined   | late     | late    | late     | late   | known    | late      |
| withdrawn  | late     | late    | late     | late   | late     | known     |
"""

from enum import StrEnum

from incidents.models.dispatch import ACTIVE, DispatchState


class Event(StrEnum):
    """What somebody says about a dispatch."""

    ACCEPT = "accept"
    LEAVE = "leave"
    ARRIVE = "arrive"
    FINISH = "finish"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


class Verdict(StrEnum):
    """What an event meant: it led on, was known already, or came after the end."""

    MOVED = "moved"
    KNOWN = "known"
    LATE = "late"


#: On the way forward, in order.
WAY = (*ACTIVE, DispatchState.DONE)
REACHES = {
    Event.ACCEPT: DispatchState.ACCEPTED,
    Event.LEAVE: DispatchState.ON_WAY,
    Event.ARRIVE: DispatchState.ON_SITE,
    Event.FINISH: DispatchState.DONE,
    Event.DECLINE: DispatchState.DECLINED,
    Event.WITHDRAW: DispatchState.WITHDRAWN,
}
#: What the one who was sent says of themselves, in the order of the way.
STEPS = (Event.ACCEPT, Event.LEAVE, Event.ARRIVE, Event.FINISH)


def after(state: str, event: Event) -> tuple[DispatchState, Verdict]:
    """The state after an event, and what the event meant."""
    here, target = DispatchState(state), REACHES[event]
    if here == target:
        return here, Verdict.KNOWN
    if event in STEPS:
        if here not in WAY:
            return here, Verdict.LATE
        if WAY.index(target) > WAY.index(here):
            return target, Verdict.MOVED
        return here, Verdict.KNOWN
    if here not in ACTIVE or (event == Event.DECLINE and here == DispatchState.ON_SITE):
        return here, Verdict.LATE
    return target, Verdict.MOVED


def next_step(state: str) -> Event | None:
    """What the one who was sent says next; None at an end."""
    here = DispatchState(state)
    return STEPS[WAY.index(here)] if here in ACTIVE else None
