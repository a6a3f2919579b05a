"""Results: rates with their intervals, parts without small numbers, who is missing, weights, waves compared, words."""

import pytest

from organization.models import Site
from surveys.models import Evidence, InvitationState, Stratum, Wave
from surveys.reports import results_report
from surveys.selectors.comparing import cautions, compared
from surveys.selectors.earlier import over_time
from surveys.selectors.result_parts import by_channel, by_stratum, missing, weighting
from surveys.selectors.results import Line, Results
from surveys.selectors.words import words_of_wave
from tests.surveys.factories import QuestionFactory, VersionFactory
from tests.surveys.scored import answer, close, running_wave, say


def overall(results: Results) -> Line:
    """The line of overall satisfaction."""
    line = results.overall
    assert line is not None
    return line


@pytest.fixture
def wave(site: Site) -> Wave:
    """Three buildings of 40, 30 and 10 households, all invited."""
    return running_wave(site, strata={"A": 40, "B": 30, "C": 10})


def strata(wave: Wave) -> dict[str, Stratum]:
    """Its parts by name."""
    return {stratum.label: stratum for stratum in wave.strata.all()}


def test_an_anonymous_wave_shows_no_score_before_it_is_closed(wave: Wave) -> None:
    answer(wave, [5] * 30)
    running = Results(wave)
    assert (running.is_ready, running.answers, overall(running).tally.answers) == (False, 30, 0)
    closed = Results(close(wave))
    assert overall(closed).tally.share == 1.0


def test_a_rate_is_corrected_for_its_finite_population(wave: Wave) -> None:
    answer(wave, [5] * 30 + [3] * 10)
    tally = overall(Results(close(wave))).tally
    assert (tally.answers, tally.share, tally.population) == (40, 0.75, 80)
    assert tally.interval is not None
    worth = 40 * 79 / 40
    assert tally.interval.high - tally.interval.low < 1.96 * 2 * (0.75 * 0.25 / worth) ** 0.5 + 1e-3


def test_fewer_than_five_answers_have_no_score_anywhere(wave: Wave) -> None:
    answer(wave, [5, 4, 1, 1])
    results = Results(close(wave))
    assert not overall(results).tally.is_shown
    report = results_report(results)
    questions = report.sheets[0]
    (row,) = [line for line in questions if line.key == "overall"]
    for key in ("share", "low", "high", "mean", "legacy", "satisfied", "score_5", "score_1"):
        column = questions.column(key)
        assert column.value is not None
        assert column.value(row) is None


def test_a_small_part_is_put_together_with_the_next_smallest(wave: Wave) -> None:
    parts = strata(wave)
    answer(wave, [5] * 20, stratum=parts["A"])
    answer(wave, [4] * 9, stratum=parts["B"])
    answer(wave, [1, 2], stratum=parts["C"])
    results = Results(close(wave))
    alone, together = by_stratum(results, overall(results))
    assert (alone.label, alone.tally.answers) == ("A", 20)
    assert together.is_merged
    assert (set(together.labels), together.tally.answers, together.people) == ({"B", "C"}, 11, 40)


def test_channels_are_protected_like_parts(wave: Wave) -> None:
    answer(wave, [5] * 20)
    answer(wave, [4] * 6, channel="paper")
    answer(wave, [1], channel="interview")
    results = Results(close(wave))
    assert [(part.is_merged, part.tally.answers) for part in by_channel(results, overall(results))] == [(False, 20), (True, 7)]  # fmt: skip


def test_open_answers_stand_apart_and_count_only_when_chosen(wave: Wave) -> None:
    answer(wave, [5] * 10)
    answer(wave, [1] * 6, evidence=Evidence.OPEN, channel="gate")
    close(wave)
    without, included = Results(wave), Results(wave, with_open=True)
    assert (without.answers, overall(without).tally.share) == (10, 1.0)
    assert (included.answers, overall(included).tally.share) == (16, 10 / 16)
    assert (without.population, included.population) == (80, 0)  # no sample, no correction
    assert without.open_lines[0].tally.share == 0.0


def test_fewer_than_five_open_answers_cannot_be_added(wave: Wave) -> None:
    answer(wave, [5] * 10)
    answer(wave, [1] * 4, evidence=Evidence.OPEN, channel="gate")
    results = Results(close(wave), with_open=True)
    assert not results.with_open
    assert overall(results).tally.answers == 10


def test_who_is_missing_is_told_by_part(wave: Wave) -> None:
    parts = strata(wave)
    for state, count in (
        (InvitationState.ANSWERED, 6),
        (InvitationState.REFUSED, 3),
        (InvitationState.UNREACHABLE, 1),
    ):
        rows = parts["B"].invitations.filter(state=InvitationState.INVITED)[:count]
        wave.invitations.filter(pk__in=[row.pk for row in rows]).update(state=state)
    answer(wave, [5] * 6, stratum=parts["B"])
    results = Results(wave)
    told = {part.label: part for part in missing(results)}
    assert (told["B"].invited, told["B"].answered, told["B"].refused, told["B"].unreachable, told["B"].silent) == (30, 6, 3, 1, 20)  # fmt: skip
    assert told["A"].share == 0
    assert results.response_rate == 6 / 80
    assert results.is_low


def test_weights_are_offered_where_every_part_answered(wave: Wave) -> None:
    parts = strata(wave)
    answer(wave, [5] * 10 + [1] * 10, stratum=parts["A"])
    answer(wave, [5] * 10, stratum=parts["B"])
    results = Results(close(wave))
    found = weighting(results, overall(results))
    assert found is not None
    assert found.found.share == pytest.approx(40 / 70 * 0.5 + 30 / 70 * 1.0)
    assert overall(results).tally.share == pytest.approx(20 / 30)
    assert found.unheard == 10  # building C
    assert by_stratum(results, overall(results))[2].tally.answers == 0


def test_set_aside_answers_do_not_count(wave: Wave) -> None:
    answer(wave, [5] * 6)
    answer(wave, [1] * 6, is_valid=False, invalid_reason="A child ticked everything")
    results = Results(close(wave))
    assert (results.answers, results.invalid, overall(results).tally.share) == (6, 6, 1.0)


def test_two_waves_differ_only_where_intervals_part(site: Site) -> None:
    before = running_wave(site, strata={"A": 400})
    version = before.version
    answer(before, [5] * 50 + [1] * 50)
    answer(before, [5] * 50 + [1] * 50, code="speed")
    close(before)
    now = running_wave(site, version=version, strata={"B": 400}, is_anonymous=False)
    answer(now, [5] * 90 + [1] * 10)
    answer(now, [5] * 55 + [1] * 45, code="speed")
    close(now)
    lines = {line.now.key: line.change for line in compared(Results(now), Results(before))}
    assert lines == {"overall": "better", "speed": "same"}
    assert {line.now.key: line.change for line in compared(Results(before), Results(now))}[
        "overall"
    ] == "worse"
    told = cautions(Results(now), Results(before))
    assert any("anonymity" in one for one in told)
    assert [one.tally.share for one in over_time(now, overall(Results(now)))] == [0.5, 0.9]


def test_only_questions_of_the_same_code_are_compared(site: Site) -> None:
    before = running_wave(site, strata={"A": 40})
    answer(before, [5] * 20)
    close(before)
    version = VersionFactory.create(questionnaire=before.version.questionnaire, number=2, state="retired")
    QuestionFactory.create(
        version=version, position=1, code="overall", item="overall", text={"en": "How do you like us?"}
    )
    QuestionFactory.create(version=version, position=2, code="attitude", item="attitude")
    now = running_wave(site, version=version, strata={"B": 40})
    answer(now, [5] * 20)
    close(now)
    (line,) = compared(Results(now), Results(before))
    assert line.is_reworded
    assert any("different versions" in one for one in cautions(Results(now), Results(before)))


def test_of_a_topic_everything_can_be_read(wave: Wave) -> None:
    say(wave, [f"停车难，{floor} 层也没有车位" for floor in range(1, 9)] + ["停车难，1 层也没有车位"])
    close(wave)
    (found,) = words_of_wave(wave, with_open=False)
    parking = found.topics[0]
    assert (parking.count, len(parking.examples), len(parking.more)) == (9, 5, 3)  # one wording came twice
    assert len({*parking.examples, *parking.more}) == 8


def test_words_of_fewer_than_five_stay_hidden_in_an_anonymous_wave(wave: Wave) -> None:
    say(wave, ["停车难", "停车难,电话13812345678", "电梯坏了", "保安很热情"])
    close(wave)
    (found,) = words_of_wave(wave, with_open=False)
    assert (found.count, found.is_shown, found.topics, found.rest) == (4, False, [], [])
    say(wave, ["..."])
    (found,) = words_of_wave(wave, with_open=False)
    assert found.is_shown
    parking = found.topics[0]
    assert (parking.code, parking.count, parking.words) == ("parking", 2, [("停车难", 2)])
    assert "13812345678" not in "".join(parking.examples)
    assert (found.rest, found.rest_count) == (["..."], 1)
