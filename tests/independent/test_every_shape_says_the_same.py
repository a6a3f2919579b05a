"""Screen, document and workbook tell the figures a stranger reckons from the records, to the last digit they show."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from organization.models import Site
from tests.conftest import Cast
from tests.independent import shapes, wording
from tests.independent.conftest import MONTH, Written
from tests.independent.figure import Figure, same
from tests.independent.recompute import TIMES, recompute
from tests.independent.records import Row, read
from tests.independent.shapes import HEADINGS, squeezed

#: Heading of the statistic that stands for a length of time, by its share.
JUDGED = {None: "mean", 0.5: "median", 0.9: "ninth"}
#: What a value of a unit is times, in the workbook's sheet of numbers.
TIMES_UNIT = {"percent": 100, "permille": 1000}


@dataclass(frozen=True)
class Expected:
    """A figure as it was reckoned, with its unit and kind as definitions.csv tells them, and its target."""

    figure: Figure
    definition: Row
    target: float | None
    language: str

    @property
    def unit(self) -> str:
        """Of the value."""
        return str(self.definition["unit"])

    @property
    def is_share(self) -> bool:
        """Has it a numerator and a denominator?"""
        return self.definition["kind"] in ("share", "sampled")

    @property
    def value(self) -> str:
        """As people read it."""
        return squeezed(wording.value_of(self.figure.value, self.unit, self.language))

    @property
    def interval(self) -> str:
        """As people read it."""
        return squeezed(wording.interval_of(self.figure, self.unit, self.language))

    @property
    def goal(self) -> str:
        """The target as people read it."""
        direction = str(self.definition["direction"])
        return squeezed(wording.target_of(self.target, self.unit, direction, self.language))

    @property
    def line(self) -> str:
        """The first cells of its row in a table, without blanks."""
        rests = wording.rests_on(self.figure, self.definition)
        return squeezed(f"{self.definition['name']}{self.value}{self.goal}{rests}{self.interval}")


@pytest.fixture
def expected(written: Written, lived: Site) -> dict[str, Expected]:
    """Every live figure, reckoned from the records."""
    bundle = written("bundle")
    records = read(bundle)
    definitions = {row["code"]: row for row in records["definitions"] if row["is_indicator"]}
    targets = {row["code"]: row["target"] for row in records["targets"]}
    found = {
        code: Expected(
            figure,
            definitions[code],
            None if targets[code] is None else float(targets[code]),
            lived.language,
        )
        for code, figure in recompute(bundle).items()
    }
    assert found.keys() == {row["code"] for row in records["figures"]}
    assert found.keys() == {code for code, row in definitions.items() if row["is_live"]}
    assert len(found) >= 52
    assert sum(one.figure.value is None for one in found.values()) > 0
    return found


@pytest.fixture
def reader(client: Client, cast: Cast, lived: Site) -> Client:
    """The auditor at a browser that speaks the site's language."""
    client.force_login(cast.auditor)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = lived.language
    return client


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.requirement("R071", "R056")
@pytest.mark.parametrize("lived", ["Asia/Shanghai zh-hans", "Europe/Berlin en"], indirect=True)
def test_screen_document_and_workbook_say_what_the_records_say(
    expected: dict[str, Expected], reader: Client, lived: Site, written: Written
) -> None:
    """All of it over one month, whose making takes longest."""
    asked: dict[str, Any] = {"site": lived.pk, "month": str(MONTH)}
    month = shapes.page(reader.get(reverse("kpi:month"), asked).content.decode())
    assert month.keys() == expected.keys()
    for code, one in expected.items():
        assert month[code] == dict(on_month_page(one)), code
        single = reader.get(reverse("kpi:indicator", args=[code]), asked).content.decode()
        told = shapes.page(single)
        assert told.keys() == {code}
        assert told[code] | {"value": told[code]["value"]} == dict(on_own_page(one)) | parts(told[code]), code
        assert sums(told[code]) == counted(one), code
    report = reader.get(reverse("kpi:report", args=[lived.pk, str(MONTH)])).content.decode()
    on_screen, on_paper = shapes.words_of_page(report), shapes.words_of_document(written("pdf"))
    for code, one in expected.items():
        assert one.line in on_screen, code
        assert one.line in on_paper, code
    book = shapes.workbook(written("xlsx"), lived.language)
    assert book.keys() == expected.keys()
    for code, one in expected.items():
        in_workbook(code, one, book[code])


def on_month_page(one: Expected) -> Iterator[tuple[str, list[str]]]:
    """The parts of a row; a figure without data is only named."""
    if one.figure.value is None:
        return
    yield "value", [one.value]
    if one.interval:
        yield "interval", [one.interval]
    yield "target", [one.goal]
    rests = squeezed(wording.rests_on(one.figure, one.definition))
    yield "rows", [rests if one.language == "en" else rests.replace(",", "")]


def on_own_page(one: Expected) -> Iterator[tuple[str, list[str]]]:
    """The head of the page of one indicator."""
    nothing = squeezed(wording.WORDS[one.language][-1])
    yield "value", [one.value if one.figure.value is not None else nothing]
    yield "target", [one.goal]
    if one.interval:
        yield "interval", [one.interval]


def parts(told: dict[str, list[str]]) -> dict[str, list[str]]:
    """The counts a figure rests on, on its own page."""
    return {name: texts for name, texts in told.items() if name.startswith("rows")}


def sums(told: dict[str, list[str]]) -> list[int]:
    """Of a share its two terms, each the sum of its counts; of anything else the last of what was counted."""
    terms = [[int(text.replace(",", "")) for text in texts] for _name, texts in sorted(parts(told).items())]
    return [sum(counts) for counts in terms] if len(terms) > 1 else [terms[0][-1]]


def counted(one: Expected) -> list[int]:
    """The same from the records."""
    return [wording.part_of(one.figure), one.figure.sample] if one.is_share else [one.figure.sample]


def in_workbook(code: str, one: Expected, row: dict[str, Any]) -> None:
    """The row of a figure has its numbers with every digit."""
    words, figure = HEADINGS[one.language], one.figure
    low, high = figure.interval or (None, None)
    if one.is_share:
        assert row[""] == "shares"
        assert (row[words["part"]], row[words["whole"]]) == (wording.part_of(figure), figure.sample), code
        expected = {"month": figure.value, "low": low, "high": high}
    elif code in TIMES:
        assert row[""] == "times"
        assert row[words["measured"]] == (figure.sample if figure.value is not None else wording.DASH), code
        expected = {JUDGED[TIMES[code][2]]: figure.value}
    else:
        assert row[""] == "rates"
        assert row[words["number"]] == figure.sample, code
        worth = TIMES_UNIT.get(one.unit, 1)
        numbers = {"value": figure.value, "from": low, "high": high}
        expected = {name: None if number is None else number * worth for name, number in numbers.items()}
    for name, number in expected.items():
        cell = row[words[name]]
        assert same(number, None if cell == wording.DASH else cell), (code, name)
