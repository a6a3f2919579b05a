"""A report on paper: A4 through WeasyPrint, with faces of our own and nothing fetched.

WeasyPrint needs system libraries, so it is imported when the first PDF is asked for; everything
else works without them.
"""

import re
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import IO, Protocol, cast

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from .definition import Report
from .layout import shares
from .page import language_tag, place_line, render_fragment, table_views
from .page_tables import Setting, TableView
from .palette import tokens
from .text import clean_text

LIBRARIES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
#: Where the faces lie under NPM_ROOT: family and file by weight.
FACES = {
    "Report SC": ("@expo-google-fonts/noto-sans-sc", "NotoSansSC"),
    "Report TC": ("@expo-google-fonts/noto-sans-tc", "NotoSansTC"),
}
WEIGHTS = {400: "400Regular", 700: "700Bold"}
#: Half-width characters of a table's text that fit A4 upright and across.
UPRIGHT, ACROSS = 120, 178

_LAYER = re.compile(r"@layer\s+[\w-]+\s*\{(.*)\}\s*$", re.DOTALL)
_VARIABLE = re.compile(r"var\(--([\w-]+)\)")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


class PdfUnavailable(RuntimeError):
    """No PDF can be made on this machine; the message says the one command that changes it."""


class Engine(Protocol):
    """What core.reports.engine offers."""

    def print_document(
        self, html: str, styles: Sequence[str], fileobj: IO[bytes], roots: Sequence[Path]
    ) -> None:
        """Write ``html`` as PDF; only files under ``roots`` may be read."""


def write_pdf(report: Report, fileobj: IO[bytes]) -> None:
    """Write ``report`` as PDF into a binary file, in its language and zone.

    Raises PdfUnavailable when the system libraries or the faces are missing.
    """
    engine = _engine()
    faces = "\n".join(_faces())
    setting = Setting(report, paper=True, chart_style=_chart_style(report))
    tables = table_views(setting)
    with translation.override(report.language):
        html = render_to_string(
            "reports/document.html",
            {
                "language": language_tag(report),
                "title": clean_text(report.title),
                "fragment": render_fragment(setting, tables),
            },
        )
        styles = [faces, _paper_rules(report), *_sheets(), "\n".join(_column_rules(tables))]
    engine.print_document(html, styles, fileobj, [Path(settings.NPM_ROOT)])


def print_sheet(html: str, css: str, fileobj: IO[bytes], *, language: str) -> None:
    """Write a document of another shape than a report (labels, forms) as PDF, with the same faces.

    `css` names the face by the variable --paper-font. Nothing is fetched: pictures are inline.
    Raises PdfUnavailable when the system libraries or the faces are missing.
    """
    engine = _engine()
    first, second = FACES if language != "zh-hant" else reversed(FACES)
    families = f':root {{ --paper-font: "{first}", "{second}", sans-serif; }}'
    engine.print_document(html, ["\n".join(_faces()), families, css], fileobj, [Path(settings.NPM_ROOT)])


def _engine() -> Engine:
    try:
        return cast("Engine", import_module("core.reports.engine"))
    except (ImportError, OSError) as error:
        command = f"apt-get install -y {LIBRARIES}"
        raise PdfUnavailable(f"PDF needs system libraries. Run: {command}") from error


def _faces() -> Iterator[str]:
    """An @font-face rule per family and weight. Static files: a variable face is not subset well."""
    for family, (package, name) in FACES.items():
        for weight, style in WEIGHTS.items():
            path = Path(settings.NPM_ROOT) / package / style / f"{name}_{style}.ttf"
            if not path.is_file():
                raise PdfUnavailable(f"{path.name} is missing. Run: npm ci --ignore-scripts")
            yield (
                f'@font-face {{ font-family: "{family}"; font-weight: {weight};'
                f' src: url("{path.as_uri()}"); }}'
            )


def _families(report: Report) -> str:
    """The faces in the order of the language: a character looks different in each."""
    first, second = FACES if report.language != "zh-hant" else reversed(FACES)
    return f'"{first}", "{second}", sans-serif'


def _paper_rules(report: Report) -> str:
    """Tokens, page sizes and the words that run at the head and foot of every page."""
    values = "".join(f"--{name}: {value};" for name, value in tokens().items())
    head = _quoted(place_line(report))
    period = _quoted(f" · {clean_text(report.period)}") if report.period else ""
    foot = (
        f"@bottom-left {{ content: {_quoted('SHA-256 ' + report.fingerprint)}; QUIET }}"
        if report.fingerprint
        else ""
    )
    quiet = f"font: 7.5pt {_families(report)}; color: {tokens()['text-2']};"
    return f"""
:root {{ {values} --paper-font: {_families(report)}; }}
@page {{ size: A4; margin: 18mm 14mm 16mm;
  @top-left {{ content: {head}; {quiet} }}
  @top-right {{ content: string(report-title) {period}; {quiet} }}
  {foot.replace("QUIET", f"font: 6.5pt {_families(report)}; color: {tokens()['text-2']};")}
  @bottom-right {{ content: {_page_words()}; {quiet} }}
}}
@page :first {{ @top-left {{ content: none; }} @top-right {{ content: none; }} }}
@page across {{ size: A4 landscape; }}
"""


def _page_words() -> str:
    """ "Page 1 of 3" as CSS content, the numbers wherever the language wants them."""
    words = gettext("Page %(page)s of %(pages)s") % {"page": "\1", "pages": "\2"}
    counters = {"\1": "counter(page)", "\2": "counter(pages)"}
    return " ".join(counters.get(part) or _quoted(part) for part in re.split("([\1\2])", words))


def _sheets() -> Iterator[str]:
    """Our style sheets, without their cascade layers: paper has no others."""
    yield _css("static/css/report.css")
    yield _css("templates/reports/print.css")


def _css(name: str) -> str:
    """A style sheet of the project without comments and without its layer."""
    text = _COMMENT.sub("", (Path(settings.BASE_DIR) / name).read_text("utf-8"))
    layer = _LAYER.search(text)
    return layer[1] if layer else text


def _chart_style(report: Report) -> str:
    """charts.css for the inside of a drawing, where WeasyPrint knows no variables."""
    known = tokens()
    rules = _VARIABLE.sub(lambda found: known[found[1]], _css("static/css/charts.css"))
    return f"text {{ font-family: {_families(report)}; }} {rules}"


def _column_rules(tables: Sequence[TableView]) -> Iterator[str]:
    """Widths in percent of every table, so that no word runs off the paper."""
    for table in tables:
        room = ACROSS if table.wide else UPRIGHT
        for place, share in enumerate(shares(table.headings, room), start=1):
            yield f"#{table.ident} col:nth-child({place}) {{ width: {share}%; }}"


def _quoted(text: str) -> str:
    """``text`` as a CSS string: only letters, digits and blanks stand unescaped."""
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in text) + '"'
