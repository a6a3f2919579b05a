"""Until when a case has to be answered and settled: set at opening, set again when what it depends on changes.

`case.limits` says, by aspect, which rule set a limit and what stretched it:

    {"for": ["hazard", "P3", "electric", "week"],
     "completion": {"minutes": 10080, "warn": 1440, "calendar": "always", "source": "shipped", "rule": null,
                    "basis": {...}, "baseline": "2026-…", "due": "2026-…", "stretched": [{"condition": "night", …}]}}

`baseline` is the limit without stretching and pauses. `source` is shipped, company, site, named (a person said when), or
extension. Figures go by the columns of COUNTED: the baseline, or the date first named for a hazard or violation (its
plan sets the deadline), moved by pauses alone.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from core.clock import local, now
from core.recurrence import add_working_time, working_time_between
from incidents.models import Aspect, Case, CaseEntry, CaseKind, CaseStatus, EntryKind
from incidents.selectors.clocks import DUE_FIELDS, answered_at, due_of, entry_of, met_at, responded_at
from incidents.selectors.limits import Limit, LimitBook, limit_calendar, traits_of
from incidents.services.paths import facts_of
from incidents.services.stretching import Stretch, stretches_of

NAMED, EXTENSION = "named", "extension"
#: Where the limits that figures go by stand.
COUNTED = {Aspect.RESPONSE: "counted_response_due_at", Aspect.COMPLETION: "counted_due_at"}
#: Kinds whose plan sets the deadline.
PLANNED = (CaseKind.HAZARD, CaseKind.VIOLATION)
_ASPECTS = (Aspect.RESPONSE, Aspect.ANSWER, Aspect.COMPLETION, Aspect.ULTIMATE)


def set_limits(case: Case, facts: Mapping[str, Any]) -> None:
    """Fill in the limits of a case that is being opened; a due time somebody named stays."""
    named = case.due_at
    case.limits = {"for": _signature(case, facts)}
    _write_limits(case, facts, _ASPECTS, start=case.reported_at)
    if named is not None:
        name_due(case, named, source=NAMED)
        case.counted_due_at = named
    case.original_due_at = case.due_at


def follow_limits(case: Case) -> list[CaseEntry]:
    """Before a change is saved: a due time that was typed counts as named; another priority, category, grade or deadline
    sets the limits again. Gives the line for the timeline when a due time moved by that.
    """
    if not case.limits:
        return []
    entry = entry_of(case, Aspect.COMPLETION)
    if case.due_at is not None and (entry is None or due_of(case, Aspect.COMPLETION) != entry_due(entry)):
        name_due(case, case.due_at, source=NAMED)
    case.original_due_at = case.original_due_at or case.due_at
    row = facts_of(case)
    facts = {field.name: field.value_from_object(row) for field in row._meta.fields}
    if case.limits.get("for") == _signature(case, facts) or case.status != CaseStatus.OPEN:
        return []
    return _set_again(case, facts)


def name_due(case: Case, due_at: datetime, *, source: str) -> None:
    """Set the due time somebody named or granted; what the rule said stays beside it."""
    entry = case.limits.setdefault(Aspect.COMPLETION, {"warn": _warning(case, due_at), "stretched": []})
    is_plan = case.kind in PLANNED and source == NAMED and entry.get("source") not in (NAMED, EXTENSION)
    if is_plan or case.counted_due_at is None:
        case.counted_due_at = due_at
    entry["source"], entry["due"] = source, due_at.isoformat()
    if entry["warn"] == 0:
        entry["warn"] = _warning(case, due_at)
    case.due_at = due_at


def shift(case: Case, start: datetime, end: datetime) -> None:
    """Move every limit that stood still from `start` to `end` by the time it would have run; not the hard limit.

    What was done before the pause keeps the limit it was done by.
    """
    for aspect in (Aspect.RESPONSE, Aspect.ANSWER, Aspect.COMPLETION):
        due, met = due_of(case, aspect), met_at(case, aspect)
        if due is None or (met is not None and met < end):
            continue
        set_due(case, aspect, _later(case, aspect, due, start, end))
        if (counted := _counted(case, aspect)) is not None:
            setattr(case, COUNTED[aspect], _later(case, aspect, counted, start, end))


def set_due(case: Case, aspect: str, due_at: datetime) -> None:
    """Write a limit into the case's column, if it has one, and into its record."""
    if aspect in DUE_FIELDS:
        setattr(case, DUE_FIELDS[Aspect(aspect)], due_at)
    entry = entry_of(case, aspect)
    if entry is not None:
        entry["due"] = due_at.isoformat()


def entry_due(entry: Mapping[str, Any]) -> datetime | None:
    """The limit as the record has it."""
    return datetime.fromisoformat(entry["due"]) if entry.get("due") else None


def _signature(case: Case, facts: Mapping[str, Any]) -> list[str]:
    return [str(case.kind), str(case.priority), case.category, *traits_of(case.kind, facts)]


def _write_limits(case: Case, facts: Mapping[str, Any], aspects: tuple[str, ...], *, start: datetime) -> None:
    book = LimitBook(case.company_id, case.site_id)
    stretches = stretches_of(case)
    for aspect in aspects:
        limit = book.find(
            aspect,
            kind=case.kind,
            category=case.category,
            traits=traits_of(case.kind, facts),
            priority=case.priority,
        )
        if limit is None:
            case.limits.pop(aspect, None)
            continue
        fitting = [stretch for stretch in stretches if stretch.fits(aspect)]
        case.limits[aspect] = _entry(case, limit, fitting, start)
        set_due(case, aspect, datetime.fromisoformat(case.limits[aspect]["due"]))
        if aspect in COUNTED:
            setattr(case, COUNTED[Aspect(aspect)], datetime.fromisoformat(case.limits[aspect]["baseline"]))


def _entry(case: Case, limit: Limit, stretches: list[Stretch], start: datetime) -> dict[str, Any]:
    calendar, zone = limit_calendar(case, limit.calendar), case.site.zone_info
    more = [(stretch, stretch.minutes_more(limit.minutes)) for stretch in stretches]
    baseline = add_working_time(start, limit.minutes, calendar, zone)
    due = add_working_time(baseline, sum(minutes for _stretch, minutes in more), calendar, zone)
    return {
        "minutes": limit.minutes,
        "warn": limit.warn_minutes,
        "calendar": str(limit.calendar),
        "source": limit.source,
        "rule": limit.rule_id,
        "basis": limit.basis,
        "baseline": baseline.isoformat(),
        "due": due.isoformat(),
        "stretched": [
            {"condition": stretch.condition, "reason": stretch.reason, "minutes": minutes}
            for stretch, minutes in more
        ],
    }


def _set_again(case: Case, facts: Mapping[str, Any]) -> list[CaseEntry]:
    before = {aspect: due_of(case, aspect) for aspect in _ASPECTS}
    shorter = _is_shorter(case, facts)
    case.limits["for"] = _signature(case, facts)
    completion = entry_of(case, Aspect.COMPLETION)
    fixed = {
        Aspect.RESPONSE: responded_at(case) is not None,
        Aspect.ANSWER: answered_at(case) is not None,
        Aspect.COMPLETION: completion is not None and completion["source"] in (NAMED, EXTENSION),
    }
    for aspect in _ASPECTS:
        if not fixed.get(aspect, False):
            start = now() if aspect == Aspect.RESPONSE and shorter else case.reported_at
            _write_limits(case, facts, (aspect,), start=start)
            _move_by_pauses(case, aspect, since=start)
    zone = case.site.zone_info
    said = "; ".join(
        f"{Aspect(aspect).value}: {local(old, zone):%Y-%m-%d %H:%M} → {local(new, zone):%Y-%m-%d %H:%M}"
        for aspect, old in before.items()
        if old is not None and (new := due_of(case, aspect)) is not None and new != old
    )
    if not said:
        return []
    return [CaseEntry(case=case, kind=EntryKind.CHANGED, at=now(), code="limits", text=said)]


def _is_shorter(case: Case, facts: Mapping[str, Any]) -> bool:
    entry = entry_of(case, Aspect.RESPONSE)
    limit = LimitBook(case.company_id, case.site_id).find(
        Aspect.RESPONSE,
        kind=case.kind,
        category=case.category,
        traits=traits_of(case.kind, facts),
        priority=case.priority,
    )
    return entry is not None and limit is not None and limit.minutes < entry["minutes"]


def _move_by_pauses(case: Case, aspect: str, *, since: datetime) -> None:
    """Limits that are set again have stood still as long as the case was paused since they began."""
    due, counted = due_of(case, aspect), _counted(case, aspect)
    if not case.paused_seconds or due is None or aspect == Aspect.ULTIMATE:
        return
    for pause in case.pauses.filter(ended_at__gt=since).order_by("started_at"):
        if pause.ended_at is not None:
            start = max(pause.started_at, since)
            due = _later(case, aspect, due, start, pause.ended_at)
            counted = None if counted is None else _later(case, aspect, counted, start, pause.ended_at)
    set_due(case, aspect, due)
    if counted is not None:
        setattr(case, COUNTED[Aspect(aspect)], counted)


def _counted(case: Case, aspect: str) -> datetime | None:
    """The limit figures go by, for the aspects that have one."""
    counted: datetime | None = getattr(case, COUNTED[Aspect(aspect)]) if aspect in COUNTED else None
    return counted


def _later(case: Case, aspect: str, due: datetime, start: datetime, end: datetime) -> datetime:
    entry = entry_of(case, aspect) or {}
    calendar, zone = limit_calendar(case, entry.get("calendar", "")), case.site.zone_info
    stood = working_time_between(start, end, calendar, zone)
    return add_working_time(due, stood, calendar, zone)


def _warning(case: Case, due_at: datetime) -> int:
    """Minutes of warning before a named due time: a sixth of it, between ten minutes and a day."""
    minutes = (due_at - case.reported_at) / timedelta(minutes=1) / 6
    return round(min(max(minutes, 10), 1440))
