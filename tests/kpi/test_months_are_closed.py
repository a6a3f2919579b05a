"""A month is closed once, with everything its figures rest on; what the records say later is listed, never mixed in."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pgtrigger
import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import InternalError, connection, transaction
from django.test import Client

from core import changed_days
from core.models import AuditEntry
from incidents.models import Case
from kpi.indicators import Group, indicators, live_indicators
from kpi.models import ClosedMonth, DayFigure
from kpi.selectors.closed import later_changes, numbers_of_changes
from kpi.selectors.dimensions import dimensions_of
from kpi.selectors.freezing import Frozen, canonical
from kpi.selectors.months import month_of
from kpi.selectors.periods import Month
from kpi.selectors.sites import site_months
from kpi.services.closing import checklist, close_month
from kpi.services.folding import fold_changed, refold
from kpi.services.turning import turn_days
from kpi.signals import month_closed
from organization.models import Person, Site
from patrols.models import Scan
from patrols.services.reviewing import overrule
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory
from tests.kpi.conftest import LATER, World

pytestmark = pytest.mark.requirement("R103")
NOVEMBER, DECEMBER = Month(date(2026, 11, 1)), Month(date(2026, 12, 1))
HOUR = timedelta(hours=1)


@pytest.fixture
def over(world: World, cast: Cast) -> Any:
    """November is over: three weeks of rounds, two complaints, a request done in time; every day is counted."""
    site = world.site
    site.households, site.population = 1000, 2500
    site.save()
    reported = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
    for number in range(2):
        CaseFactory.create(site=site, kind="complaint", category="attitude", reported_at=reported + number * HOUR, facts={"is_valid": True})  # fmt: skip
    CaseFactory.create(
        site=site, kind="service_request", category="repair", priority="P2", reported_at=reported, acknowledged_at=reported + HOUR / 6,
        arrived_at=reported + HOUR / 2, resolved_at=reported + HOUR, first_resolved_at=reported + HOUR,
        counted_due_at=reported + 24 * HOUR, counted_response_due_at=reported + HOUR / 2, state="done", status="resolved",
        facts={"needs_visit": True, "is_repair": True},
    )  # fmt: skip
    with time_machine.travel(LATER, tick=False) as traveller:
        list(refold(site, NOVEMBER.first, date(2026, 12, 2)))
        turn_days()
        fold_changed()
        yield traveller


@pytest.fixture
def closed(over: Any, world: World, cast: Cast) -> ClosedMonth:
    """November, closed by the project manager."""
    return close_month(user=cast.project_manager, site=world.site, month=NOVEMBER)


def values(site: Site) -> dict[str, float | None]:
    """Every value of the month's page."""
    return {line.standing.indicator.code: line.standing.value for line in month_of(site, NOVEMBER).indicators}


def test_the_content_is_canonical_complete_and_hashed(closed: ClosedMonth, world: World) -> None:
    content = json.loads(closed.content)
    assert canonical(content) == closed.content
    assert sha256(closed.content.encode()).hexdigest() == closed.sha256
    assert content["profile"] == {"households": 1000, "population": 2500}
    assert content["month"] == "2026-11"
    assert content["figures"]["K43"]["value"] == 0.002
    assert content["targets"]["K04"] == 0.95
    assert content["days"]["2026-11-05"][""]["complaints_valid"] == 2
    assert content["definitions"]["K04"]["numerator"]
    assert set(content["windows"]) == {code for code, one in live_indicators().items() if one.window > 1}
    kept = (
        DayFigure.objects.filter(site=world.site, day__month=11, zone=None)
        .order_by("day")
        .values_list("day", "counts")
    )
    assert {day: zones[""] for day, zones in content["days"].items() if "" in zones} == {
        str(day): counts for day, counts in kept
    }


def test_frozen_figures_are_those_of_the_page_before(over: Any, world: World, cast: Cast) -> None:
    before = [line.standing for line in month_of(world.site, NOVEMBER).indicators]
    close_month(user=cast.project_manager, site=world.site, month=NOVEMBER)
    after = month_of(world.site, NOVEMBER)
    assert [line.standing for line in after.indicators] == before
    assert after.closed is not None


@pytest.mark.requirement("R071", "R073")
def test_records_change_and_the_frozen_month_does_not(
    closed: ClosedMonth, world: World, cast: Cast, client: Client, over: Any
) -> None:
    site, before, text = world.site, values(world.site), closed.content
    assert later_changes(closed).is_empty
    # A late batch: the missed round of the fourth was walked after all, by a phone that had no network for weeks.
    world.walk(world.rounds[3], world.points, delay=3600 * 24 * 20)
    # A case is opened again, and another one's complaint turns out not to hold.
    Case.objects.filter(kind="service_request").update(resolved_at=None, state="in_progress", status="open")
    Case.objects.filter(kind="complaint", reported_at__hour=2).update(
        status="void", state="withdrawn", closed_at=LATER
    )
    changed_days.mark([(site.pk, date(2026, 11, 5)), (site.pk, date(2026, 11, 6))])
    # A scan is overruled.
    overruled = Scan.objects.filter(site=site, verdict="plausible").earliest("corrected_at")
    overrule(
        user=cast.supervisor, scan_id=overruled.pk, verdict="doubtful", counts=False, note="Seen elsewhere."
    )
    # The site grows.
    Site.objects.filter(pk=site.pk).update(households=9999)
    site.refresh_from_db()
    for folded in (False, True):
        if folded:
            fold_changed()
        closed = ClosedMonth.objects.select_related("site").get()
        assert (closed.content, sha256(text.encode()).hexdigest()) == (text, closed.sha256)
        assert values(site) == before
        changes = later_changes(closed)
        told: dict[Any, Any] = {
            (one.code, one.day.day): (one.frozen, one.now) for one in changes.days if one.zone is None
        }
        assert told["complaints_valid", 5] == (2, 1)
        assert told["complaints_void", 5] == (0, 1)
        assert told["service_in_time", 6] == (1, 0)
        assert told["scans_plausible", overruled.corrected_at.astimezone(site.zone_info).day][0] > 0
        assert any(code.startswith("scans_") and now > then for (code, _day), (then, now) in told.items())
        figures = {one.indicator.code: one for one in changes.figures}
        assert (figures["K43"].frozen.value, figures["K43"].now.value) == (
            0.002,
            0.001,
        )  # by the frozen households
        assert (figures["K04"].frozen.value, figures["K04"].now.value) == (1.0, 0.0)
    assert numbers_of_changes([closed]) == {closed.pk: len(told)}
    client.force_login(cast.supervisor)
    page: Any = client.get(f"/kpi/closed/{closed.pk}/")
    assert page.status_code == 200
    assert closed.sha256 in page.content.decode()
    for one in page.context["days"]:
        assert client.get(one.page).status_code == 200, one.code
    month: Any = client.get(f"/kpi/?site={site.pk}&month=2026-11")
    assert closed.sha256 in month.content.decode()
    listed: Any = client.get("/kpi/closed/")
    assert f">{len(told)}</td>" in listed.content.decode()
    answer = client.get(f"/api/v1/closed-months/{closed.pk}/").json()
    assert answer["content"] == text
    assert {
        (one["measure"], one["frozen"], one["now"]) for one in answer["changes"] if one["zone"] is None
    } == {(code, frozen, now) for (code, _day), (frozen, now) in told.items()}


def test_a_change_of_lengths_alone_is_told_with_their_means(closed: ClosedMonth, world: World) -> None:
    case = Case.objects.get(kind="service_request")
    Case.objects.filter(pk=case.pk).update(arrived_at=case.reported_at + HOUR / 3)
    changed_days.mark([(world.site.pk, date(2026, 11, 5))])
    (change,) = [one for one in later_changes(closed).days if one.code == "service_response_urgent"]
    assert (change.frozen, change.now, change.frozen_mean, change.now_mean) == (1, 1, 30, 20)


def test_nothing_in_the_database_changes_or_takes_away_a_closed_month(closed: ClosedMonth) -> None:
    for act in (lambda: ClosedMonth.objects.update(content="{}"), lambda: ClosedMonth.objects.all().delete()):
        with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
            act()
    assert ClosedMonth.objects.get().content == closed.content


def test_it_is_closed_once(closed: ClosedMonth, world: World, cast: Cast) -> None:
    with pytest.raises(ValidationError, match="closed already"):
        close_month(user=cast.company_manager, site=world.site, month=NOVEMBER)
    assert ClosedMonth.objects.count() == 1
    act = AuditEntry.objects.get(action="kpi.month_closed")
    assert (act.actor, act.details) == (cast.project_manager, {"month": "2026-11", "sha256": closed.sha256})


def test_it_is_announced_after_the_commit(over: Any, world: World, cast: Cast, django_capture_on_commit_callbacks: Any) -> None:  # fmt: skip
    heard: list[int] = []

    def listen(closed_id: int, **more: object) -> None:
        heard.append(closed_id)

    month_closed.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            made = close_month(user=cast.project_manager, site=world.site, month=NOVEMBER)
            assert heard == []
    finally:
        month_closed.disconnect(listen)
    assert heard == [made.pk]


def test_a_month_that_lasts_or_waits_is_not_closed(over: Any, world: World, cast: Cast) -> None:
    with pytest.raises(ValidationError, match="The month is over"):
        close_month(user=cast.project_manager, site=world.site, month=DECEMBER)
    changed_days.mark([(world.site.pk, date(2026, 11, 7))])
    with pytest.raises(ValidationError, match="Every day is counted"):
        close_month(user=cast.project_manager, site=world.site, month=NOVEMBER)
    points = {str(point.label): point for point in checklist(world.site, NOVEMBER)}
    assert points["Every day is counted"].detail == "1 day still waits; it takes a minute or two."
    assert not points["Cases have their time stamps"].must
    assert not ClosedMonth.objects.exists()


@pytest.mark.parametrize(
    "role", ["guard", "shift_leader", "supervisor", "auditor", "sibling_supervisor", "foreign_manager"]
)
def test_only_managers_close(over: Any, world: World, cast: Cast, client: Client, role: str) -> None:
    person: Person = getattr(cast, role)
    with pytest.raises(PermissionDenied):
        close_month(user=person, site=world.site, month=NOVEMBER)
    client.force_login(person)
    answer = client.post("/kpi/closed/close/", {"site": world.site.pk, "month": "2026-11"})
    assert answer.status_code == (404 if "sibling" in role or "foreign" in role else 403)
    assert not ClosedMonth.objects.exists()


def test_the_page_shows_the_checklist_and_closes(over: Any, world: World, cast: Cast, client: Client) -> None:
    client.force_login(cast.project_manager)
    page = client.get(f"/kpi/?site={world.site.pk}&month=2026-11").content.decode()
    assert "/kpi/closed/close/" in page
    assert "1000 households and 2500 residents" in page
    assert (
        "/kpi/closed/close/" not in client.get(f"/kpi/?site={world.site.pk}&month=2026-12").content.decode()
    )
    again = {"site": world.site.pk, "month": "2026-12"}
    assert client.post("/kpi/closed/close/", again).headers["location"].endswith("month=2026-12")
    assert client.post("/kpi/closed/close/", again | {"month": "soon"}).status_code == 404
    done = client.post("/kpi/closed/close/", {"site": world.site.pk, "month": "2026-11"})
    assert done.headers["location"] == f"/kpi/closed/{ClosedMonth.objects.get().pk}/"
    client.force_login(cast.foreign_manager)
    assert client.get(done.headers["location"]).status_code == 404


def test_the_hashes_are_verified(closed: ClosedMonth, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_closed")
    assert "1 closed months are what was written down" in capsys.readouterr().out
    rows = ClosedMonth.objects.filter(pk=closed.pk)
    changed = closed.content.replace('"K43"', '"K44"')
    with pgtrigger.ignore():  # somebody with the database in hand
        rows.update(content=changed)
    with pytest.raises(CommandError, match="main 2026-11"):
        call_command("verify_closed")
    with pgtrigger.ignore():  # and with the hash beside it: the record of acts still has the old one
        rows.update(sha256=sha256(changed.encode()).hexdigest())
    with pytest.raises(CommandError, match="main 2026-11"):
        call_command("verify_closed")


def test_an_indicator_declared_later_has_no_data_in_a_month_closed_before(closed: ClosedMonth) -> None:
    content = json.loads(closed.content)
    del content["figures"]["K09"]
    assert Frozen(content).standing(indicators()["K09"]).verdict == "no data"
    assert Frozen.read(closed.content).standing(indicators()["K09"]).value is not None


def test_every_page_of_a_closed_month_shows_what_was_frozen(
    closed: ClosedMonth, world: World, cast: Cast, client: Client
) -> None:
    Case.objects.filter(kind="service_request").update(resolved_at=None, state="in_progress", status="open")
    changed_days.mark([(world.site.pk, date(2026, 11, day)) for day in (5, 6)])
    fold_changed()
    client.force_login(cast.supervisor)
    query = f"site={world.site.pk}&month=2026-11"
    single: Any = client.get(f"/kpi/indicators/K04/?{query}")
    answer = single.context["answer"]
    assert (answer.standing.value, answer.trend[-1].standing.value) == (1.0, 1.0)
    assert [term.total for term in answer.terms] == [1, 1]
    (line,) = site_months([world.site], NOVEMBER, Group.SERVICE)
    assert next(one.value for one in line.standings if one.indicator.code == "K04") == 1.0
    dimension = next(one for one in dimensions_of(world.site, NOVEMBER)[0] if one.group == "efficiency")
    assert next(one.standing.value for one in dimension.lines if one.standing.indicator.code == "K04") == 1.0
    api = client.get(f"/api/v1/figures/month/?{query}").json()
    assert next(row["value"] for row in api if row["code"] == "K04") == 1.0


def test_a_closed_month_keeps_its_groups(closed: ClosedMonth, world: World) -> None:
    view = month_of(world.site, NOVEMBER)
    patrols = next(group for group in view.groups if group.group == Group.PATROLS)
    assert {line.standing.indicator.code for line in patrols.known} == {"K09", "K10"}
    assert view.zones


@pytest.mark.django_db(transaction=True)
def test_two_who_close_at_once_make_one(world: World, cast: Cast) -> None:
    site = world.site
    with time_machine.travel(LATER, tick=False):
        list(refold(site, NOVEMBER.first, date(2026, 12, 2)))
        turn_days()
        fold_changed()

        def attempt(person: Person) -> str:
            try:
                close_month(user=person, site=site, month=NOVEMBER)
            except ValidationError as error:
                return str(error.messages[0])
            finally:
                connection.close()
            return "closed"

        with ThreadPoolExecutor(4) as crowd:
            found = list(crowd.map(attempt, [cast.project_manager, cast.company_manager] * 2))
    assert sorted(found) == ["This month is closed already."] * 3 + ["closed"]
    assert ClosedMonth.objects.count() == 1
