"""The department scorecard: weights frozen once their month begins, the score by hand, its pages (R102)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import AuditEntry
from kpi.attainment import DEFAULT_WEIGHTS
from kpi.indicators import indicators
from kpi.models import Scorecard
from kpi.selectors.periods import Month
from kpi.selectors.scorecard import scores_of
from kpi.selectors.weights import weights_over
from kpi.services.folding import fold_changed
from kpi.services.scoring import set_weights, withdraw_weights
from organization.models import Site
from tests.conftest import Cast
from tests.kpi.conftest import World

PAGE = "/kpi/scorecard/"
NOVEMBER, DECEMBER, JANUARY = Month(date(2026, 11, 1)), Month(date(2026, 12, 1)), Month(date(2027, 1, 1))
HALVES = {"K09": 50, "K10": 50}


def in_force(site: Site, month: Any) -> Any:
    """The weights of a site in a month."""
    return weights_over([site], [month])[site.pk][month]


@pytest.mark.requirement("R102")
def test_the_score_is_the_weighted_sum_reckoned_by_hand(world: World, cast: Cast) -> None:
    """Of 16 rounds due 4 were completed (25 % of ≥ 98 %); K04 has no data, so K09 and K10 weigh 40 and 60 of 100 again."""
    with time_machine.travel(datetime(2026, 10, 20, tzinfo=UTC), tick=False):
        set_weights(
            user=cast.project_manager,
            owner=world.site,
            month=NOVEMBER,
            weights={"K09": 20, "K10": 30, "K04": 50},
        )
    found = scores_of(world.site, [], NOVEMBER).now
    lines = {line.indicator.code: line for line in found.lines}
    k09, k10 = lines["K09"], lines["K10"]
    assert k09.standing.value == 0.25
    assert k09.part.attainment == pytest.approx(100 * 0.25 / 0.98)
    assert lines["K04"].part.attainment is None
    assert [k09.part.counted_weight, k10.part.counted_weight] == [40, 60]
    expected = 0.4 * 100 * 0.25 / 0.98 + 0.6 * 100 * (k10.standing.value or 0) / 0.98
    assert found.value == pytest.approx(expected)
    assert found.counted_weight == 50
    assert [line.indicator.code for line in found.dropped] == ["K04"]


def test_a_month_in_which_nothing_was_counted_has_no_score(world: World) -> None:
    world.site.population = 1000
    world.site.save(update_fields=["population"])
    fold_changed()
    trend = scores_of(world.site, [], NOVEMBER).trend
    assert [one.value for one in trend[:-1]] == [None] * 11
    assert trend[-1].value is not None
    assert "K21" in {line.indicator.code for line in trend[-1].lines if line.part.attainment == 120}


def test_shipped_weights_count_until_somebody_sets_others(world: World) -> None:
    assert in_force(world.site, NOVEMBER) == DEFAULT_WEIGHTS
    codes = {line.indicator.code for line in scores_of(world.site, [], NOVEMBER).now.lines}
    assert codes == set(DEFAULT_WEIGHTS) & set(indicators())


@pytest.mark.requirement("R102")
def test_a_sites_weights_come_before_its_companys_each_from_its_month(
    world: World, cast: Cast, sibling_site: Site
) -> None:
    site: Any = world.site
    set_weights(user=cast.company_manager, owner=site.company, month=DECEMBER, weights={"K09": 100})
    set_weights(user=cast.project_manager, owner=site, month=JANUARY, weights=HALVES)
    assert in_force(site, NOVEMBER) == DEFAULT_WEIGHTS
    assert in_force(site, DECEMBER) == {"K09": 100}
    assert in_force(site, JANUARY) == HALVES
    assert in_force(sibling_site, JANUARY) == {"K09": 100}


@pytest.mark.requirement("R102")
def test_weights_are_frozen_once_their_month_has_begun(world: World, cast: Cast) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        set_weights(user=cast.project_manager, owner=world.site, month=NOVEMBER, weights=HALVES)
    row = set_weights(user=cast.project_manager, owner=world.site, month=DECEMBER, weights=HALVES)
    again = set_weights(user=cast.project_manager, owner=world.site, month=DECEMBER, weights={"K09": 100})
    assert again.pk == row.pk
    # The first of December has begun in Shanghai, not yet in UTC.
    with time_machine.travel(datetime(2026, 11, 30, 16, 1, tzinfo=UTC), tick=False):
        with pytest.raises(ValidationError, match="frozen"):
            set_weights(user=cast.project_manager, owner=world.site, month=DECEMBER, weights=HALVES)
        with pytest.raises(ValidationError, match="frozen"):
            withdraw_weights(user=cast.project_manager, scorecard_id=row.pk)
        assert in_force(world.site, DECEMBER) == {"K09": 100}


def test_weights_are_taken_back_before_their_month(world: World, cast: Cast) -> None:
    row = set_weights(user=cast.project_manager, owner=world.site, month=DECEMBER, weights=HALVES)
    withdraw_weights(user=cast.project_manager, scorecard_id=row.pk)
    assert not Scorecard.objects.exists()
    assert set(
        AuditEntry.objects.filter(action__startswith="kpi.weights").values_list("action", flat=True)
    ) == {
        "kpi.weights_set",
        "kpi.weights_withdrawn",
    }


@pytest.mark.requirement("R102")
@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"K09": 40, "K10": 30, "K04": 20}, "sum to 90"),
        ({"K09": 60, "K10": 60}, "sum to 120"),
        ({}, "sum to 0"),
        ({"K09": 50, "K99": 50}, "no such indicator: K99"),
        ({"K09": 150, "K10": -50}, "whole percent"),
    ],
)
def test_weights_that_make_no_whole_are_refused_with_the_sum(
    world: World, cast: Cast, weights: dict[str, int], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        set_weights(user=cast.project_manager, owner=world.site, month=DECEMBER, weights=weights)


@pytest.mark.parametrize(
    "person", ["supervisor", "shift_leader", "auditor", "guard", "sibling_supervisor", "foreign_manager"]
)
def test_who_does_not_manage_the_site_sets_nothing(world: World, cast: Cast, person: str) -> None:
    with pytest.raises(PermissionDenied):
        set_weights(user=getattr(cast, person), owner=world.site, month=DECEMBER, weights=HALVES)


def test_a_manager_of_one_site_sets_nothing_for_the_company(world: World, cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        set_weights(user=cast.project_manager, owner=world.site.company, month=DECEMBER, weights=HALVES)


@pytest.mark.requirement("R102")
def test_the_form_says_what_the_weights_sum_to_and_keeps_what_was_typed(
    world: World, cast: Cast, client: Client
) -> None:
    client.force_login(cast.project_manager)
    sent = {"month": "2026-12", "w_K09": "60", "w_K10": "30"}
    response = client.post("/kpi/scorecard/weights/", sent)
    html = response.content.decode()
    assert response.status_code == 422
    assert "The weights sum to 90; they must sum to 100." in html
    assert 'value="60"' in html
    done = client.post("/kpi/scorecard/weights/", sent | {"w_K10": "40"})
    assert done.status_code == 302
    assert in_force(world.site, DECEMBER) == {"K09": 60, "K10": 40}
    assert in_force(world.site, NOVEMBER) == DEFAULT_WEIGHTS
    html = client.get(PAGE).content.decode()
    assert "Take back" in html


def test_the_page_shows_score_trend_and_sites(
    world: World, cast: Cast, client: Client, sibling_site: Site
) -> None:
    fold_changed()
    client.force_login(cast.company_manager)
    response: Any = client.get(PAGE, {"site": world.site.pk})
    html = response.content.decode()
    assert "UNDEFINED" not in html
    assert response.context["score"].shown in html
    assert sibling_site.name in html
    assert len(response.context["scores"].trend) == 12
    content = b"".join(client.get(PAGE, {"export": "csv"}).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "K09" in content


def test_the_page_asks_as_often_with_more_weights(world: World, cast: Cast, client: Client) -> None:
    fold_changed()
    client.force_login(cast.project_manager)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for month in (DECEMBER, JANUARY):
        set_weights(user=cast.project_manager, owner=world.site, month=month, weights=HALVES)
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)
    assert len(many) == len(few)


@pytest.mark.parametrize("page", [PAGE, "/kpi/scorecard/weights/", "/kpi/scorecard/weights/company/"])
@pytest.mark.parametrize("person", ["guard", "facility_engineer", "trainer"])
def test_who_does_not_oversee_is_refused(
    world: World, cast: Cast, client: Client, page: str, person: str
) -> None:
    client.force_login(getattr(cast, person))
    assert client.get(page).status_code == 403


def test_another_companys_weights_are_unknown(world: World, cast: Cast, client: Client) -> None:
    row = set_weights(user=cast.project_manager, owner=world.site, month=DECEMBER, weights=HALVES)
    client.force_login(cast.foreign_manager)
    assert client.post(f"/kpi/scorecard/{row.pk}/withdraw/").status_code == 404
    assert Scorecard.objects.filter(pk=row.pk).exists()
