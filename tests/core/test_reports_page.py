"""A report on a page: tables that can be read aloud, charts that say what they show."""

import re
from xml.etree import ElementTree

import pytest

from core.reports import Chart, Column, Figure, Plot, Report, Series, Sheet, draw, render_html, sparkline
from core.reports.scales import axis_for
from tests.core.report_samples import sample


def test_every_table_has_scoped_headers() -> None:
    html = render_html(sample())
    assert html.count('<th scope="col"') == 4 + 9
    assert html.count('<th scope="row"') == 3 + 1 + 2
    assert "UNDEFINED" not in html


def test_a_page_holds_no_inline_style_or_script() -> None:
    html = render_html(sample())
    assert not re.search(r"<(script|style)|\sstyle=|\son\w+=", html)


def test_ids_of_a_page_differ_and_links_find_them() -> None:
    html = render_html(sample())
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    targets = re.findall(r'href="#([^"]+)"', html)
    assert targets
    assert set(targets) <= set(ids)
    assert all(
        one in ids for names in re.findall(r'aria-labelledby="([^"]+)"', html) for one in names.split()
    )


@pytest.mark.parametrize(("language", "tag"), [("en", "en"), ("zh-hans", "zh-Hans"), ("zh-hant", "zh-Hant")])
def test_a_page_names_its_language(language: str, tag: str) -> None:
    assert f'<article class="report" lang="{tag}">' in render_html(sample(language))


def test_no_data_is_told_to_those_who_listen() -> None:
    assert '<span aria-hidden="true">—</span><span class="report-hidden">no data</span>' in render_html(
        sample()
    )


def test_a_long_table_says_that_it_is_cut() -> None:
    sheet = Sheet("n", "N", [Column("n", "N", "integer")], [{"n": n} for n in range(9)], page_rows=5)
    html = render_html(sample(sheets=[sheet], figures=[]))
    assert "The first 5 of 9 rows." in html
    assert html.count("<tr>") == 1 + 5


def test_a_generator_is_read_only_as_far_as_it_is_shown() -> None:
    read: list[int] = []

    def rows() -> object:
        for n in range(1000):
            read.append(n)
            yield {"n": n}

    sheet = Sheet("n", "N", [Column("n", "N", "integer")], rows, page_rows=5)  # type: ignore[arg-type]
    assert "The first 5 rows." in render_html(sample(sheets=[sheet], figures=[]))
    assert len(read) == 6


def test_a_link_nobody_may_be_sent_to_is_no_link() -> None:
    sheet = Sheet("n", "N", [Column("n", "N", href=lambda row: "javascript:alert(1)")], [{"n": "x"}])
    html = render_html(sample(sheets=[sheet], figures=[]))
    assert "javascript" not in html


def test_an_unknown_tone_is_an_error() -> None:
    sheet = Sheet("n", "N", [Column("n", "N", tone=lambda row: "red")], [{"n": "x"}])
    with pytest.raises(ValueError, match="not a tone"):
        render_html(sample(sheets=[sheet]))
    with pytest.raises(ValueError, match="not a tone"):
        render_html(sample(figures=[Figure("x", 1, tone="red")]))


def test_sheets_of_one_report_differ_by_key() -> None:
    sheet = Sheet("n", "N", [Column("n", "N")], [])
    with pytest.raises(ValueError, match="share a key"):
        sample(sheets=[sheet, sheet])


def plot(**changes: object) -> Plot:
    facts = {
        "kind": "line",
        "title": "Completion",
        "categories": ["Aug", "Sep", "Oct"],
        "series": [Series("Rate", [0.98, None, 0.992])],
        "value_kind": "percent",
        "target": (0.98, 1.0),
        "ident": "c1",
    }
    return Plot(**facts | changes)  # type: ignore[arg-type]


def test_a_chart_says_in_words_what_it_shows() -> None:
    svg = draw(plot())
    assert 'role="img" aria-labelledby="c1-title c1-desc"' in svg
    assert "3 points from Aug to Oct. Rate: lowest 98.0%, highest 99.2%, last 99.2%." in svg
    assert "Target 98.0% – 100.0%." in svg


def test_a_gap_breaks_the_line() -> None:
    series = [Series("Rate", [0.9, 0.92, None, 0.95, 0.96])]
    root = ElementTree.fromstring(draw(plot(categories=list("abcde"), series=series, target=None)))
    runs = [e.get("points", "").split() for e in root.iter("polyline")]
    assert [len(run) for run in runs] == [2, 2]


def test_stacked_bars_stand_on_each_other() -> None:
    series = [Series("Done", [3.0], "ok"), Series("Late", [1.0], "warn")]
    svg = draw(plot(kind="stacked", categories=["Aug"], series=series, value_kind="integer", target=None))
    bars = [e for e in ElementTree.fromstring(svg).iter("rect") if e.get("height", "0") != "12"]
    low, high = ((float(e.get("y", 0)), float(e.get("height", 0))) for e in bars)
    assert high[0] + high[1] == pytest.approx(low[0], abs=0.2)
    assert low[1] == pytest.approx(3 * high[1], rel=0.02)


@pytest.mark.parametrize("kind", ["line", "bar", "stacked"])
@pytest.mark.parametrize("values", [[], [None], [0.0], [5.0, 5.0], [-3.0, 4.0], [1e-7, 2e-7], [1e9, 3e9]])
def test_a_chart_of_anything_is_sound(kind: str, values: list[float | None]) -> None:
    series = [Series("<b>", values), Series("x", values)]
    names = [str(n) for n in range(len(values))]
    svg = draw(plot(kind=kind, categories=names, series=series, value_kind="number", target=None))
    root = ElementTree.fromstring(svg)
    assert "nan" not in svg
    for rect in root.iter("rect"):
        assert float(rect.get("height", 0)) >= 0


def test_bars_start_at_zero_and_shares_end_at_all() -> None:
    assert axis_for([80.0, 90.0], from_zero=True).low == 0
    assert axis_for([0, 1, 0], from_zero=True).ticks == [0, 1], "there is no half a case"
    assert axis_for([0.5, 1], from_zero=True).step < 1
    axis = axis_for([0.991, 1.0], from_zero=False, share=True)
    assert axis.high == 1
    assert axis.low > 0.9


def test_a_sparkline_says_what_it_is() -> None:
    root = ElementTree.fromstring(sparkline([1.0, None, 2.0, 3.0], label="Last 4 <months>"))
    assert root.get("aria-label") == "Last 4 <months>"
    assert len(list(root.iter("polyline"))) == 1


def test_words_in_a_column_are_gaps_of_its_chart() -> None:
    sheet = Sheet(
        "n",
        "N",
        [Column("m", "M"), Column("v", "V", "number")],
        [{"m": "a", "v": 1}, {"m": "b", "v": "n/a"}],
        charts=[Chart("bar", "V", "m", ["v"])],
    )
    report: Report = sample(sheets=[sheet], figures=[])
    assert render_html(report).count('<rect class="plot-bar') == 1
