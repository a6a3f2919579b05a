"""K38 to K42: kept counts, a slow reading and the list behind each number agree; a wave counts on the day it is closed."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kpi.indicators import Scope, measures
from kpi.indicators.surveys import K38, K39R, K41, K42
from kpi.selectors.counting import days_of
from kpi.services.checking import recount
from kpi.services.folding import refold
from organization.models import Site
from surveys.models import Audience, Evidence, Purpose, Wave
from tests.conftest import Cast
from tests.surveys.scored import answer, close, question, questionnaire, running_wave

CODES = ("survey_population", "survey_invited", "survey_valid", "survey_overall_answers", "survey_overall_satisfied", "survey_response_speed_answers", "survey_response_speed_satisfied", "survey_net_answers", "survey_promoters", "survey_detractors")  # fmt: skip


def slow(site: Site, day: date) -> dict[str, int]:
    """Everything of a day, one answer at a time."""
    found = dict.fromkeys(CODES, 0)
    for wave in Wave.objects.filter(site=site, state="closed", audience="households"):
        if wave.closed_at is None or wave.closed_at.astimezone(site.zone_info).date() != day:
            continue
        if wave.version.questionnaire.purpose != "satisfaction":
            continue
        found["survey_population"] += wave.population or 0
        found["survey_invited"] += wave.invited
        scores: dict[str, list[int]] = {"overall": [], "speed": [], "recommend": []}
        for response in wave.responses.filter(is_valid=True, evidence="personal"):
            found["survey_valid"] += 1
            for one in response.answers.select_related("question"):
                if one.question.code in scores and one.number is not None:
                    scores[one.question.code].append(one.number)
        for code, name in (("overall", "overall"), ("speed", "response_speed")):
            if len(scores[code]) >= 5:
                found[f"survey_{name}_answers"] += len(scores[code])
                found[f"survey_{name}_satisfied"] += sum(number >= 4 for number in scores[code])
        if len(scores["recommend"]) >= 5:
            found["survey_net_answers"] += len(scores["recommend"])
            found["survey_promoters"] += sum(number >= 9 for number in scores["recommend"])
            found["survey_detractors"] += sum(number <= 6 for number in scores["recommend"])
    return {code: number for code, number in found.items() if number}


@pytest.fixture
def day(site: Site) -> date:
    """Waves of every sort, closed today and the days before; gives today at the site."""
    chance, version = Random(3), questionnaire(site)
    today = timezone.now().astimezone(site.zone_info).date()
    kinds: tuple[dict[str, Any], ...] = ({}, {}, {"is_anonymous": False}, {"audience": Audience.STAFF}, {"audience": Audience.OPEN})  # fmt: skip
    for number, fields in enumerate(kinds):
        wave = running_wave(site, version=version, strata={f"B{number}": 60}, **fields)
        answer(wave, chance.choices(range(1, 6), k=30))
        answer(wave, chance.choices(range(1, 6), k=chance.choice((3, 12))), code="speed")
        answer(wave, chance.choices(range(11), k=20), code="recommend")
        answer(wave, [1] * 8, evidence=Evidence.OPEN, channel="gate")
        answer(wave, [1] * 2, is_valid=False, invalid_reason="Twice")
        close(wave)
        if number == 1:
            wave.closed_at = timezone.now() - timedelta(days=1)
            wave.closed_on = today - timedelta(days=1)
            wave.save()
    other = running_wave(site, strata={"Z": 10})
    answer(other, [5] * 9)
    other.version.questionnaire.purpose = Purpose.DRILL
    other.version.questionnaire.save()
    close(other)
    running = running_wave(site, version=version, strata={"R": 10})
    answer(running, [5] * 9)
    return today


def counted(counts: Any) -> dict[str, float]:
    """What of counts is about surveys."""
    return {code: number for code, number in counts.items() if code.startswith("survey_")}


def test_statement_records_and_a_slow_reading_agree(site: Site, day: date) -> None:
    before = day - timedelta(days=1)
    list(refold(site, before, day))
    for one in (before, day):
        expected = slow(site, one)
        assert expected["survey_valid"]
        assert counted(days_of(site, one, one).total()) == expected
        assert counted(recount(site, one)) == expected


def test_every_number_opens_waves_that_add_up_to_it(
    site: Site, day: date, cast: Cast, client: Client
) -> None:
    client.force_login(cast.supervisor)
    expected = slow(site, day)
    for code in CODES:
        response: Any = client.get(measures()[code].page(Scope(site, day, day)))
        assert response.status_code == 200
        table = response.context["table"]
        assert sum(row.get_cell_value("number") for row in table.page.object_list) == expected[code]


def test_indicators_are_made_of_the_counts(site: Site, day: date) -> None:
    list(refold(site, day, day))
    counts = days_of(site, day, day).total()
    assert K38.value(counts) == counts["survey_overall_satisfied"] / counts["survey_overall_answers"]
    interval = K38.interval(counts)
    assert interval is not None
    assert interval.low < (K38.value(counts) or 0) < interval.high
    assert K39R.value(counts) is not None
    assert K41.value(counts) == 100 * (counts["survey_promoters"] - counts["survey_detractors"]) / 40
    assert K42.value(counts) == counts["survey_valid"] / 120


def test_fewer_than_five_answers_count_in_no_score(site: Site) -> None:
    wave = running_wave(site, strata={"A": 20})
    answer(wave, [5, 5, 5, 5])
    close(wave)
    assert wave.closed_on is not None
    list(refold(site, wave.closed_on, wave.closed_on))
    counts = days_of(site, wave.closed_on, wave.closed_on).total()
    assert counts["survey_valid"] == 4
    assert K38.value(counts) is None
    assert question(wave, "overall").item == "overall"
