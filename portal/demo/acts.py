"""What happens besides scanning, in order of time: checks filled in, matters reported, cases given out and settled."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from checklists.models import Answer, ChecklistItem, ItemKind
from core.clock import local, set_to
from core.recurrence import instant_of
from incidents.models import Case, CaseStatus
from incidents.services.handling import assign_case
from organization.models import Person, Role
from patrols.services.findings import take_check, take_report
from portal.demo import oddities
from portal.demo.cases import walk_to_its_end
from portal.demo.chance import dice, identifier
from portal.demo.phones import key_of, operation
from portal.demo.photographs import hash_of
from portal.demo.specs import FindingSpec, MatterSpec
from portal.demo.walking import Visit
from portal.demo.world import Place, Walker, World

#: Chance of an abnormal answer in a fire patrol, of an odd reading, and of a matter on a site's day.
FINDING, ODD_READING, MATTER = 0.06, 0.005, 0.4
#: Reports go back this far when cases are settled late.
LONGEST = timedelta(days=3)
READING = {"zh-hans": "读数超出范围，已复测并通知工程部。", "zh-hant": "讀數超出範圍，已覆測並通知工程部。"}
READING_SETTLED = {
    "zh-hans": "复测后读数恢复正常，已记录并加密观察。",
    "zh-hant": "覆測後讀數回復正常，已記錄並加密觀察。",
}


@dataclass(frozen=True, slots=True)
class Act:
    """Something done at a time, through a service; doing it twice changes nothing."""

    at: datetime
    do: Callable[[], Any]


def perform(acts: Iterable[Act], since: datetime, until: datetime) -> int:
    """Do what falls into (since, until], each at its own time."""
    due = sorted((act for act in acts if since < act.at <= until), key=lambda act: act.at)
    for act in due:
        with set_to(act.at):
            act.do()
    return len(due)


def checks_of(world: World, place: Place, visit: Visit) -> Iterator[Act]:
    """The checklist of a point, filled in after its scan; and what becomes of an abnormal answer."""
    version = world.versions.get(visit.stop.checkpoint.checklist_id or 0)
    if version is None or visit.turn or oddities.blocked(place, visit.stop.spec.code, visit.at):
        return
    key = key_of(place, visit, "check")
    chance = dice("check", key)
    finding = chance.choice(place.spec.findings) if chance.random() < FINDING else None
    answers, wrong = _answers(place, world.items[version.pk], finding, chance)
    at = visit.at + timedelta(seconds=chance.uniform(35, 80))
    op = operation(
        place,
        visit.walker,
        kind="checklists.check",
        key=key,
        at=at,
        body={
            "checkpoint_id": visit.stop.checkpoint.pk,
            "version_id": version.pk,
            "answers": answers,
            "scan_id": str(key_of(place, visit, "scan")),
            "round_id": visit.round.pk,
        },
        delay=timedelta(seconds=chance.uniform(2, 60)),
    )
    yield Act(op.received_at, partial(take_check, op))
    if wrong is not None:
        yield from _handling(
            place, partial(_case_of_check, key), op.received_at, wrong.hours, wrong.settled, chance
        )


def _answers(
    place: Place, items: list[ChecklistItem], finding: FindingSpec | None, chance: Random
) -> tuple[list[dict[str, Any]], FindingSpec | None]:
    """Answers to every item, and what is wrong, if anything is: one thing at most."""
    language = place.spec.language
    about = next(
        (item for item in items if finding is not None and finding.about in item.label.text(language)), None
    )
    answers: list[dict[str, Any]] = []
    wrong: FindingSpec | None = None
    for item in items:
        answer: dict[str, Any] = {"item_id": item.pk, "value": "normal"}
        match item.kind:
            case ItemKind.NUMBER:
                odd = about is None and wrong is None and chance.random() < ODD_READING
                answer["value"] = _reading(item, chance, odd=odd)
                if odd:
                    wrong = FindingSpec("", READING[language], "", 20, READING_SETTLED[language])
                    answer["text"] = wrong.text
            case ItemKind.CHOICE:
                answer["value"] = next(
                    choice["value"] for choice in item.choices if not choice.get("abnormal")
                )
            case ItemKind.TEXT | ItemKind.PHOTO:
                continue
        if finding is not None and item is about and item.kind == ItemKind.NORMAL:
            wrong = finding
            answer |= {"value": "abnormal", "text": finding.text, "photos": [hash_of(finding.scene)]}
        answers.append(answer)
    return answers, wrong


def _reading(item: ChecklistItem, chance: Random, *, odd: bool) -> float:
    low, high = float(item.low or 0), float(item.high or Decimal(100))
    value = (
        low - (high - low) * 0.06
        if odd
        else low + (high - low) * min(max(chance.gauss(0.5, 0.11), 0.08), 0.92)
    )
    return round(value, 2 if high - low < 10 else 0)


def matters_between(place: Place, since: datetime, until: datetime) -> Iterator[Act]:
    """What guards report on the days up to `until`, and how it is settled, as far back as it may matter."""
    day = local(since - LONGEST, place.spec.time_zone).date()
    while day <= local(until, place.spec.time_zone).date():
        yield from _matters_of_day(place, day)
        day += timedelta(days=1)


def _matters_of_day(place: Place, day: date) -> Iterator[Act]:
    chance = dice("matters", place.spec.code, day)
    for turn in range(2):
        at = instant_of(datetime.combine(day, time(7)), place.site.zone_info) + timedelta(
            hours=chance.uniform(0, 16)
        )
        matter = place.spec.matters[(day.toordinal() * 2 + turn) * 5 % len(place.spec.matters)]
        walker = place.somebody(at, day.toordinal() + turn)
        if chance.random() < MATTER / (1 + turn) and walker is not None:
            yield from reported(place, matter, walker, at, chance)


def reported(place: Place, matter: MatterSpec, walker: Walker, at: datetime, chance: Random) -> Iterator[Act]:
    """A guard reports a matter; a leader gives it to somebody; it is settled."""
    stop = place.stop_of(matter.point)
    key = identifier(at, "matter", place.spec.code, matter.text)
    op = operation(
        place,
        walker,
        kind="incidents.report",
        key=key,
        at=at,
        body={
            "kind": matter.kind,
            "text": matter.text,
            "checkpoint_id": stop.checkpoint.pk,
            "place": f"{stop.spec.name} · {stop.spec.place}",
        },
        delay=timedelta(seconds=chance.uniform(2, 40)),
        photos=(hash_of(matter.scene),) if matter.scene else (),
    )
    yield Act(op.received_at, partial(take_report, op))
    case = partial(_case_of_report, place.site.company_id, key)
    yield from _handling(place, case, op.received_at, matter.hours, matter.settled, chance)


def _handling(
    place: Place, case: Callable[[], Case | None], at: datetime, hours: float, settled: str, chance: Random
) -> Iterator[Act]:
    """Given out within the hour, settled in about the time it takes; one in ten takes much longer."""
    leader, worker = place.first_with(Role.SUPERVISOR), place.first_with(Role.FACILITY_ENGINEER)
    if hours <= 2:
        worker = place.first_with(Role.SHIFT_LEADER)
    given = at + timedelta(minutes=chance.uniform(6, 50))
    due = at + timedelta(hours=max(2.0, hours * 1.4))
    yield Act(given, lambda: _give(case(), leader, worker, due))
    taken = hours * chance.uniform(0.5, 1.3) * (2.4 if chance.random() < 0.1 else 1)
    ended = given + timedelta(hours=min(taken, 60))
    yield Act(ended, lambda: _settle(case(), worker, settled))


def _give(case: Case | None, leader: Person, worker: Person, due: datetime) -> None:
    """Give a case to somebody, unless people have been at it."""
    if case is not None and case.status == CaseStatus.OPEN and case.version == 1:
        assign_case(user=leader, case_id=case.pk, version=1, person=worker, due_at=due)


def _settle(case: Case | None, worker: Person, settled: str) -> None:
    """Settle a case that stands as the demo left it."""
    if (
        case is not None
        and case.status == CaseStatus.OPEN
        and case.version == 2
        and case.assigned_to_id == worker.pk
    ):
        walk_to_its_end(case, worker=worker, settled=settled)


def _case_of_report(company_id: int, key: UUID) -> Case | None:
    return Case.objects.filter(company_id=company_id, operation_id=key).first()


def _case_of_check(key: UUID) -> Case | None:
    answer = Answer.objects.filter(check_made_id=key, is_abnormal=True).first()
    return Case.objects.filter(answer=answer).first() if answer is not None else None
