"""Improvement measures in the monthly report: what ran, what was judged, what was proposed about its misses; frozen with the month."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.reports import Report, render_html, write_xlsx
from kpi.models import Edition, Improvement, MonthlyReport
from kpi.reports.content import gather
from kpi.reports.monthly import monthly_report, report_of
from kpi.selectors.comparing import Comparison
from kpi.selectors.freezing import Frozen
from kpi.selectors.month_measures import MeasureLine, measures_of_month
from kpi.selectors.periods import Month
from kpi.services import closing
from kpi.services.closing import close_month
from kpi.services.folding import fold_changed, refold
from kpi.services.improving import stepping
from kpi.services.keeping import keep_site_report
from kpi.services.turning import turn_days
from organization.models import Person, Site
from patrols.services import partitions
from tests.conftest import Cast
from tests.kpi.measures import BEGUN, CHECKED, DONE, Led, proposed, rounds
from tests.kpi.test_month_bundle import bundle_of
from tests.patrols.factories import PlanFactory, RouteFactory

pytestmark = pytest.mark.requirement("R012", "R077", "R101")
JUNE, JULY, AUGUST = (Month(date(2026, month, 1)) for month in (6, 7, 8))
#: Noon in Shanghai on 3 September: August is over.
LATER = datetime(2026, 9, 3, 4, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[Any]:
    """It is the day the measure begins."""
    with time_machine.travel(BEGUN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def led(cast: Cast, site: Site, clock: Any) -> Led:
    """Rounds of three months, one in four missed until the measure is done; the measure of the shift leader, begun on 1 July."""
    site.language = "en"
    site.save(update_fields=["language"])
    partitions.ensure(BEGUN - timedelta(days=70), LATER)
    plan = PlanFactory.create(route=RouteFactory.create(site=site))
    rounds(site, plan, date(2026, 6, 1), date(2026, 7, 22), missed_every=4)
    rounds(site, plan, date(2026, 7, 23), date(2026, 8, 31), missed_every=20)
    found = Led(proposed(cast.supervisor, site, cast.shift_leader))
    found.begin(cast.project_manager)
    return found


@pytest.fixture
def checked(led: Led, cast: Cast, clock: Any) -> Led:
    """Done on 22 July, its effect confirmed on 20 August; it is 3 September."""
    clock.move_to(DONE)
    led.done(cast.shift_leader)
    clock.move_to(CHECKED)
    list(refold(led.row.site, date(2026, 6, 1), date(2026, 8, 20)))
    led.check(cast.supervisor)
    clock.move_to(LATER)
    count(led.row.site)
    return led


def count(site: Site) -> None:
    """Every day is counted."""
    list(refold(site, date(2026, 6, 1), date(2026, 9, 3)))
    turn_days()
    fold_changed()


def lines(site: Site, month: Month, missed: tuple[str, ...] = ()) -> list[MeasureLine]:
    """The lines of a month."""
    return list(measures_of_month(site, month, missed).lines)


def kept_by(row: Improvement) -> Comparison:
    """The figures kept with the check of its only loop."""
    figures = row.loops.get().figures
    assert figures is not None
    return Comparison.from_json(figures)


def said(report: Report) -> str:
    """Everything the summary says."""
    return "\n".join(str(line.text) for passage in report.passages for line in passage.lines)


#: Days of a measure proposed in September.
DAYS = {"starts_on": date(2026, 9, 4), "due_on": date(2026, 9, 30)}


def rows_of(report: Report, key: str) -> list[dict[str, Any]]:
    """A table of a report, as its columns read it."""
    sheet = next(sheet for sheet in report.sheets if sheet.key == key)
    return [{column.key: column.value(row) for column in sheet.columns if column.value} for row in sheet]


def test_a_month_tells_measures_as_they_stood_when_it_ended(checked: Led) -> None:
    site = checked.row.site
    assert lines(site, JUNE) == []
    (july,) = lines(site, JULY)
    assert (july.stage, july.is_running, july.is_judged, july.verdict) == ("check", True, False, "")
    assert (july.begun_on, july.done_on, july.checked_on) == ("2026-07-01", "2026-07-22", None)
    (august,) = lines(site, AUGUST)
    assert (august.stage, august.is_running, august.is_judged) == ("act", True, True)
    assert august.verdict == "effective"
    assert august.roles == ["shift_leader"]


def test_what_was_overdue_at_the_end_stays_overdue_in_the_report_of_that_month(
    led: Led, cast: Cast, clock: Any
) -> None:
    clock.move_to(datetime(2026, 7, 25, 2, 0, tzinfo=UTC))
    assert not lines(led.row.site, JULY)[0].is_overdue, "its last day has not ended"
    clock.move_to(datetime(2026, 7, 26, 2, 0, tzinfo=UTC))
    assert lines(led.row.site, JULY)[0].is_overdue
    clock.move_to(datetime(2026, 8, 4, 2, 0, tzinfo=UTC))
    led.done(cast.shift_leader)
    (july,) = lines(led.row.site, JULY)
    assert (july.stage, july.is_overdue) == ("do", True)
    assert not lines(led.row.site, AUGUST)[0].is_overdue


def test_loops_are_told_one_by_one(checked: Led, cast: Cast, clock: Any) -> None:
    checked.take(
        stepping.plan_next_loop,
        cast.project_manager,
        measure="Once more.",
        starts_on=date(2026, 9, 5),
        due_on=date(2026, 9, 30),
    )
    assert [(line.loop, line.stage) for line in lines(checked.row.site, AUGUST)] == [(1, "act")]
    september = lines(checked.row.site, Month(date(2026, 9, 1)))
    assert [(line.loop, line.stage, line.is_running) for line in september] == [(2, "plan", True)]


def test_the_report_tells_before_after_and_verdict_of_what_was_judged(checked: Led) -> None:
    report = monthly_report(checked.row.site, AUGUST, shape="page")
    (row,) = rows_of(report, "measures-judged")
    kept = kept_by(checked.row)
    assert row["before"] == "75.0%"
    assert kept.before.value == 0.75
    assert kept.after.value is not None
    assert row["after"] == f"{kept.after.value * 100:.1f}%"
    assert row["effect"].startswith("+")
    assert str(row["verdict"]) == "Effective"
    assert "The effect of 1 measure was judged: Effective 1." in said(report)
    html = str(render_html(report))
    assert f'href="{reverse("kpi:improvement", args=[checked.row.pk])}"' in html
    (running,) = rows_of(report, "measures")
    assert running["owner"] == f"{checked.row.owner.name} (Shift leader)"
    assert running["due_on"] == date(2026, 7, 25)


def test_proposed_about_a_miss_of_the_month_stands_there_and_what_nobody_works_on_is_named(
    checked: Led, cast: Cast
) -> None:
    site = checked.row.site
    late = proposed(cast.supervisor, site, cast.shift_leader, title="Shorter route", **DAYS)
    content = gather(site, AUGUST)
    missed = {line.standing.indicator.code for line in content.view.off_target}
    assert "K09" in missed
    assert [line.measure for line in content.measures.proposed] == [late.pk]
    assert [line.measure for line in content.measures.running] == [checked.row.pk]
    assert {line.standing.indicator.code for line in content.lacking} == missed - {"K09"}
    report = report_of(content, shape="page")
    (row,) = rows_of(report, "measures-proposed")
    assert row["proposed_on"] == date(2026, 9, 3)
    assert "1 measure was proposed about what missed its target." in said(report)
    assert missed == {"K05", "K09"}
    assert "Off target without a measure: Workload completion." in said(report)


@pytest.mark.parametrize("edition", list(Edition))
def test_a_month_without_measures_says_so(checked: Led, edition: Edition) -> None:
    report = monthly_report(checked.row.site, JUNE, shape="page", edition=edition)
    assert "No improvement measure ran in this month." in said(report)
    assert "No effect of a measure was judged in this month." in str(render_html(report))


def test_owners_read_the_figure_and_the_stage_but_no_title_no_name_and_nothing_internal(
    checked: Led, cast: Cast
) -> None:
    site = checked.row.site
    Improvement.objects.update(title="CANARY", problem="CANARY")
    for indicator in ("", "K47"):
        proposed(cast.supervisor, site, cast.guard, title="CANARY", indicator=indicator, target=None, **DAYS)
    content = gather(site, AUGUST, Edition.OWNERS)
    assert [line.measure for line in content.measures.lines] == [checked.row.pk]
    report = report_of(content, shape="workbook")
    file = BytesIO()
    write_xlsx(report, file)
    book = openpyxl.load_workbook(BytesIO(file.getvalue()))
    cells = [str(cell.value) for sheet in book for row in sheet for cell in row if cell.value is not None]
    page = str(render_html(report_of(content, shape="page")))
    for text in (*cells, page):
        assert "CANARY" not in text
        assert checked.row.number not in text
        for person in Person.objects.all():
            assert person.name not in text
    assert "K09 Patrol completion" in page
    assert "Effective" in page
    assert 'href="/' not in page


def test_a_closed_month_keeps_its_measures_and_lists_apart_what_is_told_differently(
    checked: Led, cast: Cast, client: Client
) -> None:
    site = checked.row.site
    open_content = gather(site, AUGUST)
    closed = close_month(user=cast.project_manager, site=site, month=AUGUST)
    frozen = Frozen.read(closed.content)
    assert frozen.content["version"] == 2
    assert frozen.measures is not None
    assert [MeasureLine.from_json(one) for one in frozen.measures] == list(open_content.all_measures.lines)
    assert cast.shift_leader.name not in closed.content, "a name would outlive its person"
    before = gather(site, AUGUST)
    assert before.changed_measures == []
    assert before.fingerprint == closed.sha256
    Improvement.objects.update(title="Another title")
    Improvement.objects.filter(pk=checked.row.pk).update(target=0.5)
    late = proposed(cast.supervisor, site, cast.shift_leader, **DAYS)
    after = gather(site, AUGUST)
    assert list(after.measures.lines) == list(before.measures.lines)
    assert [pair[1].measure for pair in after.changed_measures if pair[1]] == [checked.row.pk, late.pk]
    client.force_login(cast.project_manager)
    page = client.get(reverse("kpi:report", args=[site.pk, "2026-08"]) + "?language=en").content.decode()
    assert "Fewer missed rounds" in page
    assert "Another title" in page
    assert "Changed since the month was closed: improvement measures" in page
    own = client.get(reverse("kpi:closed_month", args=[closed.pk])).content.decode()
    assert "Another title" in own


def test_the_files_of_a_closed_month_carry_its_measures_and_stay_as_they_are(
    checked: Led, cast: Cast, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    site = checked.row.site
    close_month(user=cast.project_manager, site=site, month=AUGUST)
    report = keep_site_report(site, AUGUST, is_final=True)
    with report.bundle.open("rb") as file:
        first = file.read()
    Improvement.objects.update(title="Another title")
    with keep_site_report(site, AUGUST, is_final=True).bundle.open("rb") as file:
        assert file.read() == first
    assert MonthlyReport.objects.count() == 1


def test_a_month_closed_before_measures_were_frozen_says_that_it_shows_them_as_they_are(
    checked: Led, cast: Cast, monkeypatch: Any
) -> None:
    whole = closing.content_of

    def older(site: Site, month: Month) -> dict[str, Any]:
        content = whole(site, month)
        return {name: one for name, one in content.items() if name not in ("measures", "weights")} | {"version": 1}  # fmt: skip

    monkeypatch.setattr(closing, "content_of", older)
    close_month(user=cast.project_manager, site=checked.row.site, month=AUGUST)
    content = gather(checked.row.site, AUGUST)
    assert [line.measure for line in content.measures.running] == [checked.row.pk]
    assert "as the records tell them now" in said(report_of(content, shape="page"))


def test_the_fingerprint_covers_them(checked: Led) -> None:
    before = gather(checked.row.site, AUGUST).fingerprint
    Improvement.objects.update(title="Another title")
    assert gather(checked.row.site, AUGUST).fingerprint != before


def test_the_bundle_has_them_without_titles_and_names(checked: Led) -> None:
    bundle = bundle_of(checked.row.site, AUGUST)
    (row,) = bundle.rows("improvements.csv")
    assert row["number"] == checked.row.number
    assert (row["stage"], row["verdict"], row["is_judged"]) == ("act", "effective", "true")
    kept = kept_by(checked.row)
    assert float(row["before_value"]) == kept.before.value
    assert float(row["after_high"]) == kept.after.high
    assert (row["before_first"], row["window_days"]) == (kept.before.first.isoformat(), str(kept.days))
    assert checked.row.title not in " ".join(row.values())


def test_they_take_as_many_queries_however_many_there_are(checked: Led, cast: Cast) -> None:
    site = checked.row.site

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            measures_of_month(site, AUGUST, {"K09"})
        return len(found)

    one = asked()
    for number in range(5):
        proposed(cast.supervisor, site, cast.guard if number % 2 else cast.shift_leader, **DAYS)
    assert asked() == one
