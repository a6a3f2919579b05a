"""The cases behind every measure of `incidents.counted`, row by row.

A measure takes a case by a moment and a condition. The moment decides the day, on the wall of the site: the report, or
the end of a limit; what a limit ends for counts from that instant on, done or not (domain 3.1 rules 1 and 3).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Least

from core.clock import now
from core.recurrence import span_of
from incidents.categories import FIRE, FIRE_FALSE_ALARM, SECURITY
from incidents.counted import (
    ANSWER_WITHIN,
    INCIDENT_CATEGORIES,
    LONG_OPEN,
    NOTICE_WITHIN,
    RECURS_WITHIN,
    REOPENED_WITHIN,
    REPLY_AT_MOST,
    REPLY_WITHIN,
)
from incidents.models import (
    AnalysisReport,
    Case,
    CaseKind,
    CaseStatus,
    HazardGrade,
    Level,
    Offender,
    Priority,
    UpwardReport,
)
from incidents.selectors.stamps import LEFT_OUT, stamped
from organization.models import Site, Zone

#: Says which cases have their moment in [begin, end), as of `at`.
Moment = Callable[[datetime, datetime, datetime], Q]


def _at(path: str, after: timedelta = timedelta(), *, is_limit: bool = False) -> Moment:
    """The instant a column names, or so long after; a limit counts once it has ended."""

    def moment(begin: datetime, end: datetime, at: datetime) -> Q:
        begin, end, at = begin - after, end - after, at - after
        found = Q(**{f"{path}__gte": begin, f"{path}__lt": end})
        return found & Q(**{f"{path}__lte": at}) if is_limit else found

    return moment


def _owed(rows: "QuerySet[Any]", path: str, **more: Any) -> Moment:
    """The instant until which something beside the case was owed."""

    def moment(begin: datetime, end: datetime, at: datetime) -> Q:
        span = {f"{path}__gte": begin, f"{path}__lt": end, f"{path}__lte": at}
        return Q(Exists(rows.filter(case=OuterRef("pk"), **span, **more)))

    return moment


REPORTED = _at("reported_at")
DUE = _at("counted_due_at", is_limit=True)
UPWARD = UpwardReport.objects.filter(number=1).alias(until=Least("due_at", "statutory_due_at"))
ANALYSES = AnalysisReport.objects.filter(is_demanded=True)
REPORT_UP, ANALYSIS = _owed(UPWARD, "until"), _owed(ANALYSES, "due_at")
ACTIVATION = _at("incident__plan_activated_at", NOTICE_WITHIN, is_limit=True)

_VALID = ~Q(status=CaseStatus.VOID)
_FALSE = Q(kind=CaseKind.INCIDENT) & (
    Q(state="false_alarm", duplicate_of=None) | _VALID & Q(subcategory=FIRE_FALSE_ALARM)
)
_REAL = _VALID & ~Q(kind=CaseKind.INCIDENT, subcategory=FIRE_FALSE_ALARM)
_REQUEST = _VALID & Q(kind=CaseKind.SERVICE_REQUEST)
_COMPLAINT = _VALID & Q(kind=CaseKind.COMPLAINT)
_HAZARD = _VALID & Q(kind=CaseKind.HAZARD)
_VIOLATION = _VALID & Q(kind=CaseKind.VIOLATION)
_INCIDENT = _REAL & Q(kind=CaseKind.INCIDENT)
_URGENT = _REQUEST & ~Q(priority=Priority.P3)
_MAJOR, _STAFF = Q(hazard__grade=HazardGrade.MAJOR), Q(violation__offender=Offender.STAFF)
_SERIOUS = Q(incident__is_our_responsibility=True) & (
    Q(incident__level__lte=Level.SERIOUS)
    | Q(incident__dead__gt=0)
    | Q(incident__seriously_injured__gt=0)
    | Q(category=FIRE, incident__loss_amount__gt=0)
)
_ON_SCENE = ~Q(priority=Priority.P3) & Q(request__needs_visit=True)
#: Somebody was there, or took it up when nobody had to be.
_RESPONDED = Q(resolved_at__isnull=False) | Q(closed_at__isnull=False)
_RESPONSE = (_ON_SCENE & (Q(arrived_at__isnull=False) | _RESPONDED)) | (
    ~_ON_SCENE & (Q(acknowledged_at__isnull=False) | Q(first_reply_at__isnull=False) | _RESPONDED)
)


def _by(due: str) -> Q:
    """The response was there by a limit."""
    first = Q(acknowledged_at__lte=F(due)) | Q(first_reply_at__lte=F(due))
    neither = Q(acknowledged_at=None, first_reply_at=None)
    over = Q(resolved_at__lte=F(due)) | Q(resolved_at=None, closed_at__lte=F(due))
    return (_ON_SCENE & (Q(arrived_at__lte=F(due)) | Q(arrived_at=None) & over)) | (
        ~_ON_SCENE & (first | neither & over)
    )


def _sent(rows: "QuerySet[Any]", done: str, until: str) -> Q:
    return Q(Exists(rows.filter(case=OuterRef("pk"), **{f"{done}__lte": F(until)})))


@dataclass(frozen=True, slots=True)
class Rule:
    """How a measure takes a case; of lengths of time also from when (a path) until when."""

    moment: Moment
    condition: Q
    since: Callable[[Case], datetime | None] | None = None
    until: Callable[[Case], datetime | None] | None = None


def _response_of(case: Case) -> datetime | None:
    over = case.resolved_at or case.closed_at
    if case.priority != Priority.P3 and case.request.needs_visit:
        return case.arrived_at or over
    return min(filter(None, (case.acknowledged_at, case.first_reply_at)), default=over)


def _length(condition: Q, until: Callable[[Case], datetime | None], since: Any = None) -> Rule:
    return Rule(REPORTED, condition, since or (lambda case: case.reported_at), until)


_SETTLED = Q(verified_at__lte=F("counted_due_at")) | Q(
    state="to_authority", verified_at=None, closed_at__lte=F("counted_due_at")
)
_VERIFIED = Q(verified_at__isnull=False)
_RECURRED = Q(recurrence_of__isnull=False) & (
    Q(recurrence_of__closed_at=None) | Q(recurrence_of__closed_at__gte=F("reported_at") - RECURS_WITHIN)
)
#: Somebody noted the arrival: it was not only stamped with the control or the settling.
_ARRIVED = (
    Q(arrived_at__isnull=False)
    & (Q(controlled_at=None) | ~Q(arrived_at=F("controlled_at")))
    & (Q(resolved_at=None) | ~Q(arrived_at=F("resolved_at")))
)
_NEEDING_NOTICE = _INCIDENT & Q(incident__level__lte=Level.CONSIDERABLE)
_ANSWER = _at("reported_at", ANSWER_WITHIN, is_limit=True)
_REPLY = _at("reported_at", REPLY_WITHIN, is_limit=True)
_ULTIMATE = _at("reported_at", REPLY_AT_MOST, is_limit=True)
_REPAIR = _REQUEST & Q(request__is_repair=True)
_FINISHED = _at("first_resolved_at")
_RESPONSE_DUE = _at("counted_response_due_at", is_limit=True)

RULES: dict[str, Rule] = {
    "cases_reported": Rule(REPORTED, _REAL),
    "cases_duplicates": Rule(REPORTED, Q(duplicate_of__isnull=False)),
    "cases_void": Rule(
        REPORTED,
        Q(status=CaseStatus.VOID, duplicate_of=None) & ~Q(kind=CaseKind.INCIDENT, state="false_alarm"),
    ),
    "cases_reopened": Rule(REPORTED, _REAL & Q(reopened_count__gt=0)),
    "service_response_urgent": _length(_URGENT & _RESPONSE, _response_of),
    "service_response_routine": _length(_REQUEST & Q(priority=Priority.P3) & _RESPONSE, _response_of),
    "service_completion": _length(_REQUEST & Q(resolved_at__isnull=False), lambda case: case.resolved_at),
    "service_open_long": Rule(_at("reported_at", LONG_OPEN, is_limit=True), _REQUEST & Q(resolved_at=None)),
    "service_response_due": Rule(_RESPONSE_DUE, _REQUEST),
    "service_responded": Rule(_RESPONSE_DUE, _REQUEST & _by("counted_response_due_at")),
    "service_due": Rule(DUE, _REQUEST),
    "service_in_time": Rule(DUE, _REQUEST & Q(resolved_at__lte=F("counted_due_at"))),
    "service_done": Rule(DUE, _REQUEST & Q(resolved_at__isnull=False)),
    "repairs_answer_due": Rule(_ANSWER, _REPAIR),
    "repairs_answered": Rule(_ANSWER, _REPAIR & Q(first_reply_at__lte=F("reported_at") + ANSWER_WITHIN)),
    "service_finished": Rule(_FINISHED, _REQUEST),
    "service_reopened": Rule(
        _FINISHED, _REQUEST & Q(first_reopened_at__lte=F("first_resolved_at") + REOPENED_WITHIN)
    ),
    "complaints_reported": Rule(REPORTED, _COMPLAINT),
    "complaints_valid": Rule(REPORTED, _COMPLAINT & Q(complaint__is_valid=True)),
    "complaints_unjudged": Rule(REPORTED, _COMPLAINT & Q(complaint__is_valid=None)),
    "complaints_reply_due": Rule(_REPLY, _COMPLAINT),
    "complaints_replied": Rule(_REPLY, _COMPLAINT & Q(first_reply_at__lte=F("reported_at") + REPLY_WITHIN)),
    "complaints_limit_due": Rule(_ULTIMATE, _COMPLAINT),
    "complaints_limit_kept": Rule(
        _ULTIMATE, _COMPLAINT & Q(first_reply_at__lte=F("reported_at") + REPLY_AT_MOST)
    ),
    "hazards_reported": Rule(REPORTED, _HAZARD),
    "hazards_unverified": Rule(REPORTED, _HAZARD & Q(verified_at=None)),
    "hazards_due": Rule(DUE, _HAZARD),
    "hazards_in_time": Rule(DUE, _HAZARD & Q(verified_at__lte=F("counted_due_at"))),
    "hazards_major_due": Rule(DUE, _HAZARD & _MAJOR),
    "hazards_major_in_time": Rule(DUE, _HAZARD & _MAJOR & Q(verified_at__lte=F("counted_due_at"))),
    "hazards_time_general": _length(_HAZARD & ~_MAJOR & _VERIFIED, lambda case: case.verified_at),
    "hazards_time_major": _length(_HAZARD & _MAJOR & _VERIFIED, lambda case: case.verified_at),
    "hazards_closed": Rule(_at("closed_at"), _HAZARD),
    "hazards_recurred": Rule(REPORTED, _HAZARD & _RECURRED),
    "violations_due": Rule(DUE, _VIOLATION),
    "violations_in_time": Rule(DUE, _VIOLATION & _SETTLED),
    "violations_staff_due": Rule(DUE, _VIOLATION & _STAFF),
    "violations_staff_in_time": Rule(DUE, _VIOLATION & _STAFF & _SETTLED),
    "violations_others_due": Rule(DUE, _VIOLATION & ~_STAFF),
    "violations_others_in_time": Rule(DUE, _VIOLATION & ~_STAFF & _SETTLED),
    "incidents_received": Rule(REPORTED, _INCIDENT | _FALSE),
    "incidents_false": Rule(REPORTED, _FALSE),
    "incidents_reported": Rule(REPORTED, _INCIDENT),
    "incidents_security": Rule(REPORTED, _INCIDENT & Q(category__in=SECURITY)),
    "incidents_serious": Rule(REPORTED, _INCIDENT & _SERIOUS),
    "incidents_arrival_fire": _length(_INCIDENT & _ARRIVED & Q(category=FIRE), lambda case: case.arrived_at),
    "incidents_arrival_other": _length(
        _INCIDENT & _ARRIVED & ~Q(category=FIRE), lambda case: case.arrived_at
    ),
    "incidents_activation": _length(
        _INCIDENT & Q(incident__plan_activated_at__isnull=False), lambda case: case.incident.plan_activated_at
    ),
    **{
        f"incidents_control_{one.code}": _length(
            _INCIDENT & _ARRIVED & Q(category=one.code, controlled_at__isnull=False),
            lambda case: case.controlled_at,
            lambda case: case.arrived_at,
        )
        for one in INCIDENT_CATEGORIES
    },
    "notices_due": Rule(ACTIVATION, _NEEDING_NOTICE),
    "notices_in_time": Rule(
        ACTIVATION,
        _NEEDING_NOTICE & Q(incident__first_notice_at__lte=F("incident__plan_activated_at") + NOTICE_WITHIN),
    ),
    "upward_due": Rule(REPORT_UP, _INCIDENT),
    "upward_in_time": Rule(REPORT_UP, _INCIDENT & _sent(UPWARD, "sent_at", "until")),
    "analyses_due": Rule(ANALYSIS, _INCIDENT),
    "analyses_in_time": Rule(ANALYSIS, _INCIDENT & _sent(ANALYSES, "submitted_at", "due_at")),
    **{code: Rule(REPORTED, condition) for code, condition in {**LEFT_OUT, **stamped(_REAL)}.items()},
}


def condition(measure: str, zone: ZoneInfo, first: date, last: date, at: datetime | None = None) -> Q:
    """Which cases a measure takes from `first` to `last`, both included, days of that time zone."""
    begin, end = span_of(first, last, zone)
    rule = RULES[measure]
    return rule.moment(begin, end, at or now()) & rule.condition


def counted(measure: str, site: Site, first: date, last: date, zone: Zone | None = None) -> "QuerySet[Case]":
    """The cases behind a measure of a site, or of one of its zones, from `first` to `last`, both included."""
    rows = Case.objects.filter(condition(measure, site.zone_info, first, last), site=site)
    return rows if zone is None else rows.filter(zone=zone)


def lengths(measure: str, rows: "QuerySet[Case]") -> Iterable[timedelta]:
    """How long each of the rows took, its pauses deducted."""
    rule = RULES[measure]
    assert rule.since is not None, measure
    assert rule.until is not None, measure
    for case in rows.select_related("request", "incident").prefetch_related("pauses"):
        since, until = rule.since(case), rule.until(case)
        if since is None or until is None:
            raise ValueError(f"{case.number} has no length for {measure}")
        paused = sum(
            (
                max(min(pause.ended_at or until, until) - max(pause.started_at, since), timedelta())
                for pause in case.pauses.all()
            ),
            timedelta(),
        )
        yield max(until - since - paused, timedelta())
