"""K46, K47 and K50 equal plain SQL over the records, folded or not, and every number's page lists as many rows."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from collaboration.models import ActionItem
from collaboration.services import handling, requesting
from collaboration.services.extending import ask_extension, decide_extension
from collaboration.services.reminding import remind
from kpi.indicators import Scope, indicators, measures
from kpi.models import DayFigure
from kpi.selectors.counting import days_of
from kpi.services.checking import recount
from kpi.services.folding import fold_changed
from organization.models import Person, Site
from tests.collaboration.conftest import (  # noqa: F401 - fixtures
    MORNING,
    Make,
    add,
    ask,
    clock,
    engineering,
    fitter,
    security,
)
from tests.conftest import Cast

FIRST, LAST = date(2026, 11, 25), date(2026, 12, 31)
DAY = "({time} AT TIME ZONE %(zone)s)::date BETWEEN %(first)s AND %(last)s"
ACTION = "SELECT count(*) FROM collaboration_actionitem x WHERE x.site_id = %(site)s AND {where} AND " + DAY
REQUEST = ACTION.replace("actionitem", "collaborationrequest")
#: Written without a look at how the product counts: what is due is judged by the clock, not by a stamp.
STATEMENTS = {
    "actions_due": (
        ACTION,
        "x.due_at",
        "x.status <> 'cancelled' AND (x.done_at IS NOT NULL OR x.due_at < %(now)s)",
    ),
    "actions_in_time": (ACTION, "x.due_at", "x.status <> 'cancelled' AND x.done_at <= x.due_at"),
    "actions_done": (ACTION, "x.due_at", "x.status <> 'cancelled' AND x.done_at IS NOT NULL"),
    "actions_cancelled": (ACTION, "x.due_at", "x.status = 'cancelled'"),
    "actions_verified": (ACTION, "x.verified_at", "x.status = 'verified' AND x.kind <> 'decision'"),
    "actions_effective": (
        ACTION,
        "x.verified_at",
        "x.status = 'verified' AND x.kind <> 'decision' AND x.effectiveness = 'effective'",
    ),
    "requests_due": (
        REQUEST,
        "x.due_at",
        "x.status <> 'declined' AND (x.delivered_at IS NOT NULL OR x.due_at < %(now)s)",
    ),
    "requests_in_time": (REQUEST, "x.due_at", "x.status <> 'declined' AND x.delivered_at <= x.due_at"),
    "requests_declined": (REQUEST, "x.due_at", "x.status = 'declined'"),
}


def raw(site: Site, now: Any, first: date = FIRST, last: date = LAST) -> dict[str, int]:
    """Every measure by plain SQL; those that count to nothing are left out."""
    found = {}
    given = {"site": site.pk, "zone": site.time_zone, "first": first, "last": last, "now": now}
    for code, (statement, moment, where) in STATEMENTS.items():
        with connection.cursor() as cursor:
            cursor.execute(statement.format(where=where, time=moment), given)
            found[code] = int(cursor.fetchone()[0])
    return {code: number for code, number in found.items() if number}


@pytest.fixture
def lived(cast: Cast, site: Site, add: Make, ask: Make, fitter: Person, clock: Any) -> Any:  # noqa: F811
    """Three weeks of measures and requests with every outcome; the moment it is now."""
    engineer = cast.facility_engineer

    def due(days: float, **more: Any) -> ActionItem:
        item: ActionItem = add(due_at=MORNING + timedelta(days=days), **more)
        return item

    in_time, late, never, gone, longer = due(2), due(3), due(4), due(5), due(6)
    back, decision, early, ahead = due(7), due(2.6, kind="decision"), due(20), due(30)
    good, bad, silent = ask(), ask(), ask(due_at=MORNING + timedelta(days=2))
    refused = ask()
    clock.move_to(MORNING + timedelta(hours=2))
    for row, keep in ((good, True), (bad, True), (refused, False)):
        if keep:
            requesting.accept_request(user=fitter, request_id=row.pk, version=1)
            requesting.start_request(user=fitter, request_id=row.pk, version=2)
        else:
            requesting.decline_request(user=fitter, request_id=row.pk, version=1, reason="No")
    requesting.deliver_request(user=fitter, request_id=good.pk, version=3, delivery="x")
    requesting.confirm_request(user=cast.shift_leader, request_id=good.pk, version=4)
    requesting.deliver_request(user=fitter, request_id=bad.pk, version=3, delivery="x")
    clock.move_to(MORNING + timedelta(days=1, hours=3))
    requesting.return_request(user=cast.shift_leader, request_id=bad.pk, version=4, reason="No good")
    for item in (in_time, decision, early, back):
        handling.report_done(user=engineer, action_id=item.pk, version=1, what_was_done="x")
        if item is not back:
            handling.verify_action(user=cast.supervisor, action_id=item.pk, version=2)
    handling.judge_effectiveness(
        user=cast.supervisor, action_id=in_time.pk, version=3, effectiveness="effective", note="x"
    )
    handling.judge_effectiveness(
        user=cast.supervisor, action_id=decision.pk, version=3, effectiveness="effective", note="x"
    )
    handling.cancel_action(user=cast.supervisor, action_id=gone.pk, version=1, reason="x")
    until = MORNING + timedelta(days=9, hours=14)  # the 5th of December at the site, still the 4th in UTC
    ask_extension(user=engineer, action_id=longer.pk, version=1, reason="x", until=until)
    decide_extension(user=cast.supervisor, action_id=longer.pk, version=2, approve=True)
    clock.move_to(MORNING + timedelta(days=3, hours=5))
    remind()
    handling.report_done(user=engineer, action_id=late.pk, version=1, what_was_done="x")
    clock.move_to(MORNING + timedelta(days=8))
    handling.return_action(user=cast.supervisor, action_id=back.pk, version=2, reason="x")
    moment = MORNING + timedelta(days=21)
    clock.move_to(moment)
    remind()
    assert never.status == ahead.status == silent.status.replace("submitted", "open") == "open"
    return moment


def test_folded_days_equal_plain_sql(site: Site, lived: Any) -> None:
    counted = raw(site, lived)
    assert counted == {
        "actions_due": 7,
        "actions_in_time": 3,
        "actions_done": 4,
        "actions_cancelled": 1,
        "actions_verified": 2,
        "actions_effective": 1,
        "requests_due": 3,
        "requests_in_time": 1,
        "requests_declined": 1,
    }
    assert days_of(site, FIRST, LAST).total() == counted  # before the fold
    fold_changed()
    kept: dict[str, float] = {}
    for counts in DayFigure.objects.filter(site=site, zone=None).values_list("counts", flat=True):
        for code, number in counts.items():
            kept[code] = kept.get(code, 0) + number
    assert kept == counted


def test_each_day_and_the_second_opinion_equal_plain_sql(site: Site, lived: Any) -> None:
    fold_changed()
    days = days_of(site, FIRST, LAST)
    for number in range(22):
        day = FIRST + timedelta(days=number)
        assert days.day(day) == recount(site, day) == raw(site, lived, day, day)


@pytest.mark.requirement("R096")
def test_indicators_are_shares_of_them(site: Site, lived: Any) -> None:
    counts = days_of(site, FIRST, LAST).total()
    values = {code: indicators()[code].value(counts, site) for code in ("K46", "K47", "K50")}
    assert values == {"K46": 1 / 2, "K47": 3 / 7, "K50": 1 / 3}
    assert indicators()["K50"].value({}, site) is None


def test_every_number_opens_as_many_rows(cast: Cast, site: Site, lived: Any) -> None:
    client = Client()
    client.force_login(cast.supervisor)
    scope = Scope(site, FIRST, LAST)
    for code, number in raw(site, lived).items():
        page = client.get(measures()[code].page(scope))
        assert len(page.context["table"].page.object_list) == number, code
