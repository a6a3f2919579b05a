"""What the figures of cases should be: one case at a time, in plain Python, written without a look at how the product counts."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from incidents.models import Case
from organization.models import Site

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
Line = tuple[str, datetime, timedelta | None]
CODES = {
    "service_request": "service",
    "complaint": "complaints",
    "hazard": "hazards",
    "violation": "violations",
    "incident": "incidents",
}


def slow_counts(
    site: Site, first: date, last: date, now: datetime, zone: int | None = None
) -> dict[str, int]:
    """Every measure of a site, or of a zone of it, from `first` to `last`; lengths besides as `code@steps`."""
    found: Counter[str] = Counter()
    wall = ZoneInfo(site.time_zone)
    for case in Case.objects.filter(site=site):
        if zone is not None and case.zone_id != zone:
            continue
        for code, moment, length in lines(case, now):
            if not first <= moment.astimezone(wall).date() <= last:
                continue
            found[code] += 1
            if length is not None:
                step = step_of(code)
                steps, rest = divmod(max(length, timedelta()), step)
                found[f"{code}@{steps + bool(rest)}"] += 1
    return dict(found)


def step_of(code: str) -> timedelta:
    """What a length is rounded up to."""
    return {
        "service_completion": HOUR / 10,
        "hazards_time_general": DAY / 10,
        "hazards_time_major": DAY / 10,
    }.get(code, MINUTE)


def lines(case: Case, now: datetime) -> Iterator[Line]:
    """What a case counts as, by which moment."""
    reported = case.reported_at
    if case.duplicate_of_id is not None:
        yield "cases_duplicates", reported, None
        yield f"{CODES[case.kind]}_duplicates", reported, None
        return
    if case.kind == "incident":
        yield from incident(case, now)
        return
    if case.status == "void":
        yield "cases_void", reported, None
        yield f"{CODES[case.kind]}_void", reported, None
        return
    yield from common(case)
    yield from stamped(case)
    if case.kind == "service_request":
        yield from request(case, now)
    elif case.kind == "complaint":
        yield from complaint(case, now)
    elif case.kind == "hazard":
        yield from hazard(case, now)
    else:
        yield from violation(case, now)


def common(case: Case) -> Iterator[Line]:
    """What every case that counts counts as."""
    yield "cases_reported", case.reported_at, None
    if case.reopened_count:
        yield "cases_reopened", case.reported_at, None


def stamped(case: Case) -> Iterator[Line]:
    """The time stamps a case that is over should have, and has."""
    if case.status not in ("resolved", "closed"):
        return
    noted = case.arrived_at not in (None, case.controlled_at, case.resolved_at)
    wanted: dict[str, bool] = {}
    if case.kind == "service_request":
        wanted["response"] = bool(case.acknowledged_at or case.first_reply_at)
        wanted["completion"] = case.resolved_at is not None
        if case.request.needs_visit and case.priority in ("P1", "P2"):
            wanted["arrival"] = noted
    elif case.kind == "incident":
        wanted = {"arrival": noted, "control": case.controlled_at is not None}
    elif case.kind == "hazard" and case.status == "closed":
        wanted = {"verification": case.verified_at is not None}
    for code, is_there in wanted.items():
        yield f"stamps_{code}_due", case.reported_at, None
        if is_there:
            yield f"stamps_{code}_there", case.reported_at, None
    if not all(wanted.values()):
        yield "stamps_missing", case.reported_at, None


def without_pauses(case: Case, since: datetime, until: datetime) -> timedelta:
    """The time between, less what was paused."""
    length = until - since
    for pause in case.pauses.all():
        begin, end = max(pause.started_at, since), min(pause.ended_at or until, until)
        if end > begin:
            length -= end - begin
    return length


def judged(code: str, done: str, due: datetime | None, now: datetime, *, good: bool) -> Iterator[Line]:
    """A limit counts when it has ended."""
    if due is not None and due <= now:
        yield code, due, None
        if good:
            yield done, due, None


def before(done: datetime | None, due: datetime | None) -> bool:
    """Was it done by then?"""
    return done is not None and due is not None and done <= due


def request(case: Case, now: datetime) -> Iterator[Line]:
    """Service requests."""
    facts, reported = case.request, case.reported_at
    over = case.resolved_at or case.closed_at
    taken_up = [moment for moment in (case.acknowledged_at, case.first_reply_at) if moment]
    if case.priority == "P3" or not facts.needs_visit:
        responded = min(taken_up) if taken_up else over
    else:
        responded = case.arrived_at or over
    if responded is not None:
        which = "routine" if case.priority == "P3" else "urgent"
        yield f"service_response_{which}", reported, without_pauses(case, reported, responded)
    if case.resolved_at is not None:
        yield "service_completion", reported, without_pauses(case, reported, case.resolved_at)
    elif now - reported >= DAY:
        yield "service_open_long", reported + DAY, None
    limit = case.counted_response_due_at
    yield from judged("service_response_due", "service_responded", limit, now, good=before(responded, limit))
    limit = case.counted_due_at
    yield from judged("service_due", "service_in_time", limit, now, good=before(case.resolved_at, limit))
    if limit is not None and limit <= now and case.resolved_at is not None:
        yield "service_done", limit, None
    if facts.is_repair:
        limit = reported + 2 * HOUR
        yield from judged(
            "repairs_answer_due", "repairs_answered", limit, now, good=before(case.first_reply_at, limit)
        )
    if case.first_resolved_at is not None:
        yield "service_finished", case.first_resolved_at, None
        if before(case.first_reopened_at, case.first_resolved_at + 30 * DAY):
            yield "service_reopened", case.first_resolved_at, None


def complaint(case: Case, now: datetime) -> Iterator[Line]:
    """Complaints."""
    reported = case.reported_at
    yield "complaints_reported", reported, None
    if case.complaint.is_valid:
        yield "complaints_valid", reported, None
    if case.complaint.is_valid is None:
        yield "complaints_unjudged", reported, None
    for due, kept, days in (("complaints_reply_due", "complaints_replied", 2), ("complaints_limit_due", "complaints_limit_kept", 10)):  # fmt: skip
        limit = reported + days * DAY
        yield from judged(due, kept, limit, now, good=before(case.first_reply_at, limit))


def hazard(case: Case, now: datetime) -> Iterator[Line]:
    """Hazards."""
    is_major = case.hazard.grade == "major"
    yield "hazards_reported", case.reported_at, None
    if case.verified_at is None:
        yield "hazards_unverified", case.reported_at, None
    else:
        which = "major" if is_major else "general"
        yield (
            f"hazards_time_{which}",
            case.reported_at,
            without_pauses(case, case.reported_at, case.verified_at),
        )
    limit = case.counted_due_at
    good = before(case.verified_at, limit)
    yield from judged("hazards_due", "hazards_in_time", limit, now, good=good)
    if is_major:
        yield from judged("hazards_major_due", "hazards_major_in_time", limit, now, good=good)
    if case.closed_at is not None:
        yield "hazards_closed", case.closed_at, None
    earlier = case.recurrence_of
    if earlier is not None and (
        earlier.closed_at is None or case.reported_at - earlier.closed_at <= 90 * DAY
    ):
        yield "hazards_recurred", case.reported_at, None


def violation(case: Case, now: datetime) -> Iterator[Line]:
    """Violations."""
    limit = case.counted_due_at
    over = case.verified_at or (case.closed_at if case.state == "to_authority" else None)
    whose = "staff" if case.violation.offender == "staff" else "others"
    for code in ("violations", f"violations_{whose}"):
        yield from judged(f"{code}_due", f"{code}_in_time", limit, now, good=before(over, limit))


def incident(case: Case, now: datetime) -> Iterator[Line]:
    """Incidents, with those that were none."""
    facts, reported = case.incident, case.reported_at
    if case.status == "void" and case.state != "false_alarm":
        yield "cases_void", reported, None
        return
    yield "incidents_received", reported, None
    if case.state == "false_alarm" or case.subcategory == "002.05":
        yield "incidents_false", reported, None
        return
    yield from common(case)
    yield from stamped(case)
    yield "incidents_reported", reported, None
    if case.category in ("001", "002", "004"):
        yield "incidents_security", reported, None
    is_grave = facts.level in (1, 2) or facts.dead or facts.seriously_injured
    if facts.is_our_responsibility and (is_grave or (case.category == "002" and facts.loss_amount)):
        yield "incidents_serious", reported, None
    if case.arrived_at is not None and case.arrived_at not in (case.controlled_at, case.resolved_at):
        which = "fire" if case.category == "002" else "other"
        yield f"incidents_arrival_{which}", reported, without_pauses(case, reported, case.arrived_at)
        if case.controlled_at is not None:
            yield f"incidents_control_{case.category}", reported, without_pauses(case, case.arrived_at, case.controlled_at)  # fmt: skip
    if facts.plan_activated_at is not None:
        yield "incidents_activation", reported, without_pauses(case, reported, facts.plan_activated_at)
        if facts.level in (1, 2, 3):
            limit = facts.plan_activated_at + 30 * MINUTE
            good = before(facts.first_notice_at, limit)
            yield from judged("notices_due", "notices_in_time", limit, now, good=good)
    for report in case.upward_reports.all():
        if report.number == 1:
            limit = min(moment for moment in (report.due_at, report.statutory_due_at) if moment)
            yield from judged("upward_due", "upward_in_time", limit, now, good=before(report.sent_at, limit))
    analysis = getattr(case, "analysis", None)
    if analysis is not None and analysis.is_demanded:
        good = before(analysis.submitted_at, analysis.due_at)
        yield from judged("analyses_due", "analyses_in_time", analysis.due_at, now, good=good)
