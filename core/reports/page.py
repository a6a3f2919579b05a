"""A report as HTML: one fragment for the screen and for paper."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from core import wording

from .definition import TONES, Figure, Line, Report
from .formats import show
from .page_tables import Setting, TableView, table_view
from .text import clean_text
from .values import plain

TEMPLATE = "reports/report.html"


@dataclass(frozen=True, slots=True)
class FigureView:
    """One headline figure as the template shows it."""

    label: str
    text: str
    unit: str
    note: str
    tone: str
    href: str
    missing: bool


@dataclass(frozen=True, slots=True)
class LineView:
    """One sentence as the template shows it."""

    text: str
    href: str
    tone: str


@dataclass(frozen=True, slots=True)
class PassageView:
    """Sentences under their heading."""

    title: str
    lines: Sequence[LineView]


def render_html(report: Report, *, heading: bool = True) -> SafeString:
    """The fragment ``templates/reports/report.html`` in the report's language and zone.

    Without ``heading`` the title is left to the page around it.

    Its page links static/css/report.css and static/css/charts.css; it holds no style or script.
    """
    setting = Setting(report)
    return render_fragment(setting, table_views(setting), heading=heading)


def table_views(setting: Setting) -> list[TableView]:
    """The report's sheets, read as far as they are shown."""
    with translation.override(setting.report.language):
        return [table_view(setting, sheet) for sheet in setting.report.sheets]


def language_tag(report: Report) -> str:
    """The report's language for HTML: "zh-Hans"."""
    return translation.to_locale(report.language).replace("_", "-")


def place_line(report: Report) -> str:
    """Company and site in one line."""
    return " · ".join(text for text in (clean_text(report.company), clean_text(report.site)) if text)


def render_fragment(setting: Setting, tables: Sequence[TableView], *, heading: bool = True) -> SafeString:
    """The fragment around tables that were read already."""
    report = setting.report
    with translation.override(report.language):
        context = {
            "language": language_tag(report),
            "place": place_line(report),
            "title": clean_text(report.title),
            "has_heading": heading,
            "subtitle": clean_text(report.subtitle),
            "period": clean_text(report.period),
            "zone": report.zone_label,
            "made": wording.moment(report.made_at_local),
            "made_at": report.made_at_local.isoformat(),
            "company": clean_text(report.company),
            "site": clean_text(report.site),
            "fingerprint": clean_text(report.fingerprint),
            "signatures": [clean_text(one) for one in report.signatures] if setting.paper else [],
            "passages": [
                PassageView(clean_text(one.title), [_line(setting, line) for line in one.lines])
                for one in report.passages
            ],
            "figures": [_figure(setting, figure) for figure in report.figures],
            "tables": tables,
            "explained": list(_explained(report)),
            "definitions": setting.anchor("definitions"),
            "footer": clean_text(report.footer),
        }
        return render_to_string(TEMPLATE, context)


def _line(setting: Setting, line: Line) -> LineView:
    if line.tone and line.tone not in TONES:
        raise ValueError(f"line {str(line.text)!r}: {line.tone!r} is not a tone")
    return LineView(clean_text(line.text), setting.href(line.href), line.tone)


def _figure(setting: Setting, figure: Figure) -> FigureView:
    if figure.tone and figure.tone not in TONES:
        raise ValueError(f"figure {str(figure.label)!r}: {figure.tone!r} is not a tone")
    value = plain(figure.value, figure.kind, setting.report.time_zone)
    return FigureView(
        label=clean_text(figure.label),
        text=show(value, figure.kind, figure.digits),
        unit="" if value is None else clean_text(figure.unit),
        note=clean_text(figure.note),
        tone=figure.tone,
        href=setting.href(figure.href),
        missing=value is None,
    )


def _explained(report: Report) -> Iterator[tuple[str, str]]:
    """The definitions, then the columns that explain themselves, each once."""
    said: set[tuple[str, str]] = set()
    columns = (column for sheet in report.sheets for column in sheet.columns if column.help)
    for term, meaning in [*report.definitions, *((c.label, c.help) for c in columns)]:
        pair = (clean_text(term), clean_text(meaning))
        if pair not in said:
            said.add(pair)
            yield pair
