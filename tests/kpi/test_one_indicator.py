"""The page of one indicator: trend, zones, what it rests on, one discipline or team; every number opens exactly its rows."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from collaboration.services.reminding import remind
from core import changed_days
from core.models import AuditEntry
from kpi.indicators import Axis, Indicator, Scope, indicators
from kpi.selectors.narrowed import narrowed_months
from kpi.selectors.periods import Month
from kpi.selectors.questions import Question
from kpi.selectors.single import Answer, answer_of
from kpi.selectors.spans import Span
from kpi.services.folding import fold_changed
from organization.models import Department, Site
from patrols.models import Discipline, Round
from rosters.models import Post
from tests.collaboration.conftest import MORNING, Make, add, ask, clock, engineering, fitter, security  # noqa: F401 - fixtures
from tests.conftest import Cast
from tests.kpi.conftest import World
from tests.kpi.test_month_page import rows_behind

MONTH = Month(date(2026, 11, 1))


def one(code: str) -> Indicator:
    """The indicator of that code."""
    return indicators()[code]


def asked(world: World, code: str, **more: Any) -> Question:
    """What is asked of an indicator in November."""
    return Question(one(code), world.site, MONTH, **more)


def told(world: World, code: str, **more: Any) -> Answer:
    """The answer, against the targets of the catalogue."""
    return answer_of(asked(world, code, **more), {})


@pytest.fixture
def mixed(world: World) -> World:
    """Every third round is a fire patrol, every second of the post at the gate; an October with one round; folded."""
    post = Post.objects.create(site=world.site, code="P1", name="East gate")
    for number, row in enumerate(world.rounds):
        changes: dict[str, Any] = {"discipline": Discipline.FIRE if number % 3 == 0 else Discipline.SECURITY}
        changes["post"] = post if number % 2 else None
        Round.objects.filter(pk=row.pk).update(**changes)
    Round.objects.filter(pk=world.rounds[3].pk).update(
        **{
            name: getattr(world.rounds[3], name) - timedelta(days=30)
            for name in ("opens_at", "due_start", "due_end", "closes_at")
        }
    )
    changed_days.mark([(world.site.pk, world.day(3)), (world.site.pk, world.day(3) - timedelta(days=30))])
    fold_changed()
    return world


def by_hand(world: World, **filters: Any) -> tuple[int, int]:
    """Rounds of November completed and due, one at a time."""
    rows = [
        row
        for row in Round.objects.filter(site=world.site, **filters)
        if MONTH.first <= row.due_start.astimezone(world.site.zone_info).date() <= MONTH.last
        and row.status in ("completed", "late", "partial", "missed")
    ]
    return sum(row.status == "completed" for row in rows), len(rows)


@pytest.mark.requirement("R053")
def test_value_and_terms_are_those_of_the_records_and_open_them(
    mixed: World, cast: Cast, client: Client
) -> None:
    answer = told(mixed, "K09")
    done, due = by_hand(mixed)
    assert (answer.standing.numerator, answer.standing.denominator) == (done, due)
    client.force_login(cast.project_manager)
    lines = [line for term in answer.terms for line in term.counts] + answer.excluded + answer.beside
    assert len(answer.terms) == 2
    for line in lines:
        assert rows_behind(client, line.page) == line.value, line.measure.code
    assert "rounds_cancelled" in {line.measure.code for line in answer.excluded}
    assert rows_behind(client, answer.question.rows_page) == due


@pytest.mark.parametrize("discipline", ["fire", "security", "sanitation"])
def test_one_discipline_is_counted_over_its_records(
    mixed: World, cast: Cast, client: Client, discipline: str
) -> None:
    answer = told(mixed, "K09", narrowing=((Axis.DISCIPLINE, discipline),))
    done, due = by_hand(mixed, discipline=discipline)
    assert (answer.standing.numerator, answer.standing.denominator) == (done, due)
    assert answer.standing.value == (done / due if due else None)
    client.force_login(cast.project_manager)
    for line in [line for term in answer.terms for line in term.counts] + answer.excluded:
        assert rows_behind(client, line.page) == line.value, line.measure.code


def test_a_post_of_a_discipline_in_a_zone(mixed: World, cast: Cast, client: Client) -> None:
    post = Post.objects.get(site=mixed.site)
    narrowing = ((Axis.DISCIPLINE, "security"), (Axis.POST, str(post.pk)))
    answer = told(mixed, "K09", narrowing=narrowing, zone=mixed.garage)
    done, due = by_hand(mixed, discipline="security", post=post)
    assert (answer.standing.numerator, answer.standing.denominator) == (
        done,
        due,
    )  # every round has a point there
    client.force_login(cast.project_manager)
    for line in [line for term in answer.terms for line in term.counts]:
        assert rows_behind(client, line.page) == line.value


@pytest.mark.parametrize("zone", [False, True])
@pytest.mark.parametrize("code", ["K09", "K10"])
def test_months_narrowed_in_one_statement_equal_a_recount_of_each(
    mixed: World, code: str, zone: bool
) -> None:
    measures = one(code).measures
    scope = Scope(
        mixed.site, date(2026, 9, 1), MONTH.last, mixed.gate if zone else None, ((Axis.DISCIPLINE, "fire"),)
    )
    found = narrowed_months(measures, scope)
    for month in (MONTH.back(2), MONTH.previous, MONTH):
        part = Scope(mixed.site, month.first, month.last, scope.zone, scope.narrowing)
        for measure in measures:
            assert found.get(month, {}).get(measure.code, 0) == measure.recount(part), (month, measure.code)
    assert found[MONTH][measures[-1].code] > 0


def test_disciplines_add_up_to_the_whole(mixed: World) -> None:
    whole = told(mixed, "K10").standing
    parts = [
        told(mixed, "K10", narrowing=((Axis.DISCIPLINE, value),)).standing for value in Discipline.values
    ]
    assert sum(part.denominator for part in parts) == whole.denominator
    assert sum(part.numerator for part in parts) == whole.numerator


def test_what_does_not_know_a_team_says_so(mixed: World, cast: Cast, client: Client) -> None:
    answer = told(mixed, "K05", narrowing=((Axis.DISCIPLINE, "fire"),))
    assert answer.standing.value is None
    assert "service_done" in {measure.code for measure in answer.question.ignorant}
    assert "rounds_due" not in {measure.code for measure in answer.question.ignorant}
    client.force_login(cast.project_manager)
    html = client.get("/kpi/indicators/K05/", {"discipline": "fire"}).content.decode()
    assert "This figure cannot be told for what you chose." in html
    assert "Requests done" in html
    number = told(mixed, "K22", narrowing=((Axis.DISCIPLINE, "fire"),)).standing
    assert number.value is None  # not 0


def test_a_department_owes_its_action_items(
    site: Site,
    cast: Cast,
    client: Client,
    add: Make,  # noqa: F811
    clock: Any,  # noqa: F811
    engineering: Department,  # noqa: F811
) -> None:
    add(department=engineering, due_at=MORNING + timedelta(hours=1))
    add(due_at=MORNING + timedelta(hours=1))
    clock.move_to(MORNING + timedelta(hours=2))
    remind()
    question = Question(one("K47"), site, MONTH, narrowing=((Axis.DEPARTMENT, str(engineering.pk)),))
    answer = answer_of(question, {})
    assert (answer.standing.numerator, answer.standing.denominator) == (0, 1)
    client.force_login(cast.project_manager)
    assert rows_behind(client, answer.question.rows_page) == 1
    zoned = Question(one("K47"), site, MONTH, zone=site.zones.create(code="Z", name="Zone"))
    assert answer_of(zoned, {}).standing.value is None
    assert {measure.code for measure in zoned.ignorant} == {"actions_in_time", "actions_due"}


def test_the_trend_shows_every_month_and_gaps(mixed: World) -> None:
    answer = told(mixed, "K09")
    assert [str(line.month) for line in answer.trend][-2:] == ["2026-10", "2026-11"]
    assert len(answer.trend) == 12
    values = [line.standing.value for line in answer.trend]
    assert values[:10] == [None] * 10
    assert values[10] == 0.0  # the one round of October was missed
    assert values[11] == answer.standing.value
    assert len(told(mixed, "K09", trend=24).trend) == 24
    numbers = [line.standing.value for line in told(mixed, "K22").trend]
    assert numbers[0] is None  # nothing at all was counted: a gap, not a 0
    assert numbers[11] == 0


def test_zones_are_told_apart_and_open_their_rows(mixed: World, cast: Cast, client: Client) -> None:
    answer = told(mixed, "K10")
    client.force_login(cast.project_manager)
    assert {line.zone for line in answer.zones} == {mixed.gate, mixed.garage}
    for line in answer.zones:
        alone = told(mixed, "K10", zone=line.zone)
        assert (alone.standing.numerator, alone.standing.denominator) == (
            line.standing.numerator,
            line.standing.denominator,
        )
        assert alone.zones == []
        assert client.get(line.page).status_code == 200
    for line in told(mixed, "K09").zones:
        assert rows_behind(client, line.rows_page) == line.standing.denominator


def test_days_of_choice(mixed: World, cast: Cast, client: Client) -> None:
    span = Span(mixed.day(0), mixed.day(4))
    answer = told(mixed, "K09", span=span)
    rows = mixed.rounds[:5]
    counted = Round.objects.filter(
        pk__in=[row.pk for row in rows],
        due_start__gte=rows[0].due_start,
        status__in=["completed", "late", "partial", "missed"],
    )
    assert answer.standing.denominator == counted.count() == 3
    assert answer.standing.target == 0.98
    assert told(mixed, "K21", span=span).standing.target is None  # a target of twelve months
    narrowed = told(mixed, "K09", span=span, narrowing=((Axis.DISCIPLINE, "fire"),))
    assert narrowed.standing.denominator == counted.filter(discipline="fire").count()
    client.force_login(cast.project_manager)
    assert rows_behind(client, answer.question.rows_page) == 3


def test_a_rate_is_not_told_of_a_part_of_the_site(mixed: World) -> None:
    mixed.site.households = 100
    assert told(mixed, "K43").standing.value == 0
    zoned = told(mixed, "K43", zone=mixed.gate)
    assert zoned.standing.value is None
    assert zoned.question.ignorant == []
    assert [line.measure.code for term in zoned.terms for line in term.counts] == ["complaints_valid"]


@pytest.mark.requirement("R053")
def test_every_indicator_has_its_page(mixed: World, cast: Cast, client: Client) -> None:
    client.force_login(cast.project_manager)
    for code in indicators():
        response: Any = client.get(f"/kpi/indicators/{code}/")
        if code == "K52":
            assert response.url == "/kpi/scorecard/"
            continue
        html = response.content.decode()
        assert response.status_code == 200, code
        assert "UNDEFINED" not in html, code
        assert str(one(code).name) in html.replace("&amp;", "&"), code
    assert client.get("/kpi/indicators/K99/").status_code == 404


def test_the_page_asks_as_often_with_more_rows_and_filters_stand_in_the_address(
    mixed: World, cast: Cast, client: Client
) -> None:
    client.force_login(cast.project_manager)
    for query in (
        {},
        {"discipline": "fire"},
        {"zone": str(mixed.gate.pk)},
        {"first": "2026-11-01", "last": "2026-11-09"},
    ):
        client.get("/kpi/indicators/K09/", query)
        with CaptureQueriesContext(connection) as few:
            response: Any = client.get("/kpi/indicators/K09/", query)
        for row in mixed.rounds[3::5]:
            mixed.walk(row, mixed.points, delay=9000)
        with CaptureQueriesContext(connection) as many:
            client.get("/kpi/indicators/K09/", query)
        assert len(many) == len(few), query
        again: Any = client.get(response.context["question"].address())
        assert again.context["question"] == response.context["question"]


@pytest.mark.parametrize(
    "query",
    [
        {"month": "x"},
        {"month": "2031-01"},
        {"zone": "0"},
        {"zone": "x' OR 1"},
        {"post": "9" * 30},
        {"department": "-1"},
        {"discipline": "none"},
        {"trend": "999"},
        {"first": "2026-13-01"},
    ],
)
def test_what_makes_no_sense_in_the_address_is_left_out(
    mixed: World, cast: Cast, client: Client, query: dict[str, str]
) -> None:
    client.force_login(cast.project_manager)
    response: Any = client.get("/kpi/indicators/K09/", query)
    question = response.context["question"]
    assert response.status_code == 200
    assert (question.zone, question.narrowing, question.trend, question.month) == (None, (), 12, MONTH)


def test_a_zone_or_post_of_another_site_is_unknown(
    mixed: World, cast: Cast, client: Client, sibling_site: Site
) -> None:
    other = Post.objects.create(site=sibling_site, code="P9", name="Their gate")
    zone = sibling_site.zones.create(code="Z9", name="Their zone")
    client.force_login(cast.project_manager)
    response: Any = client.get("/kpi/indicators/K09/", {"post": other.pk, "zone": zone.pk})
    question = response.context["question"]
    assert (question.zone, question.narrowing) == (None, ())
    assert "Their" not in response.content.decode()


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_is_shown_is_taken_away_as_a_file(mixed: World, cast: Cast, client: Client, form: str) -> None:
    client.force_login(cast.project_manager)
    response: Any = client.get(
        "/kpi/indicators/K09/", {"export": form, "part": "rests", "discipline": "fire"}
    )
    content = b"".join(response.streaming_content)
    done, due = by_hand(mixed, discipline="fire")
    if form == "csv":
        lines = content.decode("utf-8-sig").splitlines()
        assert lines[1].split(",")[2] == str(done)
        assert lines[2].split(",")[2] == str(due)
    else:
        assert content[:2] == b"PK"
    assert AuditEntry.objects.get(action="kpi.figures_exported").details["page"] == "K09"


@pytest.mark.parametrize("person", ["guard", "facility_engineer", "trainer"])
def test_who_does_not_oversee_is_refused(mixed: World, cast: Cast, client: Client, person: str) -> None:
    client.force_login(getattr(cast, person))
    assert client.get("/kpi/indicators/K09/").status_code == 403


def test_every_indicator_of_the_month_leads_to_its_page(mixed: World, cast: Cast, client: Client) -> None:
    client.force_login(cast.project_manager)
    for page in ("/kpi/", "/kpi/sites/"):
        html = client.get(page).content.decode()
        assert f'href="/kpi/indicators/K09/?site={mixed.site.pk}&amp;month=2026-11"' in html, page
