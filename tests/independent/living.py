"""An October of a site as hard as it comes: clocks that change, late uploads, pauses, reopened and excluded records, open work."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from collaboration.models import ActionItem, CollaborationRequest
from core.ids import uuid7
from organization.models import Department, Site, Zone
from patrols.models import Checkpoint, Round, RoundStatus, Scan
from patrols.services import partitions
from patrols.services.judging import judge_due
from patrols.services.reviewing import overrule
from patrols.services.scanning import record_batch
from rosters.models import PostDemand
from surveys.models import Answer, Question, Response, Wave
from tests.conftest import Cast
from tests.incidents.factories import AlarmFactory, CaseFactory
from tests.kpi.heaps import heap
from tests.organization.factories import DepartmentFactory, ZoneFactory
from tests.patrols.factories import CheckpointFactory, PlanFactory, RoundFactory, RouteFactory, scan
from tests.rosters.factories import PostFactory, ShiftFactory
from tests.surveys.factories import QuestionFactory, VersionFactory, WaveFactory

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
BEGIN = datetime(2026, 9, 30, 12, 0, tzinfo=UTC)
#: Nine days into November: what was uploaded late has come, what is open stays open.
NOW = datetime(2026, 11, 9, 4, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def live_through_october(site: Site, cast: Cast, seed: int) -> None:
    """Everything that counts, written to the database of `site`; nothing is folded."""
    chance = Random(seed)
    zones = [ZoneFactory.create(site=site) for _turn in range(3)]
    _patrols(site, cast, zones, chance)
    heap(site, cast.supervisor, [*zones, None], datetime(2026, 7, 20, tzinfo=UTC), 110, 420, seed)
    _alarms(site, zones, chance)
    _teamwork(site, cast, chance)
    _posts(site, cast, zones, chance)
    _surveys(site, chance)


def _patrols(site: Site, cast: Cast, zones: list[Zone], chance: Random) -> None:
    """Two rounds a day around midnight and noon UTC; some walked on paper-thin time, some sent days later."""
    partitions.ensure(BEGIN, NOW)
    points = [
        CheckpointFactory.create(site=site, zone=zone, x=0.02 * number, y=0.5)
        for number, zone in enumerate([*zones, *zones, None])
    ]
    plan = PlanFactory.create(route=RouteFactory.create(site=site, over=points))
    for number in range(66):
        round_ = RoundFactory.create(plan=plan, due_start=BEGIN + number * 12 * HOUR)
        match chance.randrange(6):
            case 0:
                Round.objects.filter(pk=round_.pk).update(status=RoundStatus.CANCELLED)
            case 1:
                pass  # nobody went
            case 2:
                _walk(cast, round_, points[: chance.randrange(1, 7)], chance)
            case 3:
                _walk(cast, round_, points, chance, minutes=52)
            case _:
                _walk(cast, round_, points, chance)
    judge_due(NOW)
    for one in Scan.objects.filter(site=site).order_by("corrected_at")[5:50:9]:
        overrule(
            user=cast.supervisor,
            scan_id=one.pk,
            verdict="doubtful",
            counts=bool(chance.randrange(2)),
            note="Seen.",
        )


def _walk(cast: Cast, round_: Round, points: list[Checkpoint], chance: Random, minutes: int = 5) -> None:
    late = chance.choice((timedelta(seconds=2), timedelta(seconds=2), 15 * timedelta(minutes=1), 3 * DAY))
    times = [round_.due_start + timedelta(minutes=minutes + 2 * number) for number in range(len(points))]
    record_batch(
        [scan(cast.guard, point, at, received_at=at + late) for point, at in zip(points, times, strict=True)]
    )


def _posts(site: Site, cast: Cast, zones: list[Zone], chance: Random) -> None:
    """A gate by day that wanted more people from the 12th on, a night post given up on the 20th, a control room, the crowd of a fair; and who was there.

    The fair makes more than a million minutes due.
    """
    day, night, always = ([["06:30", "19:00"]], [["21:00", "05:15"]], [["00:00", "24:00"]])
    spans = ((day, "gate", 1), (night, "patrol", 1), (always, "control_room", 1), (always, "standby", 40))
    for number, (hours, kind, heads) in enumerate(spans):
        post = PostFactory.create(site=site, kind=kind, code=f"P{number}")
        asked: dict[str, Any] = {
            "zone": zones[number % len(zones)],
            "kind": kind,
            "coverage": dict.fromkeys(("mon", "wed", "fri", "sat", "sun"), hours),
        }
        PostDemand.objects.create(post=post, since=date(2026, 9, 3), heads=heads, is_active=True, **asked)
        if kind == "gate":
            PostDemand.objects.create(post=post, since=date(2026, 10, 12), heads=3, is_active=True, **asked)
        if kind == "patrol":
            PostDemand.objects.create(post=post, since=date(2026, 10, 20), heads=1, is_active=False, **asked)
        for begun in chance.sample(range(35 * 1440), 70):
            begins = BEGIN - DAY + timedelta(minutes=begun)
            people = (cast.guard, cast.supervisor, cast.shift_leader, cast.other_guard)
            ends = begins + timedelta(minutes=chance.choice((59, 480, 733)))
            ShiftFactory.create(post=post, person=people[number], starts_at=begins, ends_at=ends)


def _alarms(site: Site, zones: list[Zone], chance: Random) -> None:
    """Of every state, some grown into cases that proved false, trials and silences among them."""
    whole: dict[str, Any] = {"site": site, "kind": "incident", "category": "002"}
    cases = [
        CaseFactory.create(
            **whole, state="false_alarm", status="void", closed_at=NOW, reported_at=BEGIN + 3 * DAY
        ),
        CaseFactory.create(**whole, subcategory="002.05", reported_at=BEGIN + 9 * DAY),
        CaseFactory.create(**whole, reported_at=BEGIN + 12 * DAY),
    ]
    for _turn in range(90):
        at = BEGIN + timedelta(minutes=chance.randrange(32 * 1440))
        state = chance.choice(("new", "false", "closed", "case", "acknowledged"))
        AlarmFactory.create(
            site=site,
            zone=chance.choice([*zones, None]),
            first_at=at,
            received_at=at + chance.choice((0, 1, 20)) * HOUR,
            code=chance.choice(("motion", "motion", "fire", "test", "silence")),
            state=state,
            case=chance.choice(cases) if state == "case" else None,
            resolved_at=NOW if state in ("false", "closed", "case") else None,
            false_reason="animal" if state == "false" else "",
            nature=chance.choice(("", "", "test", "fire")) if state == "closed" else "",
            ended_at=NOW,
        )


def _teamwork(site: Site, cast: Cast, chance: Random) -> None:
    departments = [DepartmentFactory.create(company=site.company, site=site) for _turn in range(2)]
    for number in range(80):
        _action(site, cast, number, chance)
        _request(site, cast, departments, number, chance)


def _common(site: Site, number: int, due: datetime, made: datetime) -> dict[str, Any]:
    return {
        "company": site.company,
        "site": site,
        "number": f"{site.code}-{number}",
        "operation_id": uuid7(),
        "title": "x",
        "due_at": due,
        "created_at": made,
        "overdue_at": None,
    }


def _due(chance: Random) -> datetime:
    """Some time of October and the days around it; never noticed before it is over."""
    return BEGIN - 5 * DAY + timedelta(minutes=chance.randrange(45 * 1440))


def _action(site: Site, cast: Cast, number: int, chance: Random) -> None:
    due, status = _due(chance), chance.choice(("open", "done", "verified", "verified", "cancelled"))
    row = _common(site, number, due, due - 8 * DAY) | {
        "owner": cast.facility_engineer,
        "created_by": cast.supervisor,
        "original_due_at": due,
        "status": status,
        "kind": chance.choice(("corrective", "preventive", "improvement", "decision")),
    }
    if status in ("done", "verified"):
        done = due + chance.choice((-3 * DAY, timedelta(), timedelta(seconds=1), 5 * DAY))
        row |= {"done_at": done, "done_by": cast.facility_engineer, "what_was_done": "x"}
    if status == "verified":
        row |= {
            "verified_at": row["done_at"] + chance.choice((0, 2, 9)) * DAY,
            "verified_by": cast.supervisor,
        }
        if chance.random() < 0.7:
            row |= {
                "effectiveness": chance.choice(("effective", "not_effective")),
                "judged_at": row["verified_at"] + DAY,
            }
    if status == "cancelled":
        row |= {"cancelled_at": due, "cancel_reason": "x"}
    if status == "open" and due <= NOW:
        row["overdue_at"] = due + timedelta(minutes=3)
    ActionItem.objects.create(**row)


def _request(site: Site, cast: Cast, departments: list[Department], number: int, chance: Random) -> None:
    due = _due(chance)
    status = chance.choice(
        ("submitted", "accepted", "in_progress", "delivered", "delivered", "confirmed", "declined")
    )
    person = cast.facility_engineer
    row = _common(site, number, due, due - 8 * DAY) | {
        "status": status,
        "from_department": departments[0],
        "to_department": departments[1],
        "submitted_by": cast.supervisor,
        "submitted_at": due - 8 * DAY,
        "answer_by": due - 7 * DAY,
    }
    if status != "submitted":
        row |= {"answered_at": due - 6 * DAY, "answered_by": person}
    if status == "declined":
        row["decline_reason"] = "x"
    if status in ("in_progress", "delivered", "confirmed"):
        row |= {"started_at": due - 5 * DAY, "started_by": person}
    if status in ("delivered", "confirmed"):
        done = due + chance.choice((-DAY, timedelta(), timedelta(seconds=1), 4 * DAY))
        row |= {"delivered_at": done, "delivered_by": person, "delivery": "x"}
        if status == "confirmed":
            row |= {"confirmed_at": done + DAY, "confirmed_by": cast.supervisor}
    elif status != "declined" and due <= NOW:
        row["overdue_at"] = due + timedelta(minutes=3)
    CollaborationRequest.objects.create(**row)


def _surveys(site: Site, chance: Random) -> None:
    """Waves of half a year: some answers open or not valid, a question few answered, an item asked twice."""
    version = VersionFactory.create(questionnaire__company=site.company)
    kinds = [("scale", item) for item in ("overall", "overall", "safety", "attitude", "security_staff")]
    questions = [
        QuestionFactory.create(version=version, kind=kind, item=item) for kind, item in [*kinds, ("nps", "")]
    ]
    for closed, people, number in (
        (date(2026, 5, 20), 640, 180),
        (date(2026, 8, 1), 640, 40),
        (LAST, 300, 140),
    ):
        wave = WaveFactory.create(
            site=site,
            version=version,
            is_anonymous=False,
            state="closed",
            closed_on=closed,
            closed_at=NOW,
            opened_at=BEGIN,
            drawn_at=BEGIN,
            population=people,
            needed=number,
            invited=2 * number,
            seed=1,
        )
        for _turn in range(number):
            _answer(wave, questions, chance)


def _answer(wave: Wave, questions: list[Question], chance: Random) -> None:
    response = Response.objects.create(
        wave=wave,
        is_anonymous=False,
        channel="gate" if (is_open := chance.random() < 0.1) else "letter",
        evidence="open" if is_open else "personal",
        language="en",
        received_on=LAST,
        received_at=NOW,
        form_key=uuid4(),
        is_valid=(is_valid := chance.random() < 0.95),
        invalid_reason="" if is_valid else "x",
    )
    for question in questions:
        share = 0.02 if question.item == "attitude" else 0.9
        if chance.random() < share:
            number = chance.randrange(11) if question.kind == "nps" else chance.randrange(1, 6)
            Answer.objects.create(response=response, question=question, number=number)
