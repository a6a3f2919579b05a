"""The figures of a month are those a stranger gets from its records."""

import pytest
from scipy import stats

from tests.independent.conftest import Written
from tests.independent.figure import same
from tests.independent.intervals import garwood, wilson
from tests.independent.recompute import recompute
from tests.independent.records import read


@pytest.mark.timeout(400)
@pytest.mark.requirement("R071")
def test_every_live_figure_is_what_its_records_say(written: Written) -> None:
    bundle = written("bundle")
    records = read(bundle)
    told = {row["code"]: row for row in records["figures"]}
    live = {row["code"] for row in records["definitions"] if row["is_indicator"] and row["is_live"]}
    found = recompute(bundle)
    assert found.keys() == told.keys() == live
    for code, figure in found.items():
        assert same(figure.value, told[code]["value"]), code
        assert figure.sample == told[code]["sample"], code
        low, high = figure.interval or (None, None)
        assert same(low, told[code]["low"]), code
        assert same(high, told[code]["high"]), code
    assert sum(figure.value is not None for figure in found.values()) > 30


@pytest.mark.parametrize("total", [1, 4, 5, 29, 30, 107, 2_500])
def test_shares_have_the_intervals_of_scipy(total: int) -> None:
    """To the difference that 1.96 instead of 1.959964 makes."""
    for good in {0, 1, total // 3, total // 2, total - 1, total}:
        expected = stats.binomtest(good, total).proportion_ci(method="wilson")
        found = wilson(good, total)
        assert found is not None
        assert found == pytest.approx((expected.low, expected.high), abs=1e-4)


def test_rare_events_have_the_intervals_of_scipy() -> None:
    """Exact up to ten events; from there on as good as exact."""
    for events in [*range(200), 1_000, 20_000]:
        low = stats.chi2.ppf(0.025, 2 * events) / 2 if events else 0.0
        high = stats.chi2.ppf(0.975, 2 * events + 2) / 2
        assert garwood(events)[0] == pytest.approx(low, abs=2e-2)
        assert garwood(events)[1] == pytest.approx(high, abs=2e-2)
