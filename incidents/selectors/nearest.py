"""Whom to send: people on shift now at the site, the idle and suitable first, then by the way they have to go."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.clock import now
from incidents import whereabouts
from incidents.models import Case, CaseKind, Dispatch
from incidents.whereabouts import Seen, metres_between
from organization.models import Membership, Person, Role
from rosters.models import LONGEST_SHIFT, PostKind, Shift

#: What a post may not do without weighs against sending who stands on it.
_BOUND = {
    PostKind.STANDBY: 0,
    PostKind.PATROL: 0,
    PostKind.LOBBY: 1,
    PostKind.PARKING: 1,
    PostKind.GATE: 2,
    PostKind.CONTROL_ROOM: 3,
}
#: Who is made for a kind of matter, beside the guards who go to everything.
_SUITED: Mapping[str, frozenset[str]] = {
    CaseKind.INCIDENT: frozenset({Role.GUARD, Role.SHIFT_LEADER, Role.SUPERVISOR, Role.FIRE_SAFETY_MANAGER}),
    CaseKind.VIOLATION: frozenset({Role.GUARD, Role.SHIFT_LEADER, Role.SUPERVISOR}),
    CaseKind.HAZARD: frozenset(
        {Role.GUARD, Role.SHIFT_LEADER, Role.FIRE_SAFETY_MANAGER, Role.FACILITY_ENGINEER}
    ),
    CaseKind.SERVICE_REQUEST: frozenset({Role.GUARD, Role.SHIFT_LEADER, Role.FACILITY_ENGINEER}),
    CaseKind.COMPLAINT: frozenset({Role.SHIFT_LEADER, Role.SUPERVISOR, Role.PROJECT_MANAGER}),
}
_REPAIR = frozenset({Role.FACILITY_ENGINEER})
#: Metres somebody may have gone since they were seen, a minute; after half an hour it says no more.
_DRIFT_M, _DRIFT_LIMIT = 30.0, timedelta(minutes=30)

_POST_WORDS = {
    PostKind.GATE: gettext_lazy("keeps the gate"),
    PostKind.CONTROL_ROOM: gettext_lazy("keeps the control room"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could go, and what speaks for and against it. `distance_m` None: not known."""

    person: Person
    post: str
    post_kind: str
    distance_m: int | None
    seen: Seen | None
    seen_ago: timedelta | None
    busy_with: tuple[str, ...]
    is_suited: bool
    is_on_case: bool
    weight: float

    @property
    def is_free(self) -> bool:
        """Bound by no other case."""
        return not self.busy_with

    @property
    def tone(self) -> str:
        """Tone of "free" or "busy"."""
        return "ok" if self.is_free else "warn"

    @property
    def reason(self) -> str:
        """Why they stand where they stand in the list, in words."""
        parts = [_("%(metres)s m") % {"metres": self.distance_m} if self.distance_m is not None else ""]
        parts.append(self._where())
        parts.append(
            _("busy: %(cases)s") % {"cases": ", ".join(self.busy_with)} if self.busy_with else _("free")
        )
        bound = _POST_WORDS.get(PostKind(self.post_kind))
        parts.append(str(bound) if bound is not None else "")
        parts.append("" if self.is_suited else _("seldom does this"))
        return " · ".join(filter(None, parts))

    def _where(self) -> str:
        if self.seen is None or self.seen_ago is None:
            return _("not seen yet this shift")
        minutes = int(self.seen_ago.total_seconds() // 60)
        if minutes < 1:
            return _("scanned %(point)s just now") % {"point": self.seen.label}
        return ngettext(
            "scanned %(point)s %(minutes)s min ago", "scanned %(point)s %(minutes)s min ago", minutes
        ) % {"point": self.seen.label, "minutes": minutes}


def nearest(case: Case, at: datetime | None = None) -> list[Candidate]:
    """Everybody on shift at the case's site, best first; at most five queries whatever there is."""
    moment = at or now()
    shifts = _shifts(case, moment)
    if not shifts:
        return []
    roles = _roles(case, shifts, moment)
    busy, here = _bound(case, shifts)
    seen = _seen(case, shifts, moment)
    place = whereabouts.place_of(case)
    found = []
    for person_id, shift in shifts.items():
        fix = seen.get(person_id)
        metres = (
            metres_between(case.site, place, fix.place) if place is not None and fix is not None else None
        )
        ago = moment - fix.at if fix is not None else None
        found.append(
            Candidate(
                person=shift.person,
                post=shift.post.name,
                post_kind=shift.post.kind,
                distance_m=None if metres is None else round(metres),
                seen=fix,
                seen_ago=ago,
                busy_with=tuple(busy[person_id]),
                is_suited=bool(roles[person_id] & _suited(case)),
                is_on_case=person_id in here,
                weight=_weight(metres, ago),
            )
        )
    return sorted(found, key=_rank)


def distance_of(case: Case, person: Person, at: datetime | None = None) -> int | None:
    """How far somebody on shift is from a case, in metres; None when that is not known."""
    moment = at or now()
    shifts = {key: shift for key, shift in _shifts(case, moment).items() if key == person.pk}
    fix = _seen(case, shifts, moment).get(person.pk) if shifts else None
    place = whereabouts.place_of(case) if fix is not None else None
    metres = metres_between(case.site, place, fix.place) if place is not None and fix is not None else None
    return None if metres is None else round(metres)


def _rank(candidate: Candidate) -> tuple[Any, ...]:
    return (
        candidate.is_on_case,
        not candidate.is_free,
        not candidate.is_suited,
        _BOUND[PostKind(candidate.post_kind)] >= _BOUND[PostKind.GATE],
        candidate.weight,
        _BOUND[PostKind(candidate.post_kind)],
        candidate.person.pk,
    )


def _weight(metres: float | None, ago: timedelta | None) -> float:
    """Metres, with what they may have gone since; who was not seen comes after all who were."""
    if ago is None:
        return float("inf")
    drift = min(ago, _DRIFT_LIMIT) / timedelta(minutes=1) * _DRIFT_M
    return (1e6 if metres is None else metres) + drift


def _suited(case: Case) -> frozenset[str]:
    if case.kind == CaseKind.SERVICE_REQUEST and case.request.is_repair:
        return _REPAIR
    return _SUITED[CaseKind(case.kind)]


def _shifts(case: Case, at: datetime) -> dict[int, Shift]:
    rows = Shift.objects.filter(
        site_id=case.site_id, starts_at__gt=at - LONGEST_SHIFT, starts_at__lte=at, ends_at__gt=at
    ).filter(person__is_active=True)
    return {
        shift.person_id: shift for shift in rows.select_related("person", "post").order_by("starts_at", "pk")
    }


def _roles(case: Case, people: Iterable[int], at: datetime) -> Mapping[int, set[str]]:
    held: defaultdict[int, set[str]] = defaultdict(set)
    here = Q(site_id=case.site_id) | Q(department__site_id=case.site_id) | Q(site=None, department__site=None)
    rows = Membership.objects.filter(here, person_id__in=list(people), company_id=case.company_id)
    for person_id, role in rows.valid_on(at.date()).values_list("person_id", "role"):
        held[person_id].add(role)
    return held


def _bound(case: Case, people: Iterable[int]) -> tuple[Mapping[int, list[str]], set[int]]:
    """The numbers of the other cases people are bound by, and who is bound by this one."""
    busy: defaultdict[int, list[str]] = defaultdict(list)
    here: set[int] = set()
    rows = Dispatch.objects.active().filter(person_id__in=list(people))
    for person_id, case_id, number in rows.values_list("person_id", "case_id", "case__number").order_by("pk"):
        if case_id == case.pk:
            here.add(person_id)
        else:
            busy[person_id].append(number)
    return busy, here


def _seen(case: Case, shifts: Mapping[int, Shift], at: datetime) -> dict[int, Seen]:
    """Fixes made on duty: within the shift that runs now."""
    since = min(shift.starts_at for shift in shifts.values())
    found = whereabouts.last_seen(case.site, list(shifts), since)
    return {
        person_id: seen
        for person_id, seen in found.items()
        if person_id in shifts and shifts[person_id].starts_at <= seen.at <= at
    }
