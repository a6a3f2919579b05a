"""Text of reports: cleaned visibly, cut with a mark, linked only where a reader may be sent."""

import pytest

from core.reports.text import CELL_LIMIT, clean_text, display_width, escape_formula, fit_cell, safe_href
from core.reports.xlsx.names import SheetNames


@pytest.mark.parametrize("code", [*range(9), 11, 12, *range(14, 32), 0x7F, 0x9F, 0xFFFE, 0xFFFF, 0x1FFFE])
def test_a_control_character_is_replaced_where_it_stood(code: int) -> None:
    assert clean_text(f"a{chr(code)}b") == "a�b"


def test_tabs_and_line_ends_are_kept() -> None:
    assert clean_text("a\tb\nc\r\nd\re") == "a\tb\nc\nd\ne"


def test_a_lone_surrogate_is_replaced_and_a_pair_is_joined() -> None:
    assert clean_text("a\ud800b") == "a�b"
    assert clean_text("\ud83d\ude00") == "😀"


def test_rare_names_are_kept() -> None:
    assert clean_text("周䶮𬍛𠮷") == "周䶮𬍛𠮷"


def test_text_that_fits_a_cell_is_left_alone() -> None:
    assert fit_cell("x" * CELL_LIMIT) == "x" * CELL_LIMIT


@pytest.mark.parametrize("letter", ["x", "字", "𠮷"])
def test_text_too_long_for_a_cell_is_cut_with_a_mark(letter: str) -> None:
    cut = fit_cell(letter * 40_000)
    assert len(cut.encode("utf-16-le")) // 2 <= CELL_LIMIT
    assert cut.endswith("… [cut: 40,000 characters in all]")
    assert cut.startswith(letter * 10)


@pytest.mark.parametrize("text", ["", "-12.5", "12", "翠湖花园", "a=b", "a-b", "2026-10"])
def test_plain_text_and_numbers_need_no_apostrophe(text: str) -> None:
    assert escape_formula(text) == text


def test_a_telephone_number_gets_an_apostrophe() -> None:
    assert escape_formula("+86 138 0000 0000") == "'+86 138 0000 0000"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.test/",
        "/\\evil.test",
        "file:///etc/passwd",
        "ht\ntp://x.test",
        "vbscript:x",
        "http://[",
        "cases/7/",
    ],
)
def test_a_reader_is_sent_nowhere_unsafe(url: str) -> None:
    assert safe_href(url, "https://orderly.test") == ""


def test_a_rooted_link_becomes_absolute_in_files() -> None:
    assert safe_href("/cases/7/", "https://orderly.test") == "https://orderly.test/cases/7/"
    assert safe_href("https://x.test/?a=1") == "https://x.test/?a=1"


def test_a_chinese_character_is_as_wide_as_two_letters() -> None:
    assert display_width("巡逻 B2") == 7
    assert display_width("long line\nx") == 9


def test_worksheet_names_are_valid_and_differ() -> None:
    names = SheetNames()
    wanted = ["a/b:c*[d]?", "Cases", "cases", "History", "'quoted'", "", "字" * 40, "字" * 40, "\0"]
    taken = [names.take(name) for name in wanted]
    assert taken[1:3] == ["Cases", "cases (2)"]
    assert len({name.casefold() for name in taken}) == len(wanted)
    for name in taken:
        assert 0 < len(name) <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert name.casefold() != "history"
