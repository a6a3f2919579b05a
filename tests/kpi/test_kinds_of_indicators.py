"""What the kinds of indicators say: no data, units, targets, intervals, windows, and where their rows are."""

from datetime import date

import pytest
from django.utils import translation

from kpi.indicators import Group, indicators
from kpi.models import DayFigure
from kpi.selectors.lines import IndicatorLine, group_lines
from kpi.selectors.periods import Month
from kpi.selectors.sites import site_months
from kpi.selectors.standing import standing
from organization.models import Site

MONTH = Month(date(2026, 11, 1))


def keep(site: Site, day: date, **counts: float) -> None:
    """Numbers of a day, as the fold keeps them."""
    kept = {code.replace("__", "@"): number for code, number in counts.items()}
    DayFigure.objects.create(
        company=site.company, site=site, day=day, counts=kept, counted_at="2026-11-30T00:00Z"
    )


def lines(site: Site, **total: float) -> dict[str, IndicatorLine]:
    """Every indicator of the month by code."""
    groups = group_lines(site, MONTH, {code.replace("__", "@"): number for code, number in total.items()})
    return {line.standing.indicator.code: line for group in groups for line in group.lines}


def test_a_rate_needs_the_profile_of_the_site(site: Site) -> None:
    assert lines(site, complaints_valid=3)["K43"].standing.verdict == "no data"
    site.households = 1500
    line = lines(site, complaints_valid=3)["K43"]
    assert line.standing.value == pytest.approx(3 / 1500)
    assert line.standing.tone == "ok"
    assert (line.standing.shown, line.standing.target_shown) == ("2.00‰", "≤ 2.00‰")
    assert line.standing.interval_shown == "0.41‰ – 5.84‰"
    assert lines(site, complaints_valid=4)["K43"].standing.tone == "danger"


def test_no_serious_accident_is_a_value_and_proves_little(site: Site) -> None:
    line = lines(site)["K22"].standing
    assert (line.value, line.tone, line.interval_shown) == (0, "ok", "0.0 – 3.7")
    assert lines(site, incidents_serious=1)["K22"].standing.tone == "danger"


def test_a_length_of_time_is_judged_by_the_statistic_it_names(site: Site) -> None:
    minutes = {
        "service_response_urgent": 3,
        "service_response_urgent__4": 2,
        "service_response_urgent__40": 1,
    }
    line = lines(site, **minutes)["K01"].standing
    assert line.lengths is not None
    assert (line.lengths.mean, line.lengths.median, line.lengths.p90) == (16, 4, 32.8)
    assert (line.value, line.tone, line.sample) == (32.8, "idle", 3)  # too few to judge
    minutes = {
        "service_response_urgent": 5,
        "service_response_urgent__4": 4,
        "service_response_urgent__40": 1,
    }
    assert (judged := lines(site, **minutes)["K01"].standing).lengths is not None
    assert (judged.value, judged.tone) == (25.6, "danger")
    assert line.basis_shown == "mean 16 min, median 4 min, 90% within 32.8 min"
    days = lines(site, hazards_time_general=5, hazards_time_general__15=5)["K15"].standing
    assert (days.shown, days.target_shown, days.tone) == ("1.5 days", "≤ 7.0 days", "ok")
    assert lines(site)["K01"].standing.verdict == "no data"


def test_windows_reach_over_months_and_their_pages_do(site: Site) -> None:
    site.population = 1000
    for month in (1, 11, 12, 13):
        keep(site, MONTH.back(month).first, incidents_security=2, complaints_valid=5)
    found = lines(site, incidents_security=1)
    assert found["K21"].standing.value == pytest.approx((2 + 2 + 1) / 1000)
    assert found["K21"].standing.before == pytest.approx((2 + 2 + 2) / 1000)
    assert "first=2025-12-01&last=2026-11-30" in found["K21"].denominator_page
    assert found["K16"].standing.value is None
    share = lines(site, hazards_recurred=9, hazards_closed=6)["K16"].standing
    assert (share.value, share.interval, share.tone) == (1.5, None, "danger")  # no part of what was closed


def test_a_mix_lists_its_parts(site: Site) -> None:
    line = lines(site, service_due=4, service_done=3, rounds_due=10, rounds_completed=8, rounds_late=1, actions_due=1)["K05"]  # fmt: skip
    assert line.standing.value == pytest.approx(12 / 15)
    assert (line.numerator_page, line.denominator_page) == ("", "")
    assert {part.measure.code: part.value for part in line.parts if part.value} == {
        "service_done": 3, "rounds_completed": 8, "rounds_late": 1, "service_due": 4, "rounds_due": 10, "actions_due": 1,
    }  # fmt: skip


def test_the_worst_stands_first_and_what_has_no_data_last(site: Site) -> None:
    counts = {"service_due": 10, "service_in_time": 9, "service_response_due": 10, "service_responded": 2, "repairs_answer_due": 1, "repairs_answered": 1}  # fmt: skip
    service = next(group for group in group_lines(site, MONTH, counts) if group.group == Group.SERVICE)
    codes = [line.standing.indicator.code for line in service.known]
    assert codes == ["K02", "K04", "K06"]
    assert len(service.known) + len(service.silent) == len(service.lines)


def test_sites_are_compared_by_domain(site: Site, sibling_site: Site) -> None:
    keep(site, MONTH.first, service_due=4, service_in_time=3)
    first, second = site_months([site, sibling_site], MONTH, Group.SERVICE)
    k04 = [one.indicator.code for one in first.standings].index("K04")
    assert (first.standings[k04].value, second.standings[k04].value) == (0.75, None)
    assert {one.indicator.group for one in first.standings} == {Group.SERVICE}


def test_every_indicator_can_be_shown_in_every_language(site: Site) -> None:
    for language in ("en", "zh-hans", "zh-hant"):
        with translation.override(language):
            for one in indicators().values():
                shown = standing(one, {}, site)
                texts = (
                    one.name,
                    one.definition,
                    one.cadence,
                    shown.target_shown,
                    shown.shown,
                    shown.verdict,
                )
                assert all(str(text) for text in texts), one.code
                assert shown.rail["maximum"]
