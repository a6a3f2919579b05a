"""What a monthly report says: in sentences, by group, with its misses; and what the owners' edition leaves out."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core.reports import Report, render_html, write_xlsx
from incidents.models import Case
from kpi.models import Edition
from kpi.reports.content import gather
from kpi.reports.monthly import monthly_report, report_of
from kpi.reports.sentences import gap, in_short, passages
from kpi.selectors.misses import misses_of
from kpi.selectors.months import month_of
from kpi.selectors.periods import Month
from kpi.services.folding import refold
from kpi.services.reporting import write
from organization.models import Site, Zone
from patrols.models import Round
from tests.conftest import Cast
from tests.kpi.bundles import Bundle
from tests.kpi.conftest import NOW, World
from tests.kpi.heaps import heap
from tests.kpi.test_month_bundle import bundle_of

MONTH = Month(date(2026, 11, 1))


@pytest.fixture
def filled(world: World, cast: Cast) -> World:
    """The world in English with a heap of cases, folded."""
    zones: list[Zone | None] = [world.gate, world.garage, None]
    heap(world.site, cast.supervisor, zones, datetime(2026, 10, 5, tzinfo=UTC), 46, 150, seed=4)
    world.site.language = "en"
    world.site.save(update_fields=["language"])
    list(refold(world.site, date(2026, 10, 1), NOW.date()))
    return world


def text_of(report: Report) -> str:
    """Everything the summary says."""
    return "\n".join(f"{line.text}" for passage in report.passages for line in passage.lines)


@pytest.mark.requirement("R056")
def test_the_summary_is_made_from_the_figures(filled: World) -> None:
    content = gather(filled.site, MONTH)
    report = report_of(content, shape="page")
    said = {str(passage.title): [str(line.text) for line in passage.lines] for passage in report.passages}
    judged = [
        line.standing
        for line in content.lines
        if line.standing.is_met is not None and line.standing.tone != "idle"
    ]
    met = [one for one in judged if one.is_met]
    values = ", ".join(f"{one.indicator.name} {one.shown}" for one in met)
    assert said["What was reached"] == (
        [f"{len(met)} of {len(judged)} figures with a target met it: {values}."]
        if met
        else [f"None of {len(judged)} figures with a target met it."]
    )
    missed = [one for one in judged if not one.is_met]
    assert len(said["What was missed"]) == len(missed) > 3
    k09 = next(one for one in missed if one.indicator.code == "K09")
    assert (
        f"Patrol completion: {k09.shown}, target ≥ 98%; {gap(k09)} short. 4 of 16." in said["What was missed"]
    )
    assert gap(k09) == "73 percentage points"
    assert "Rounds due: 16; completed in time 4, late 4, in part 4, missed 4." in said["What happened"]


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_a_month_in_which_nothing_happened_says_so_in_words(world: World, language: str) -> None:
    content = gather(world.site, Month(date(2026, 3, 1)), language=language)
    report = report_of(content, shape="page")
    said = text_of(report)
    with translation.override(language):
        for words in (
            translation.gettext(
                "Nothing at all was recorded in this month: no round was due and no case was reported."
            ),
            translation.gettext("No incident was reported."),
            translation.gettext("Nobody was injured or killed."),
        ):
            assert words in said
        without = [line for line in content.lines if line.standing.value is None]
        no_data = translation.ngettext(
            "%(number)s figure has no data.", "%(number)s figures have no data.", len(without)
        )
        assert no_data % {"number": len(without)} in said
    assert in_short(content)[language].count("\n") >= 2


#: What stands instead of the tables of a month in which nothing happened.
EMPTY = {
    "late-cases": "There was no case with a target.",
    "late-actions": "No action item and no request was due.",
    "worst": "No visit to a point was due.",
    "days": "No round was due and nothing was scanned in this month.",
    "events-by-month": "No incident was reported in these twelve months.",
}


@pytest.mark.requirement("R056")
@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
@pytest.mark.parametrize("edition", list(Edition))
def test_tables_of_a_month_in_which_nothing_happened_say_what_there_was_none_of(
    sibling_site: Site, at_noon: None, language: str, edition: Edition
) -> None:
    """Nothing is praised that was not due: no point "visited every time", no case "in time"; no chart without a value."""
    content = gather(sibling_site, Month(date(2026, 10, 1)), edition, language)
    for shape in ("page", "document", "workbook"):
        report = report_of(content, shape=shape)
        empty = {sheet.key: sheet for sheet in report.sheets if not list(sheet)}
        with translation.override(language):
            for key, words in EMPTY.items():
                if key in empty:
                    public = key == "days" and edition == Edition.OWNERS
                    expected = "No round was due in this month." if public else words
                    assert str(empty[key].empty) == translation.gettext(expected)
            assert {"days", "events-by-month"} <= empty.keys()
            assert edition == Edition.OWNERS or EMPTY.keys() <= empty.keys()
            for sheet in report.sheets:
                assert sheet.key not in empty or str(sheet.empty) or sheet.key in ("rates", "times"), (
                    sheet.key
                )
            if shape == "workbook":
                told = workbook_of(report)
                for key in empty:
                    assert str(empty[key].empty) in told, key
            else:
                page = str(render_html(report))
                assert "<svg" not in page
                for group in (sheet for sheet in report.sheets if sheet.key.startswith("group-")):
                    assert all(
                        column.value(row) != "" for row in group for column in group.columns if column.value
                    )


def workbook_of(report: Report) -> set[str]:
    """All words of the workbook."""
    file = BytesIO()
    write_xlsx(report, file)
    book = openpyxl.load_workbook(BytesIO(file.getvalue()))
    return {str(cell.value) for sheet in book for row in sheet for cell in row if cell.value is not None}


def test_words_for_an_empty_table_do_not_stand_in_its_row_of_totals(
    sibling_site: Site, at_noon: None
) -> None:
    content = gather(sibling_site, Month(date(2026, 10, 1)), Edition.OWNERS, "en")
    file = BytesIO()
    write_xlsx(report_of(content, shape="workbook"), file)
    rows = list(openpyxl.load_workbook(BytesIO(file.getvalue()))["Incidents by type"].values)
    assert rows[1][:2] == ("No incident was reported.", None)
    assert rows[2][:4] == ("All", 0, 0, 0)


@pytest.mark.parametrize(("language", "word"), [("en", "Number"), ("zh-hans", "编号"), ("zh-hant", "編號")])
def test_the_number_of_a_record_is_no_quantity(filled: World, language: str, word: str) -> None:
    report = monthly_report(filled.site, MONTH, language=language)
    with translation.override(language):
        for sheet in report.sheets:
            for column in sheet.columns:
                if column.key == "number" and sheet.key != "rates":
                    assert str(column.label) == word, sheet.key
        assert (
            language == "en"
            or str(next(s for s in report.sheets if s.key == "cases").column("value").label) != word
        )


def test_it_is_in_the_language_asked_for(filled: World) -> None:
    report = monthly_report(filled.site, MONTH, shape="page", language="zh-hant")
    assert report.language == "zh-hant"
    assert report.period == "2026年11月"
    assert "What was missed" not in text_of(report)


def test_misses_are_the_rows_of_the_denominators_outside_the_numerators(filled: World) -> None:
    view = month_of(filled.site, MONTH)
    misses = misses_of(view)
    lines = {line.standing.indicator.code: line.standing for line in view.indicators}
    for code in ("K02", "K04", "K14", "K33", "K44", "K28"):
        one = lines[code]
        listed = [miss for miss in misses.cases if code in {indicator.code for indicator in miss.indicators}]
        assert len(listed) == one.denominator - one.numerator, code
    reopened = [miss for miss in misses.cases if "K08" in {one.code for one in miss.indicators}]
    assert len(reopened) == lines["K08"].numerator
    assert len({miss.row.pk for miss in misses.cases}) == len(misses.cases) > 10


def test_misses_take_as_many_queries_however_many_there_are(
    filled: World, django_assert_max_num_queries: Any
) -> None:
    view = month_of(filled.site, MONTH)
    with django_assert_max_num_queries(4):
        misses_of(view)


@pytest.mark.requirement("R056")
def test_owners_read_no_names_no_titles_and_nothing_about_single_cases(filled: World, cast: Cast) -> None:
    Case.objects.update(title="CANARY", reporter_name="CANARY", place="CANARY")
    Round.objects.update(person=cast.guard)
    numbers = list(Case.objects.values_list("number", flat=True))
    file = BytesIO()
    write_xlsx(monthly_report(filled.site, MONTH, edition=Edition.OWNERS), file)
    book = openpyxl.load_workbook(BytesIO(file.getvalue()))
    cells = [str(cell.value) for sheet in book for row in sheet for cell in row if cell.value is not None]
    links = [
        cell.hyperlink.target
        for sheet in book
        for row in sheet
        for cell in row
        if cell.hyperlink and cell.hyperlink.target
    ]
    page = str(render_html(monthly_report(filled.site, MONTH, shape="page", edition=Edition.OWNERS)))
    for text in (*cells, page):
        assert "CANARY" not in text
        assert cast.guard.name not in text
        assert not any(number in text for number in numbers)
        assert "False alarm rate" not in text
        assert "Violations by staff" not in text
    assert links == []
    assert 'href="/' not in page
    assert "Patrol completion" in page


def test_the_bundle_is_not_for_the_owners(filled: World) -> None:
    with pytest.raises(ValueError, match="records"):
        write(filled.site, MONTH, "bundle", BytesIO(), edition=Edition.OWNERS)


def test_page_workbook_document_and_bundle_carry_one_fingerprint(filled: World) -> None:
    content = gather(filled.site, MONTH)
    bundle: Bundle = bundle_of(filled.site)
    assert content.fingerprint == bundle.manifest["content_sha256"]
    assert content.fingerprint in str(render_html(report_of(content, shape="page")))
    file = BytesIO()
    write_xlsx(report_of(content, shape="workbook"), file)
    summary = openpyxl.load_workbook(BytesIO(file.getvalue())).worksheets[0]
    assert content.fingerprint in {cell.value for row in summary for cell in row}


def test_the_workbook_has_a_sheet_of_rows_for_each_indicator(filled: World) -> None:
    view = month_of(filled.site, MONTH)
    file = BytesIO()
    write_xlsx(monthly_report(filled.site, MONTH), file)
    book = openpyxl.load_workbook(BytesIO(file.getvalue()))
    lines = {line.standing.indicator.code: line.standing for line in view.indicators}
    for code in ("K02", "K04", "K14", "K43", "K44", "K22"):
        if not lines[code].sample:
            continue
        sheet = next(sheet for sheet in book if sheet.title.startswith(f"{code} "))
        _head, *rows = sheet.iter_rows(values_only=True)
        assert len(rows) == lines[code].sample, code
        if lines[code].denominator:
            assert sum(row[-1] == "Yes" for row in rows) == lines[code].numerator, code
    assert passages(gather(filled.site, MONTH))


def test_the_page_shows_the_report_and_every_figure_opens_its_rows(
    filled: World, cast: Cast, client: Client
) -> None:
    client.force_login(cast.auditor)
    answer: Any = client.get(reverse("kpi:report", args=[filled.site.pk, "2026-11"]))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "What was missed" in page
    for line in month_of(filled.site, MONTH).indicators:
        if line.standing.sample and line.denominator_page:
            assert line.denominator_page.replace("&", "&amp;") in page
    owners: Any = client.get(reverse("kpi:report", args=[filled.site.pk, "2026-11"]), {"edition": "owners"})
    assert "Cases that missed a target" not in owners.content.decode()


@pytest.mark.parametrize("month", ["2026-13", "2027-01", "nonsense"])
def test_there_is_no_report_of_a_month_that_is_none_or_to_come(
    filled: World, cast: Cast, client: Client, month: str
) -> None:
    client.force_login(cast.auditor)
    assert client.get(reverse("kpi:report", args=[filled.site.pk, month])).status_code == 404
