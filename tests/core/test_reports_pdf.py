"""A report on paper: real text in three languages, faces of our own, nothing fetched."""

import importlib
import io
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from PIL import Image
from pypdf import PdfReader

from core.reports import Column, PdfUnavailable, Report, Sheet, pdf, write_pdf
from tests.core.report_samples import sample

RARE = ["周䶮", "𬍛珺", "欧阳喆堃", "犇翀", "司馬赟", "𡈼龘"]


def printed(report: Report) -> PdfReader:
    file = io.BytesIO()
    write_pdf(report, file)
    return PdfReader(file)


def text_of(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def people(rows: int = 1) -> Sheet:
    columns = [Column("name", "姓名"), Column("post", "岗位"), Column("n", "次数", "integer")]
    lines = [{"name": name, "post": "东门岗", "n": -12} for name in RARE * rows]
    return Sheet("people", "人员", columns, lines)


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_rare_names_are_text_in_every_language(language: str) -> None:
    text = text_of(printed(sample(language, sheets=[people()])))
    for name in RARE:
        assert name in text
    assert "-12" in text


def test_faces_are_ours_and_embedded() -> None:
    reader = printed(sample("zh-hant", sheets=[people()]))
    fonts = _fonts(reader)
    assert {name.split("+")[-1].split("-Bold")[0] for name in fonts} == {"Report-TC", "Report-SC"}


def _fonts(reader: PdfReader) -> set[str]:
    found: Any = [page["/Resources"].get("/Font", {}) for page in reader.pages]  # type: ignore[attr-defined]
    return {str(font.get_object()["/BaseFont"]).lstrip("/") for fonts in found for font in fonts.values()}


def test_pages_carry_place_period_and_number() -> None:
    reader = printed(sample(sheets=[people(30)]))
    assert len(reader.pages) > 1
    last = reader.pages[-1].extract_text()
    assert "翠湖花园" in last
    assert "2026-10" in last
    assert f"Page {len(reader.pages)} of {len(reader.pages)}" in last


def test_paper_is_a4_and_a_wide_table_lies_across() -> None:
    pages = printed(sample()).pages
    sizes = {(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in pages}
    assert sizes <= {(595, 842), (842, 595)}
    wide = Sheet("w", "W", [Column("t", f"Text {n}", width=40) for n in range(6)], [{"t": "word " * 30}])
    assert float(printed(sample(sheets=[wide])).pages[-1].mediabox.width) > 800


def test_a_document_is_tagged_and_names_itself() -> None:
    reader = printed(sample("zh-hans"))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "zh-Hans"
    assert reader.metadata is not None
    assert reader.metadata.title == "October 2026"


def test_links_are_absolute() -> None:
    annotations = [a.get_object() for page in printed(sample()).pages for a in page.get("/Annots", [])]
    addresses = {str(a["/A"]["/URI"]) for a in annotations if "/URI" in a.get("/A", {})}
    assert addresses == {"https://orderly.test/cases/7/", "https://orderly.test/rows/1/"}


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/x.png", "https://x.test/a", "file:///etc/passwd", "ftp://x.test/a"]
)
def test_nothing_is_fetched_but_our_own_files(url: str) -> None:
    engine = importlib.import_module("core.reports.engine")
    fetcher = engine.LocalFetcher([Path(settings.NPM_ROOT)])
    with pytest.raises((PermissionError, ValueError)):
        fetcher.fetch(url)


def test_a_path_cannot_climb_out_of_our_files() -> None:
    engine = importlib.import_module("core.reports.engine")
    fetcher = engine.LocalFetcher([Path(settings.NPM_ROOT)])
    with pytest.raises(PermissionError):
        fetcher.fetch(f"{Path(settings.NPM_ROOT).as_uri()}/../pyproject.toml")


def test_without_system_libraries_the_one_command_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(pdf, "import_module", missing)
    with pytest.raises(PdfUnavailable, match=re.escape(f"apt-get install -y {pdf.LIBRARIES}")):
        write_pdf(sample(), io.BytesIO())


def test_without_faces_the_one_command_is_told(settings: Any, tmp_path: Path) -> None:
    settings.NPM_ROOT = tmp_path
    with pytest.raises(PdfUnavailable, match="npm ci"):
        write_pdf(sample(), io.BytesIO())


def test_a_page_shows_ink_and_colour(tmp_path: Path) -> None:
    tool = shutil.which("pdftoppm")
    assert tool, "poppler-utils is missing. Run: apt-get install -y poppler-utils"
    file = tmp_path / "report.pdf"
    with file.open("wb") as target:
        write_pdf(sample("zh-hans"), target)
    subprocess.run([tool, "-r", "60", "-png", str(file), str(tmp_path / "page")], check=True)
    shades: set[Any] = set()
    for page in tmp_path.glob("page-*.png"):
        with Image.open(page) as picture:
            shades |= {shade for _, shade in picture.convert("RGB").getcolors(1 << 20) or []}
    # Chart rules reach the drawing: the accent of lines and the fill of "done" are on the paper.
    assert any(_near(shade, (10, 108, 110)) for shade in shades)
    assert any(_near(shade, (47, 158, 95)) for shade in shades)


def _near(shade: Any, wanted: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 6 for one, other in zip(shade, wanted, strict=True))
