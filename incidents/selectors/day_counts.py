"""All measures of `incidents.counted` for whole days of a site, in one statement.

The statement takes the cases of each day by their moments (an index each), asks every measure of them, and counts.
Lengths of time come out as how many cases took how many steps, so that days add up and any share of them can be told.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from django.db import connection

from core.clock import now
from core.recurrence import begin_of
from incidents.categories import FIRE, FIRE_FALSE_ALARM, SECURITY
from incidents.counted import (
    ANSWER_WITHIN,
    COUNTED,
    INCIDENT_CATEGORIES,
    LONG_OPEN,
    NOTICE_WITHIN,
    RECURS_WITHIN,
    REOPENED_WITHIN,
    REPLY_AT_MOST,
    REPLY_WITHIN,
)
from incidents.selectors.day_stamps import left_out, stamps
from organization.models import Site

#: By zone id, or None for the whole site: numbers by measure, and by (measure, steps) for lengths of time.
ZoneCounts = dict[int | None, dict[str | tuple[str, int], int]]

_FALSE = (
    "c.kind = 'incident' AND (c.state = 'false_alarm' AND c.duplicate_of_id IS NULL"
    f" OR c.status <> 'void' AND c.subcategory = '{FIRE_FALSE_ALARM}')"
)
REAL = f"c.status <> 'void' AND NOT (c.kind = 'incident' AND c.subcategory = '{FIRE_FALSE_ALARM}')"
_ON_SCENE = "c.priority <> 'P3' AND q.needs_visit"
_RESPONSE = (
    f"CASE WHEN {_ON_SCENE} THEN coalesce(c.arrived_at, c.resolved_at, c.closed_at)"
    " ELSE coalesce(least(c.acknowledged_at, c.first_reply_at), c.resolved_at, c.closed_at) END"
)
#: Somebody noted the arrival: it was not only stamped with the control or the settling.
_NOTED = "c.arrived_at IS DISTINCT FROM c.controlled_at AND c.arrived_at IS DISTINCT FROM c.resolved_at"
_SETTLED = (
    "coalesce(c.verified_at, CASE WHEN c.state = 'to_authority' THEN c.closed_at END) <= c.counted_due_at"
)


def _kind(kind: str, more: str = "") -> str:
    return f"c.kind = '{kind}' AND {REAL}" + (f" AND {more}" if more else "")


def _steps(code: str, until: str, since: str = "c.reported_at") -> str:
    """How many steps lie between two instants without pauses, a begun one counted; nothing before nothing."""
    asleep = f"least(p.ended_at, {until}) - greatest(p.started_at, {since})"
    pauses = (
        f"SELECT sum(greatest(extract(epoch FROM {asleep}), 0)) FROM incidents_pause p WHERE p.case_id = c.id"  # noqa: S608 - of constants
    )
    has_paused = "c.paused_seconds > 0 OR c.paused_since IS NOT NULL"
    paused = f"CASE WHEN {has_paused} THEN coalesce(({pauses}), 0) ELSE 0 END"
    spent = f"extract(epoch FROM {until} - {since}) - {paused}"
    return f"ceil(greatest({spent}, 0) / {COUNTED[code].step * 60})::int"


def _seconds(span: timedelta) -> str:
    return f"interval '{int(span.total_seconds())} seconds'"


class _Arm:
    """Cases whose moment falls on a day, and what is asked of each."""

    def __init__(self, moment: str, joins: str = "", where: str = "", after: timedelta | None = None) -> None:
        self.moment, self.joins, self.where, self.after = moment, joins, where, after
        self.values: list[str] = []

    def count(self, code: str, condition: str = "TRUE") -> None:
        """Ask a condition."""
        self.values.append(f"('{code}', {condition}, NULL::int)")

    def measure(self, code: str, condition: str, until: str, since: str = "c.reported_at") -> None:
        """Ask how long it took."""
        holds = f"{condition} AND ({until}) IS NOT NULL AND {since} IS NOT NULL"
        self.values.append(f"('{code}', {holds}, {_steps(code, f'({until})', since)})")

    def __str__(self) -> str:
        begin, end = ("d.begins", "d.ends") if self.after is None else (
            f"d.begins - {_seconds(self.after)}", f"d.ends - {_seconds(self.after)}"
        )  # fmt: skip
        return (
            f"SELECT d.day, c.zone_id, v.code, v.steps FROM d JOIN incidents_case c ON c.site_id = %(site)s"  # noqa: S608 - of constants
            f" {self.joins} CROSS JOIN LATERAL (VALUES {', '.join(self.values)}) v(code, holds, steps)"
            f" WHERE {self.moment} >= {begin} AND {self.moment} < {end} AND v.holds"
            + (f" AND {self.where}" if self.where else "")
        )


_FACTS = (
    "LEFT JOIN incidents_incidentfacts i ON c.kind = 'incident' AND i.case_id = c.id"
    " LEFT JOIN incidents_requestfacts q ON c.kind = 'service_request' AND q.case_id = c.id"
    " LEFT JOIN incidents_complaintfacts k ON c.kind = 'complaint' AND k.case_id = c.id"
    " LEFT JOIN incidents_hazardfacts h ON c.kind = 'hazard' AND h.case_id = c.id"
    " LEFT JOIN incidents_case e ON c.kind = 'hazard' AND e.id = c.recurrence_of_id"
)


def _reported() -> _Arm:
    arm = _Arm("c.reported_at", _FACTS)
    arm.count("cases_reported", REAL)
    arm.count("cases_duplicates", "c.duplicate_of_id IS NOT NULL")
    arm.count(
        "cases_void",
        "c.status = 'void' AND c.duplicate_of_id IS NULL AND NOT (c.kind = 'incident' AND c.state = 'false_alarm')",
    )
    arm.count("cases_reopened", f"{REAL} AND c.reopened_count > 0")
    request, complaint, hazard = _kind("service_request"), _kind("complaint"), _kind("hazard")
    arm.measure("service_response_urgent", f"{request} AND c.priority <> 'P3'", _RESPONSE)
    arm.measure("service_response_routine", f"{request} AND c.priority = 'P3'", _RESPONSE)
    arm.measure("service_completion", request, "c.resolved_at")
    arm.count("complaints_reported", complaint)
    arm.count("complaints_valid", f"{complaint} AND k.is_valid")
    arm.count("complaints_unjudged", f"{complaint} AND k.is_valid IS NULL")
    arm.count("hazards_reported", hazard)
    arm.count("hazards_unverified", f"{hazard} AND c.verified_at IS NULL")
    arm.measure("hazards_time_general", f"{hazard} AND h.grade <> 'major'", "c.verified_at")
    arm.measure("hazards_time_major", f"{hazard} AND h.grade = 'major'", "c.verified_at")
    arm.count(
        "hazards_recurred",
        f"{hazard} AND e.id IS NOT NULL"
        f" AND (e.closed_at IS NULL OR e.closed_at >= c.reported_at - {_seconds(RECURS_WITHIN)})",
    )
    _incidents(arm)
    for code, condition in (*left_out(), *stamps(REAL, _NOTED)):
        arm.count(code, condition)
    return arm


def _incidents(arm: _Arm) -> None:
    incident = _kind("incident")
    arm.count("incidents_received", f"(({incident}) OR ({_FALSE}))")
    arm.count("incidents_false", f"({_FALSE})")
    arm.count("incidents_reported", incident)
    security = ", ".join(f"'{code}'" for code in SECURITY)
    arm.count("incidents_security", f"{incident} AND c.category IN ({security})")
    arm.count(
        "incidents_serious",
        f"{incident} AND i.is_our_responsibility AND (i.level <= 2 OR i.dead > 0 OR i.seriously_injured > 0"
        f" OR c.category = '{FIRE}' AND i.loss_amount > 0)",
    )
    arm.measure(
        "incidents_arrival_fire", f"{incident} AND {_NOTED} AND c.category = '{FIRE}'", "c.arrived_at"
    )
    arm.measure(
        "incidents_arrival_other", f"{incident} AND {_NOTED} AND c.category <> '{FIRE}'", "c.arrived_at"
    )
    arm.measure("incidents_activation", incident, "i.plan_activated_at")
    for one in INCIDENT_CATEGORIES:
        arm.measure(
            f"incidents_control_{one.code}",
            f"{incident} AND {_NOTED} AND c.category = '{one.code}'",
            "c.controlled_at",
            "c.arrived_at",
        )


def _due() -> _Arm:
    arm = _Arm(
        "c.counted_due_at",
        "LEFT JOIN incidents_hazardfacts h ON c.kind = 'hazard' AND h.case_id = c.id"
        " LEFT JOIN incidents_violationfacts o ON c.kind = 'violation' AND o.case_id = c.id",
        "c.counted_due_at <= %(now)s",
    )
    request, hazard, violation = _kind("service_request"), _kind("hazard"), _kind("violation")
    arm.count("service_due", request)
    arm.count("service_in_time", f"{request} AND c.resolved_at <= c.counted_due_at")
    arm.count("service_done", f"{request} AND c.resolved_at IS NOT NULL")
    for code, which in (("hazards", "TRUE"), ("hazards_major", "h.grade = 'major'")):
        arm.count(f"{code}_due", f"{hazard} AND {which}")
        arm.count(f"{code}_in_time", f"{hazard} AND {which} AND c.verified_at <= c.counted_due_at")
    whose = (
        ("violations", "TRUE"),
        ("violations_staff", "o.offender = 'staff'"),
        ("violations_others", "o.offender <> 'staff'"),
    )
    for code, which in whose:
        arm.count(f"{code}_due", f"{violation} AND {which}")
        arm.count(f"{code}_in_time", f"{violation} AND {which} AND {_SETTLED}")
    return arm


def _limits_of_report() -> Iterable[_Arm]:
    """What is judged so long after the report, whatever the rules of the site say."""
    request = f"JOIN incidents_requestfacts q ON q.case_id = c.id AND {_kind('service_request')}"
    arm = _Arm("c.reported_at", request, f"c.reported_at <= %(now)s - {_seconds(LONG_OPEN)}", LONG_OPEN)
    arm.count("service_open_long", "c.resolved_at IS NULL")
    yield arm
    arm = _Arm("c.reported_at", request, f"q.is_repair AND c.reported_at <= %(now)s - {_seconds(ANSWER_WITHIN)}", ANSWER_WITHIN)  # fmt: skip
    arm.count("repairs_answer_due")
    arm.count("repairs_answered", f"c.first_reply_at <= c.reported_at + {_seconds(ANSWER_WITHIN)}")
    yield arm
    for within, due, kept in (
        (REPLY_WITHIN, "complaints_reply_due", "complaints_replied"),
        (REPLY_AT_MOST, "complaints_limit_due", "complaints_limit_kept"),
    ):
        ended = f"{_kind('complaint')} AND c.reported_at <= %(now)s - {_seconds(within)}"
        arm = _Arm("c.reported_at", "", ended, within)
        arm.count(due)
        arm.count(kept, f"c.first_reply_at <= c.reported_at + {_seconds(within)}")
        yield arm


def _others() -> Iterable[_Arm]:
    request = f"JOIN incidents_requestfacts q ON q.case_id = c.id AND {_kind('service_request')}"
    arm = _Arm("c.counted_response_due_at", request, "c.counted_response_due_at <= %(now)s")
    arm.count("service_response_due")
    arm.count("service_responded", f"({_RESPONSE}) <= c.counted_response_due_at")
    yield arm
    arm = _Arm("c.first_resolved_at", "", _kind("service_request"))
    arm.count("service_finished")
    arm.count("service_reopened", f"c.first_reopened_at <= c.first_resolved_at + {_seconds(REOPENED_WITHIN)}")
    yield arm
    arm = _Arm("c.closed_at", "", _kind("hazard"))
    arm.count("hazards_closed")
    yield arm
    incident = _kind("incident")
    arm = _Arm(
        "i.plan_activated_at",
        f"JOIN incidents_incidentfacts i ON i.case_id = c.id AND {incident} AND i.level <= 3",
        f"i.plan_activated_at <= %(now)s - {_seconds(NOTICE_WITHIN)}",
        NOTICE_WITHIN,
    )
    arm.count("notices_due")
    arm.count("notices_in_time", f"i.first_notice_at <= i.plan_activated_at + {_seconds(NOTICE_WITHIN)}")
    yield arm
    until = "least(u.due_at, u.statutory_due_at)"
    arm = _Arm(
        until,
        f"JOIN incidents_upwardreport u ON u.case_id = c.id AND u.number = 1 AND {incident}",
        f"{until} <= %(now)s",
    )
    arm.count("upward_due")
    arm.count("upward_in_time", f"u.sent_at <= {until}")
    yield arm
    arm = _Arm(
        "a.due_at",
        f"JOIN incidents_analysisreport a ON a.case_id = c.id AND a.is_demanded AND {incident}",
        "a.due_at <= %(now)s",
    )
    arm.count("analyses_due")
    arm.count("analyses_in_time", "a.submitted_at <= a.due_at")
    yield arm


_ARMS = (_reported(), _due(), *_limits_of_report(), *_others())
_STATEMENT = f"""
WITH d AS (
    SELECT * FROM unnest(%(days)s::date[], %(begins)s::timestamptz[], %(ends)s::timestamptz[]) AS d(day, begins, ends)
),
line AS ({" UNION ALL ".join(map(str, _ARMS))})
SELECT day, grouping(zone_id) = 1, zone_id, code, steps, count(*) FROM line
GROUP BY GROUPING SETS ((day, code, steps), (day, zone_id, code, steps))
"""  # noqa: S608 - of constants


def counts_of_days(site: Site, days: Collection[date]) -> dict[date, ZoneCounts]:
    """The counts of several days of a site, of each zone and of the whole; what counted to nothing is left out."""
    if not days:
        return {}
    ordered = sorted(days)
    parameters: dict[str, Any] = {
        "site": site.pk,
        "now": now(),
        "days": ordered,
        "begins": [begin_of(day, site.zone_info) for day in ordered],
        "ends": [begin_of(day + timedelta(days=1), site.zone_info) for day in ordered],
    }
    found: dict[date, ZoneCounts] = {}
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, parameters)
        for day, is_whole, zone_id, code, steps, number in cursor.fetchall():
            if not is_whole and zone_id is None:
                continue
            counts = found.setdefault(day, {}).setdefault(None if is_whole else zone_id, {})
            counts[code] = counts.get(code, 0) + number
            if steps is not None:
                counts[code, steps] = number
    return found
