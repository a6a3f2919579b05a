"""The catalogue of indicators and what hangs on the wall can be taken away as files, by who may, and it is recorded."""

import csv
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import translation
from pypdf import PdfReader

from core.models import AuditEntry
from core.reports.text import clean_text
from kpi.indicators import Awaited, indicators
from kpi.selectors.standing import goal_shown
from kpi.selectors.wall import wall_of
from kpi.services.folding import fold_changed
from kpi.units import typed
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory
from tests.kpi.conftest import NOW, World

LANGUAGES = ("en", "zh-hans", "zh-hant")
CATALOGUE = "/kpi/indicators/"


def body(answer: Any) -> bytes:
    """The whole file."""
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def rows_of(text: bytes) -> list[dict[str, str]]:
    """A CSV file by heading."""
    return list(csv.DictReader(StringIO(text.decode("utf-8-sig"))))


@pytest.fixture
def reader(cast: Cast, client: Client) -> Client:
    """The supervisor at a browser."""
    client.force_login(cast.supervisor)
    return client


@pytest.mark.requirement("R053", "R071")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_is_a_workbook_and_a_csv_file_in_each_language(
    world: World, reader: Client, language: str
) -> None:
    """Every indicator with all that the catalogue says of it; both files say the same."""
    page = f"{CATALOGUE}?language={language}"
    book = openpyxl.load_workbook(BytesIO(body(reader.get(f"{page}&export=xlsx"))))
    head, *rows = book.worksheets[0].iter_rows(values_only=True)
    listed = rows_of(body(reader.get(f"{page}&export=csv")))
    declared = list(indicators().values())
    assert len(rows) == len(listed) == len(declared) > 70
    with translation.override(language):
        names = {
            key: translation.gettext(key)
            for key in ("Code", "Indicator", "Definition", "Numerator", "Denominator", "Unit", "Default target",
                        "Basis", "Reckoned", "Left out", "To keep in mind", "State", "Waits for",
                        "Default target as a number", "Required by law")
        }  # fmt: skip
        for one, row, line in zip(declared, rows, listed, strict=True):
            told = dict(zip(head, row, strict=True))
            expected = {
                "Code": one.code,
                "Indicator": one.name,
                "Definition": one.definition,
                "Numerator": one.terms[0],
                "Unit": one.unit_label,
                "Reckoned": one.cadence,
                "To keep in mind": one.caveat,
                "Basis": one.basis if one.target is not None else "",
                "Default target": translation.gettext("for information") if one.target is None else goal_shown(one, one.target),
                "Waits for": one.waits_for if isinstance(one, Awaited) else "",
            }  # fmt: skip
            for key, text in expected.items():
                assert told[names[key]] == (clean_text(text) or None), (one.code, key)
                assert line[names[key]].lstrip("'") == clean_text(text), (one.code, key)
            assert told[names["Denominator"]]
            assert all(str(left.name) in str(told[names["Left out"]]) for left in one.exclusions)
            number = told[names["Default target as a number"]]
            assert (number == "—") if one.target is None else number == float(typed(one.target, one.unit))
            assert told[names["State"]]
    assert AuditEntry.objects.filter(action="kpi.figures_exported", site=None).count() == 2


@pytest.mark.requirement("R053")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_on_paper_has_every_indicator(world: World, reader: Client, language: str) -> None:
    content = body(reader.get(f"{CATALOGUE}?export=pdf&language={language}"))
    text = "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages)
    with translation.override(language):
        for one in indicators().values():
            assert one.code in text
            assert "".join(clean_text(one.name).split()) in text, one.code
        assert "".join(str(indicators()["K11"].waits_for).split()) in text  # type: ignore[attr-defined]


def test_the_file_is_of_what_is_shown_in_the_readers_language(world: World, reader: Client) -> None:
    page = f"{CATALOGUE}?dimension=efficiency"
    shown: Any = reader.get(page)
    lines = rows_of(body(reader.get(f"{page}&export=csv", headers={"accept-language": "zh-hant"})))
    assert len(lines) == shown.context["total"] < len(indicators())
    assert "編號" in lines[0]
    assert "export=pdf&amp;language=zh-hans" in shown.content.decode()
    assert reader.get(f"{CATALOGUE}?export=docx").status_code == 404


def test_who_may_not_take_figures_away_gets_no_file(world: World, cast: Cast, client: Client) -> None:
    wall = f"/kpi/wall/?site={world.site.pk}&export=xlsx"
    client.force_login(cast.guard)
    assert client.get(f"{CATALOGUE}?export=xlsx").status_code == client.get(wall).status_code == 403
    client.force_login(cast.foreign_supervisor)
    theirs = rows_of(body(client.get(wall.replace("xlsx", "csv"))))
    assert theirs
    assert world.site.name not in {line["Site"] for line in theirs}
    assert not AuditEntry.objects.filter(action="kpi.figures_exported", actor=cast.guard).exists()


@pytest.mark.requirement("R053")
def test_what_hangs_on_the_wall_is_a_file_with_its_moment_and_its_rows(
    world: World, reader: Client, settings: Any
) -> None:
    """Each row by itself: site, moment, the text that hangs there, its number, and an address that shows as many rows."""
    settings.PUBLIC_URL = "https://orderly.example"
    CaseFactory.create(site=world.site, kind="complaint", category="attitude", reported_at=NOW - timedelta(days=5), due_at=NOW - timedelta(days=1))  # fmt: skip
    CaseFactory.create(site=world.site, kind="complaint", category="attitude", reported_at=NOW - timedelta(hours=1), due_at=NOW + timedelta(days=1))  # fmt: skip
    fold_changed()
    found = wall_of(world.site)
    page = f"/kpi/wall/?site={world.site.pk}"
    lines = rows_of(body(reader.get(f"{page}&export=csv", headers={"accept-language": "en"})))
    assert len(lines) == len(found.today) + len(found.lines)
    assert len(found.lines) > 3
    assert {line["Site"] for line in lines} == {world.site.name}
    assert {datetime.fromisoformat(line["Moment"]) for line in lines} == {NOW}
    rounds, cases, late = lines[:3]
    assert (rounds["Value"], rounds["Numerator"], rounds["Denominator"]) == (found.today[0].value, "0", "0")
    assert (cases["As a number"], late["As a number"]) == ("2", "1")
    assert cases["Note"] == "2 given to nobody"
    for line in (cases, late):
        address = line["Rows (URL)"].removeprefix("https://orderly.example")
        shown: Any = reader.get(address)
        assert len(shown.context["table"].rows) == int(line["As a number"])
    for line, one in zip(lines[3:], found.lines, strict=True):
        standing = one.standing
        assert (line["Code"], line["Value"], line["Target"]) == (
            standing.indicator.code, standing.shown, standing.target_shown,
        )  # fmt: skip
        assert line["Result"] == str(standing.verdict)
        address = (
            one.denominator_page or f"/kpi/indicators/{line['Code']}/?site={world.site.pk}&month=2026-11"
        )
        assert line["Rows (URL)"] == f"https://orderly.example{address}"
        assert reader.get(address).status_code == 200
        if standing.indicator.unit == "percent" and standing.value is not None:
            assert float(line["As a number"]) == pytest.approx(standing.value * 100, rel=1e-15)
    sheet: Any = openpyxl.load_workbook(BytesIO(body(reader.get(f"{page}&export=xlsx")))).worksheets[0]
    assert sheet.max_row == len(lines) + 1
    links = [cell.hyperlink.target for row in sheet for cell in row if cell.hyperlink]
    assert links == [line["Rows (URL)"] for line in lines if line["Rows (URL)"]]
    assert AuditEntry.objects.filter(action="kpi.figures_exported", site=world.site).count() == 2


def test_the_wall_offers_its_file_and_the_part_that_is_fetched_again_too(
    world: World, reader: Client
) -> None:
    for page in ("/kpi/wall/", "/kpi/wall/part/"):
        text = reader.get(f"{page}?site={world.site.pk}").content.decode()
        assert f"/kpi/wall/?site={world.site.pk}&amp;export=xlsx" in text
