"""The figures of a month on screen, in the document, the workbook and the bundle are those a stranger gets from its records."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
import time_machine
from scipy import stats

from kpi.selectors.periods import Month
from kpi.services.folding import refold
from kpi.services.reporting import write
from organization.models import Site
from tests.conftest import Cast
from tests.independent.intervals import garwood, wilson
from tests.independent.living import NOW, live_through_october
from tests.independent.recompute import recompute
from tests.independent.records import read

MONTH = Month(date(2026, 10, 1))


@pytest.fixture(params=["Asia/Shanghai", "America/New_York", "Europe/Berlin"])
def lived(request: Any, site: Site, cast: Cast, settings: Any, tmp_path: Any) -> Any:
    """The month behind the site. Clocks change in Berlin on 25 October, in New York on 1 November."""
    settings.MEDIA_ROOT = tmp_path
    site.time_zone, site.language = request.param, "en"
    site.households, site.population = 640, 1_730
    site.save(update_fields=["time_zone", "language", "households", "population"])
    with time_machine.travel(NOW, tick=False):
        live_through_october(site, cast, seed=len(request.param))
        list(refold(site, date(2026, 5, 1), NOW.date()))
        yield Site.objects.select_related("company").get(pk=site.pk)


def written(site: Site, form: Any) -> BytesIO:
    """The report of October in one of its shapes."""
    file = BytesIO()
    write(site, MONTH, form, file)
    file.seek(0)
    return file


@pytest.mark.requirement("R071")
def test_every_live_figure_is_what_its_records_say(lived: Site) -> None:
    bundle = written(lived, "bundle")
    told = {row["code"]: row for row in read(bundle)["figures"]}
    found = recompute(bundle)
    assert found.keys() == told.keys()
    for code, figure in found.items():
        assert same(figure.value, told[code]["value"]), code
        assert figure.sample == told[code]["sample"], code
        low, high = figure.interval or (None, None)
        assert same(low, told[code]["low"]), code
        assert same(high, told[code]["high"]), code
    assert sum(figure.value is not None for figure in found.values()) > 30


def same(reckoned: float | None, told: Any) -> bool:
    """Equal to twelve digits; nothing only equals nothing."""
    if reckoned is None or told is None:
        return reckoned is told
    return float(told) == pytest.approx(reckoned, rel=1e-12, abs=1e-12)


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
