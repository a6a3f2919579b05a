"""docs/requirements.md names every requirement once, and what it says is served exists."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import Resolver404, resolve

from tests.project.test_structure import ROOT

ROWS = re.findall(
    r"^\| (R\d{3}) \| (.+?) \| (.+?) \|$", (ROOT / "docs" / "requirements.md").read_text("utf-8"), re.M
)
BY_ID = {identifier: where for identifier, _what, where in ROWS}
#: What a user can do by now.
SERVED = {
    "R002",
    "R003",
    "R004",
    "R005",
    "R006",
    "R010",
    "R012",
    "R014",
    "R016",
    "R022",
    "R023",
    "R027",
    "R028",
    "R029",
    "R030",
    "R049",
    "R053",
    "R054",
    "R056",
    "R057",
    "R058",
    "R066",
    "R067",
    "R068",
    "R070",
    "R074",
    "R075",
    "R076",
    "R077",
    "R078",
    "R086",
    "R087",
    "R088",
    "R092",
    "R095",
    "R096",
    "R100",
    "R101",
}
MARK = re.compile(r'requirement\("(R\d{3})"')


def test_every_requirement_has_one_row() -> None:
    assert [identifier for identifier, _what, _where in ROWS] == [f"R{number:03}" for number in range(1, 105)]


@pytest.mark.parametrize("identifier", sorted(BY_ID))
def test_a_requirement_is_served_by_pages_that_exist_or_comes_later(identifier: str) -> None:
    where = BY_ID[identifier]
    assert where.startswith("later") != (identifier in SERVED), where
    for address in re.findall(r"`(/[^`?]*)", where):
        try:
            resolve(address)
        except Resolver404:
            pytest.fail(f"{identifier}: {address} leads nowhere")


def test_what_is_served_is_proven_and_only_requirements_that_exist_are_named() -> None:
    tests = Path(settings.BASE_DIR) / "tests"
    proven = {found for path in tests.rglob("test_*.py") for found in MARK.findall(path.read_text("utf-8"))}
    assert SERVED - proven == set()
    assert proven - BY_ID.keys() == set()
