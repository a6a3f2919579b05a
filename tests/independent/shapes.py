"""What the shapes of a report tell, read back from the finished page, document and workbook without the product's help."""

from html.parser import HTMLParser
from io import BytesIO
from typing import IO, Any

import openpyxl
from pypdf import PdfReader

#: Elements without an end.
VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
#: Headings of the workbook: sheets of shares, lengths of time, and numbers; then columns.
HEADINGS = {
    "en": {
        "shares": "Indicators", "times": "Lengths of time", "rates": "Numbers and rates",
        "code": "Code", "month": "This month", "part": "Numerator", "whole": "Denominator",
        "low": "Reference interval from", "high": "to", "measured": "Measured", "mean": "Mean", "median": "Median",
        "ninth": "90 % within", "number": "Number", "value": "Value", "from": "Interval from",
    },
    "zh-hans": {
        "shares": "指标", "times": "时长", "rates": "件数与比率",
        "code": "编号", "month": "本月", "part": "分子", "whole": "分母",
        "low": "参考区间下限", "high": "至", "measured": "计时件数", "mean": "平均", "median": "中位数",
        "ninth": "90%不超过", "number": "数量", "value": "数值", "from": "区间下限",
    },
}  # fmt: skip

#: On paper a tone has a mark besides its colour.
MARKS = str.maketrans("", "", "▲◆●")
#: Texts by what they tell ("value", "interval", …), by code of the figure.
Told = dict[str, dict[str, list[str]]]


class _Page(HTMLParser):
    """Texts under data-part within data-figure; a figure without parts tells its text as "name"."""

    def __init__(self) -> None:
        super().__init__()
        self.told: Told = {}
        self.words: list[str] = []
        self._open: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One more element, and one more part where it is one."""
        found = dict(attrs)
        if tag not in VOID:
            self._open.append((tag, found))
        if "data-figure" in found:
            self.told.setdefault(str(found["data-figure"]), {})
        if "data-part" in found and (figure := self._of("data-figure")) is not None:
            self.told[figure].setdefault(self._part(found), []).append("")

    def handle_endtag(self, tag: str) -> None:
        """The element and what was left open within it."""
        if tag in (name for name, _attributes in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Text of the part that is open."""
        self.words.append(data)
        figure = self._of("data-figure")
        part = next((found for _tag, found in reversed(self._open) if "data-part" in found), None)
        if figure is not None and part is not None:
            self.told[figure][self._part(part)][-1] += data

    def _of(self, name: str) -> str | None:
        return next((found[name] for _tag, found in reversed(self._open) if name in found), None)

    def _part(self, found: dict[str, str | None]) -> str:
        term = self._of("data-term")
        return f"{found['data-part']}" if term is None else f"{found['data-part']} {term}"


def page(html: str) -> Told:
    """The figures of a page."""
    return {
        code: {part: [squeezed(text) for text in texts] for part, texts in parts.items()}
        for code, parts in _read(html).told.items()
    }


def words_of_page(html: str) -> str:
    """All text of a page without blanks."""
    return squeezed("".join(_read(html).words))


def words_of_document(file: IO[bytes]) -> str:
    """All text of a PDF without blanks and marks, cell after cell."""
    text = "".join(page.extract_text() for page in PdfReader(file).pages)
    return squeezed(text.translate(MARKS))


def squeezed(text: str) -> str:
    """Without blanks: lines are broken where there is room."""
    return "".join(text.split())


def workbook(file: IO[bytes], language: str) -> dict[str, dict[str, Any]]:
    """The three sheets of figures by code; a row keeps its headings, and the sheet it stands in under ""."""
    book: Any = openpyxl.load_workbook(BytesIO(file.read()), read_only=True)
    words = HEADINGS[language]
    found: dict[str, dict[str, Any]] = {}
    for sheet in ("shares", "times", "rates"):
        head, *rows = book[words[sheet]].iter_rows(values_only=True)
        for row in rows:
            line = dict(zip(head, row, strict=True))
            assert line[words["code"]] not in found
            found[line[words["code"]]] = line | {"": sheet}
    return found


def _read(html: str) -> _Page:
    reader = _Page()
    reader.feed(html)
    return reader
