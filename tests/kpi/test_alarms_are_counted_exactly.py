"""K07: alarms received and false alarms equal a slow reading, after people said what they were; numbers open their rows."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.test import Client

from incidents.models import Alarm
from incidents.services.alarm_handling import NewCase, call_false, make_case, settle_alarm
from incidents.services.steps import take_step
from kpi.indicators import Scope, measures
from kpi.indicators.alarms import K07
from kpi.models import DayFigure
from kpi.selectors.counting import days_of
from kpi.services.checking import recount
from kpi.services.folding import fold_changed, refold
from organization.models import Site, Zone
from tests.conftest import Cast
from tests.incidents.factories import AlarmFactory, CaseFactory
from tests.kpi.test_cases_are_counted_exactly import rows_behind
from tests.organization.factories import ZoneFactory

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
FIRST, LAST = date(2026, 11, 10), date(2026, 11, 20)
HOUR = timedelta(hours=1)


def slow(site: Site, first: date, last: date, zone: Zone | None = None) -> dict[str, int]:
    """One alarm at a time."""
    found: Counter[str] = Counter()
    for alarm in Alarm.objects.filter(site=site):
        day = alarm.received_at.astimezone(site.zone_info).date()
        if alarm.code in ("silence", "test") or alarm.nature == "test" or not first <= day <= last:
            continue
        if zone is not None and alarm.zone_id != zone.pk:
            continue
        found["alarms_received"] += 1
        case = alarm.case
        was_none = case is not None and case.kind == "incident" and (case.state == "false_alarm" or case.subcategory == "002.05")  # fmt: skip
        if alarm.state == "false" or was_none:
            found["alarms_false"] += 1
    return dict(found)


def counted(site: Site, day: date) -> dict[str, float]:
    """The kept numbers of a day that are about alarms."""
    kept = (
        DayFigure.objects.filter(site=site, zone=None, day=day).values_list("counts", flat=True).first() or {}
    )
    return {code: number for code, number in kept.items() if code.startswith("alarms_")}


@pytest.fixture
def zone(site: Site) -> Any:
    """Ten days of alarms of every kind, received up to a day late, in a zone or none; gives the zone."""
    chance, zone = Random(5), ZoneFactory.create(site=site)
    cases = [
        CaseFactory.create(site=site, kind="incident", category="002", **more)
        for more in (
            {"state": "false_alarm", "status": "void", "closed_at": NOON},
            {"subcategory": "002.05"},
            {},
        )
    ]
    for _turn in range(60):
        at = NOON - timedelta(minutes=chance.randrange(10 * 1440))
        state = chance.choice(("new", "false", "closed", "case", "acknowledged"))
        AlarmFactory.create(
            site=site,
            zone=chance.choice((zone, None)),
            first_at=at,
            received_at=min(at + chance.choice((0, 1, 20)) * HOUR, NOON),
            code=chance.choice(("motion", "motion", "fire", "test", "silence")),
            state=state,
            case=chance.choice(cases) if state == "case" else None,
            resolved_at=NOON if state in ("false", "closed", "case") else None,
            false_reason="animal" if state == "false" else "",
            nature=chance.choice(("", "", "test", "fire")) if state == "closed" else "",
            ended_at=NOON,
        )
    with time_machine.travel(NOON, tick=False):
        yield zone


def test_statement_rows_and_a_slow_reading_agree(site: Site, zone: Zone) -> None:
    list(refold(site, FIRST, LAST))
    for number in range(11):
        day = FIRST + timedelta(days=number)
        expected = slow(site, day, day)
        assert counted(site, day) == expected
        assert {
            code: one for code, one in recount(site, day).items() if code.startswith("alarms_")
        } == expected
    total = days_of(site, FIRST, LAST).total()
    assert K07.value(total) == total["alarms_false"] / total["alarms_received"] > 0
    there = days_of(site, FIRST, LAST).total(zone.pk)
    assert {code: there[code] for code in there if code.startswith("alarms_")} == slow(
        site, FIRST, LAST, zone
    )


def test_every_number_opens_as_many_rows(site: Site, zone: Zone, cast: Cast, client: Client) -> None:
    client.force_login(cast.supervisor)
    for scope in (Scope(site, FIRST, LAST), Scope(site, FIRST, LAST, zone), Scope(site, LAST, LAST)):
        expected = slow(site, scope.first, scope.last, scope.zone)
        for code in ("alarms_received", "alarms_false"):
            assert rows_behind(client, measures()[code].page(scope)) == expected.get(code, 0)


def test_what_people_say_of_an_alarm_moves_its_day(site: Site, cast: Cast) -> None:
    with time_machine.travel(NOON - 3 * 24 * HOUR, tick=False):
        false, real, trial = (AlarmFactory.create(site=site) for _turn in range(3))
        list(refold(site, FIRST, LAST))
    day = (NOON - 3 * 24 * HOUR).date()
    with time_machine.travel(NOON, tick=False):
        call_false(user=cast.supervisor, alarm_id=false.pk, reason="animal")
        fold_changed()
        assert counted(site, day) == {"alarms_received": 3, "alarms_false": 1}
        opened = make_case(
            user=cast.supervisor, alarm_id=real.pk, given=NewCase(kind="incident", title="Smoke")
        )
        settle_alarm(user=cast.supervisor, alarm_id=trial.pk, note="Seen", nature="test")
        fold_changed()
        assert counted(site, day) == slow(site, day, day) == {"alarms_received": 2, "alarms_false": 1}
        take_step(
            user=cast.supervisor, case_id=opened.case.pk, step="false_alarm", values={"note": "Cooking"}
        )
        fold_changed()
        assert counted(site, day) == slow(site, day, day) == {"alarms_received": 2, "alarms_false": 2}
