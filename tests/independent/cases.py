"""What a case counts as, by which moment, and how long it took (domain 3.1 and 3.2)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.independent.records import Records, Row

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
#: (what it counts as, when, how long it took)
Count = tuple[str, datetime, timedelta | None]


class Cases:
    """The cases of a bundle with what hangs on them."""

    def __init__(self, records: Records) -> None:
        self.rows = records["cases"]
        self.now = records.made_at
        self.beside = {name: _grouped(records[name]) for name in ("pauses", "upward_reports", "analyses")}

    def counts(self) -> Iterator[Count]:
        """Everything every case counts as."""
        for case in self.rows:
            yield from self._of(case)

    def _of(self, case: Row) -> Iterator[Count]:
        is_false = case["kind"] == "incident" and (
            case["state"] == "false_alarm" or (case["subcategory"] == "002.05" and case["status"] != "void")
        )
        if case["duplicate_of"]:
            return
        if case["kind"] == "incident" and (is_false or case["status"] != "void"):
            yield "incidents received", case["reported_at"], None
        if is_false:
            yield "incidents false", case["reported_at"], None
            return
        if case["status"] == "void":
            return
        if case["status"] in ("resolved", "closed"):
            yield from _stamps(case)
        yield from getattr(self, f"_{case['kind']}")(case)

    def _limit(self, code: str, due: datetime | None, *, kept: bool) -> Iterator[Count]:
        """A limit is judged once it is over, whether anything was done or not."""
        if due is not None and due <= self.now:
            yield f"{code} due", due, None
            if kept:
                yield f"{code} kept", due, None

    def _spent(self, case: Row, begin: datetime, end: datetime) -> timedelta:
        """The time between two moments without the pauses within it."""
        paused = timedelta()
        for pause in self.beside["pauses"].get(case["case"], []):
            stop = pause["ended_at"] or end
            paused += max(min(stop, end) - max(pause["started_at"], begin), timedelta())
        return max(end - begin - paused, timedelta())

    def _service_request(self, case: Row) -> Iterator[Count]:
        reported, done = case["reported_at"], case["resolved_at"]
        answers = [case[name] for name in ("acknowledged_at", "first_reply_at") if case[name]]
        is_urgent = case["priority"] != "P3"
        if is_urgent and case["needs_visit"]:
            response = case["arrived_at"]
        else:
            response = min(answers) if answers else None
        response = response or done or case["closed_at"]
        if response:
            code = "urgent response" if is_urgent else "routine response"
            yield code, reported, self._spent(case, reported, response)
        if done:
            yield "completion", reported, self._spent(case, reported, done)
        limit = case["counted_response_due_at"]
        yield from self._limit("response", limit, kept=_by(response, limit))
        limit = case["counted_due_at"]
        yield from self._limit("request", limit, kept=_by(done, limit))
        if limit and limit <= self.now and done:
            yield "request done", limit, None
        if case["is_repair"]:
            limit = reported + 2 * HOUR
            yield from self._limit("repair answer", limit, kept=_by(case["first_reply_at"], limit))
        finished = case["first_resolved_at"]
        if finished:
            yield "finished", finished, None
            if _by(case["first_reopened_at"], finished + 30 * DAY):
                yield "reopened", finished, None

    def _complaint(self, case: Row) -> Iterator[Count]:
        reported = case["reported_at"]
        if case["is_valid"] is True:
            yield "valid complaint", reported, None
        for code, days in (("complaint", 2), ("complaint limit", 10)):
            limit = reported + days * DAY
            yield from self._limit(code, limit, kept=_by(case["first_reply_at"], limit))

    def _hazard(self, case: Row) -> Iterator[Count]:
        reported, verified, limit = case["reported_at"], case["verified_at"], case["counted_due_at"]
        grades = ("hazard", "major hazard") if case["grade"] == "major" else ("hazard",)
        for grade in grades:
            yield from self._limit(grade, limit, kept=_by(verified, limit))
        if verified:
            yield f"{grades[-1]} time", reported, self._spent(case, reported, verified)
        if case["closed_at"]:
            yield "hazard closed", case["closed_at"], None
        earlier = case["recurrence_of_closed_at"]
        if case["recurrence_of"] and (earlier is None or reported - earlier <= 90 * DAY):
            yield "hazard again", reported, None

    def _violation(self, case: Row) -> Iterator[Count]:
        limit = case["counted_due_at"]
        settled = case["verified_at"] or (case["closed_at"] if case["state"] == "to_authority" else None)
        for code in ("violation", "violation staff" if case["offender"] == "staff" else "violation others"):
            yield from self._limit(code, limit, kept=_by(settled, limit))

    def _incident(self, case: Row) -> Iterator[Count]:
        reported, level, category = case["reported_at"], case["level"], case["category"]
        if category in ("001", "002", "004"):
            yield "security", reported, None
        is_grave = level in (1, 2) or (case["dead"] or 0) > 0 or (case["seriously_injured"] or 0) > 0
        is_costly_fire = category == "002" and float(case["loss_amount"] or 0) > 0
        if case["is_our_responsibility"] and (is_grave or is_costly_fire):
            yield "serious", reported, None
        arrived, controlled = case["arrived_at"], case["controlled_at"]
        if arrived and arrived not in (controlled, case["resolved_at"]):
            where = "fire" if category == "002" else "other"
            yield f"arrival {where}", reported, self._spent(case, reported, arrived)
            if controlled:
                yield f"control {category}", reported, self._spent(case, arrived, controlled)
        activated = case["plan_activated_at"]
        if activated:
            yield "activation", reported, self._spent(case, reported, activated)
            if level in (1, 2, 3):
                limit = activated + 30 * MINUTE
                yield from self._limit("notice", limit, kept=_by(case["first_notice_at"], limit))
        for report in self.beside["upward_reports"].get(case["case"], []):
            if report["number"] == 1:
                limit = min(at for at in (report["due_at"], report["statutory_due_at"]) if at)
                yield from self._limit("upward", limit, kept=_by(report["sent_at"], limit))
        for analysis in self.beside["analyses"].get(case["case"], []):
            if analysis["is_demanded"]:
                limit = analysis["due_at"]
                yield from self._limit("analysis", limit, kept=_by(analysis["submitted_at"], limit))


def _stamps(case: Row) -> Iterator[Count]:
    """The times a case that is over should tell, and does."""
    kind, asked = case["kind"], []
    was_noted = bool(case["arrived_at"]) and case["arrived_at"] not in (
        case["controlled_at"],
        case["resolved_at"],
    )
    if kind == "service_request":
        asked += [bool(case["acknowledged_at"] or case["first_reply_at"]), bool(case["resolved_at"])]
    if kind == "incident":
        asked += [bool(case["controlled_at"])]
    if kind == "incident" or (kind == "service_request" and case["needs_visit"] and case["priority"] != "P3"):
        asked += [was_noted]
    if kind == "hazard" and case["status"] == "closed":
        asked += [bool(case["verified_at"])]
    for is_there in asked:
        yield "stamp due", case["reported_at"], None
        if is_there:
            yield "stamp there", case["reported_at"], None


def _by(done: datetime | None, limit: datetime | None) -> bool:
    return done is not None and limit is not None and done <= limit


def _grouped(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["case"], []).append(row)
    return found
