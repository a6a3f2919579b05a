"""The limits of a case as they stand: what has to happen by when, what did, which rule said so, what stretched it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.clock import now
from core.translated import TranslatedText
from incidents.models import Aspect, Case, CaseKind, CaseStatus, Condition, LimitCalendar, Priority

#: Limits that are columns of the case; the others stand in its record of limits only.
DUE_FIELDS = {Aspect.RESPONSE: "response_due_at", Aspect.COMPLETION: "due_at"}
#: Kinds whose emergencies are answered by somebody on the scene.
ON_SCENE = (CaseKind.INCIDENT, CaseKind.HAZARD, CaseKind.SERVICE_REQUEST)

_TONES = {
    "running": "idle",
    "soon": "warn",
    "overdue": "danger",
    "met": "ok",
    "missed": "danger",
    "paused": "info",
}
_WORDS = {
    "running": gettext_lazy("running"),
    "soon": gettext_lazy("ends soon"),
    "overdue": gettext_lazy("overdue"),
    "met": gettext_lazy("in time"),
    "missed": gettext_lazy("late"),
    "paused": gettext_lazy("paused"),
}
_SOURCES = {
    "shipped": gettext_lazy("Shipped limit"),
    "company": gettext_lazy("Limit of the company"),
    "site": gettext_lazy("Limit of the site"),
    "named": gettext_lazy("Named by a person"),
    "extension": gettext_lazy("Extended"),
}


def entry_of(case: Case, aspect: str) -> dict[str, Any] | None:
    """What the case's record says about a limit."""
    entry: dict[str, Any] | None = case.limits.get(aspect)
    return entry


def due_of(case: Case, aspect: str) -> datetime | None:
    """Until when; None when there is no such limit."""
    if aspect in DUE_FIELDS:
        due: datetime | None = getattr(case, DUE_FIELDS[Aspect(aspect)])
        return due
    entry = entry_of(case, aspect)
    return datetime.fromisoformat(entry["due"]) if entry and entry.get("due") else None


def is_arrival(case: Case) -> bool:
    """Does the response mean somebody on the scene (※1)? Else it is that somebody takes the case up."""
    return case.priority != Priority.P3 and case.kind in ON_SCENE


def responded_at(case: Case) -> datetime | None:
    """When the response was there: somebody on the scene for P1 and P2, else the first to take it up (※1)."""
    if is_arrival(case):
        return case.arrived_at or case.resolved_at or case.closed_at
    return min(filter(None, (case.acknowledged_at, case.first_reply_at)), default=case.resolved_at)


def answered_at(case: Case) -> datetime | None:
    """When whoever reported it was first answered."""
    return case.first_reply_at or case.resolved_at or case.closed_at


def met_at(case: Case, aspect: str) -> datetime | None:
    """When what a limit asks for was done; None while it is not."""
    if aspect == Aspect.RESPONSE:
        return responded_at(case)
    if aspect == Aspect.ANSWER:
        return answered_at(case)
    return case.resolved_at or case.closed_at


@dataclass(frozen=True, slots=True)
class Reading:
    """One limit as a page shows it. `state` is running, soon, overdue, met, missed or paused."""

    aspect: str
    label: Any
    due_at: datetime
    state: str
    warn: timedelta
    met_at: datetime | None = None
    source: Any = ""
    basis: str = ""
    span: timedelta | None = None
    in_business_hours: bool = False
    baseline_at: datetime | None = None
    stretched: list[tuple[Any, str, timedelta]] = field(default_factory=list)

    @property
    def tone(self) -> str:
        """Tone of its badge."""
        return _TONES[self.state]

    @property
    def word(self) -> Any:
        """The state in words."""
        return _WORDS[self.state]

    @property
    def is_open(self) -> bool:
        """Does it still run?"""
        return self.state in ("running", "soon", "overdue")


def readings(case: Case, *, at: datetime | None = None) -> list[Reading]:
    """Every limit of a case that has one, in the order in which they matter."""
    moment = at or now()
    return [
        _reading(case, aspect, due, moment)
        for aspect in (Aspect.RESPONSE, Aspect.ANSWER, Aspect.COMPLETION, Aspect.ULTIMATE)
        if (due := due_of(case, aspect)) is not None
    ]


def state_at(due: datetime, met: datetime | None, *, warn: timedelta, is_paused: bool, at: datetime) -> str:
    """How a limit stands."""
    if met is not None:
        return "met" if met <= due else "missed"
    if is_paused:
        return "paused"
    if at > due:
        return "overdue"
    return "soon" if at >= due - warn else "running"


def _reading(case: Case, aspect: Aspect, due: datetime, at: datetime) -> Reading:
    entry: Mapping[str, Any] = entry_of(case, aspect) or {}
    met, warn = met_at(case, aspect), timedelta(minutes=entry.get("warn", 0))
    paused = case.paused_since is not None and aspect != Aspect.ULTIMATE and case.status == CaseStatus.OPEN
    return Reading(
        aspect=aspect,
        label=aspect_label(case, aspect),
        due_at=due,
        state=state_at(due, met, warn=warn, is_paused=paused, at=at),
        warn=warn,
        met_at=met,
        source=_SOURCES.get(entry.get("source", ""), ""),
        basis=basis_text(entry.get("basis", "")),
        span=timedelta(minutes=entry["minutes"]) if entry.get("minutes") else None,
        in_business_hours=entry.get("calendar") == LimitCalendar.BUSINESS,
        baseline_at=datetime.fromisoformat(entry["baseline"]) if entry.get("baseline") else None,
        stretched=list(_stretched(entry.get("stretched", ()))),
    )


def aspect_label(case: Case, aspect: str) -> str:
    """What a limit is called for this case."""
    if aspect == Aspect.RESPONSE:
        return _("On the scene") if is_arrival(case) else _("Taken up")
    if aspect == Aspect.COMPLETION and case.kind == CaseKind.COMPLAINT:
        return _("Reply")
    return str(Aspect(aspect).label)


def basis_text(basis: Any) -> str:
    """The basis in the reader's language; a person's own words as they are."""
    return str(TranslatedText(basis)) if isinstance(basis, dict) else str(basis or "")


def _stretched(rows: Iterable[Mapping[str, Any]]) -> Iterable[tuple[Any, str, timedelta]]:
    for row in rows:
        yield Condition(row["condition"]).label, row["reason"], timedelta(minutes=row["minutes"])
