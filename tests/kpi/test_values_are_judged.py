"""The rules of domain 3.1, rule 5, one line a case: what is said of a value, and in what colour."""

import pytest

from core.intervals import Interval
from kpi.indicators import Indicator, indicators
from kpi.indicators.definition import Measure
from kpi.indicators.kinds import Dimension, Group
from kpi.indicators.sampled import NetScore, Sampled
from kpi.indicators.uncounted import Awaited
from kpi.judging import TONES, Verdict, change, judge
from kpi.selectors.standing import Standing


def measure(code: str) -> Measure:
    """Something that is counted in a test only."""
    return Measure(code, code, code, rows=lambda scope: None, page=lambda scope: "")  # type: ignore[arg-type,return-value]


SATISFACTION = Sampled(
    code="K38", name="Satisfaction", definition="x", dimension=Dimension.QUALITY, group=Group.SATISFACTION, target=0.9,
    numerator=measure("satisfied"), denominator=measure("answers"), population=measure("asked"),
)  # fmt: skip
NET = NetScore(
    code="K41", name="Net score", definition="x", dimension=Dimension.QUALITY, group=Group.SATISFACTION,
    promoters=measure("promoters"), detractors=measure("detractors"), answers=measure("answers"), population=measure("asked"),
)  # fmt: skip
AWAITED = Awaited(
    code="K13", name="Upkeep", definition="x", dimension=Dimension.MAINTENANCE, target=0.95,
    numerator="done", denominator="due", waits_for="the register of equipment",
)  # fmt: skip
K04, K08, K03, K22, K43, K27 = (indicators()[code] for code in ("K04", "K08", "K03", "K22", "K43", "K27"))
WIDE, NARROW = Interval(0.85, 0.95), Interval(0.91, 0.97)


@pytest.mark.requirement("R073")
@pytest.mark.parametrize(
    ("indicator", "value", "target", "sample", "interval", "verdict", "tone"),
    [
        # A census is judged by its value alone, whatever the interval.
        (K04, 0.95, 0.95, 40, WIDE, Verdict.MET, "ok"),
        (K04, 0.9499, 0.95, 4000, NARROW, Verdict.MISSED, "danger"),
        (K08, 0.03, 0.03, 100, WIDE, Verdict.MET, "ok"),
        (K08, 0.031, 0.03, 100, None, Verdict.MISSED, "danger"),
        (K03, 1440, 1440, 5, None, Verdict.MET, "ok"),
        # Of a sample the bad end must meet the target too.
        (SATISFACTION, 0.94, 0.9, 200, NARROW, Verdict.MET, "ok"),
        (SATISFACTION, 0.91, 0.9, 200, WIDE, Verdict.UNPROVEN, "warn"),
        (SATISFACTION, 0.89, 0.9, 200, WIDE, Verdict.MISSED, "danger"),
        (SATISFACTION, 0.91, 0.9, 200, None, Verdict.MET, "ok"),  # everybody answered
        (NET, 40.0, 30.0, 200, Interval(32, 48), Verdict.MET, "ok"),
        (NET, 40.0, 30.0, 200, Interval(28, 52), Verdict.UNPROVEN, "warn"),
        # Fewer than five: only the number.
        (K04, 0.0, 0.95, 4, WIDE, Verdict.TOO_FEW, "idle"),
        (K04, 1.0, 0.95, 5, WIDE, Verdict.MET, "ok"),
        (K03, 9000, 1440, 4, None, Verdict.TOO_FEW, "idle"),
        (SATISFACTION, 1.0, 0.9, 4, WIDE, Verdict.TOO_FEW, "idle"),
        # Numbers and rates are judged anyway, and so is what the law demands of every case.
        (K22, 1, 0, 1, None, Verdict.MISSED, "danger"),
        (K22, 0, 0, 0, None, Verdict.MET, "ok"),
        (K43, 0.001, 0.002, 1, None, Verdict.MET, "ok"),
        (K27, 0.5, 1.0, 2, WIDE, Verdict.MISSED, "danger"),
        # Nothing to judge.
        (K04, None, 0.95, 0, None, Verdict.NO_DATA, "idle"),
        (K04, 0.5, None, 90, WIDE, Verdict.NO_TARGET, "idle"),
        (AWAITED, None, 0.95, 0, None, Verdict.AWAITED, "idle"),
    ],
)
def test_a_value_is_judged(
    indicator: Indicator, value: float | None, target: float | None, sample: float, interval: Interval | None,
    verdict: Verdict, tone: str,
) -> None:  # fmt: skip
    assert judge(indicator, value, target, sample=sample, interval=interval) is verdict
    assert TONES[verdict] == tone


def test_what_lacks_its_time_stamps_is_not_judged() -> None:
    assert judge(K03, 100, 1440, sample=50, is_doubtful=True) is Verdict.DOUBTFUL
    assert TONES[Verdict.DOUBTFUL] == "idle"


@pytest.mark.parametrize(
    ("indicator", "value", "earlier", "now", "then", "said"),
    [
        (K04, 0.9, 0.5, Interval(0.8, 0.95), Interval(0.4, 0.6), "better"),
        (K04, 0.5, 0.9, Interval(0.4, 0.6), Interval(0.8, 0.95), "worse"),
        (K08, 0.02, 0.3, Interval(0.01, 0.03), Interval(0.2, 0.4), "better"),
        (K04, 0.9, 0.7, Interval(0.6, 0.95), Interval(0.5, 0.8), "same"),
        (K04, 0.9, None, Interval(0.6, 0.95), None, ""),
        (K03, 100, 200, None, None, ""),
    ],
)
def test_a_change_is_called_one_only_when_the_intervals_part(
    indicator: Indicator, value: float, earlier: float | None, now: Interval | None, then: Interval | None, said: str
) -> None:  # fmt: skip
    assert change(indicator, value, earlier, now, then) == said


@pytest.mark.parametrize(
    ("indicator", "sample", "is_tiny", "is_small"),
    [
        (K04, 4, True, False),
        (K04, 5, False, True),
        (K04, 29, False, True),
        (K04, 30, False, False),
        (K27, 3, False, False),
        (K27, 10, False, True),
        (K22, 1, False, False),
        (K43, 7, False, False),
        (NET, 99, False, True),
        (NET, 100, False, False),
    ],
)
def test_small_samples_are_marked(indicator: Indicator, sample: float, is_tiny: bool, is_small: bool) -> None:
    found = Standing(indicator, 0.5, None, sample)
    assert (found.is_tiny, found.is_small) == (is_tiny, is_small)


def test_without_a_value_no_sample_is_small() -> None:
    found = Standing(K04, None, None, 0)
    assert (found.is_tiny, found.is_small) == (False, False)


def test_a_sampled_share_is_corrected_for_its_population() -> None:
    counts = {"satisfied": 90, "answers": 100, "asked": 400}
    found, plain = SATISFACTION.interval(counts), SATISFACTION.interval({**counts, "asked": 0})
    assert found is not None
    assert plain is not None
    assert plain.low < found.low < 0.9 < found.high < plain.high
    assert SATISFACTION.interval({**counts, "asked": 100}) is None
    assert SATISFACTION.value(counts) == 0.9
    assert [part.code for part in SATISFACTION.measures] == ["asked", "satisfied", "answers"]
    assert SATISFACTION.interval({}) is None


def test_a_net_score_is_in_points() -> None:
    counts = {"promoters": 60, "detractors": 20, "answers": 100, "asked": 5000}
    assert NET.value(counts) == 40.0
    assert NET.value({}) is None
    assert NET.sample(counts) == 100
    found = NET.interval(counts)
    assert found is not None
    assert (round(found.low, 2), round(found.high, 2)) == (24.32, 55.68)  # 40 ± 1.96·√(0.64/100)·100


def test_what_is_awaited_has_no_value_and_says_what_for() -> None:
    assert AWAITED.value({"done": 3, "due": 4}) is None
    assert (AWAITED.is_live, AWAITED.measures, AWAITED.sample({}), AWAITED.terms) == (
        False,
        (),
        0,
        ("done", "due"),
    )
    assert AWAITED.waits_for == "the register of equipment"
