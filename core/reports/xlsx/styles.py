"""Cell formats, made once per workbook and kind."""

from typing import Any

from django.utils.translation import get_language, gettext
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from core.reports.definition import NUMERIC_KINDS, Column
from core.reports.formats import PERCENT_DIGITS
from core.reports.palette import colour

#: Faces that the reader's Office has; the reader's own list of fallbacks does the rest.
FONTS = {"zh-hans": "Microsoft YaHei", "zh-hant": "Microsoft JhengHei"}
DEFAULT_FONT = "Calibri"


def font() -> str:
    """The face of the active language."""
    return FONTS.get(get_language() or "", DEFAULT_FONT)


class Styles:
    """Formats by meaning. Every call with the same arguments gives the same format."""

    def __init__(self, workbook: Workbook, *, wrap: bool) -> None:
        self._workbook = workbook
        self._wrap = wrap
        self._made: dict[object, Format] = {}
        self._font = font()

    def plain(self, **properties: Any) -> Format:
        """A format with these XlsxWriter properties over the workbook's face."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            base = {"font_name": self._font, "font_size": 11, "valign": "top"}
            self._made[key] = self._workbook.add_format(base | properties)
        return self._made[key]

    def header(self, *, numeric: bool = False, indent: int = 0) -> Format:
        """The row of labels."""
        return self.plain(
            bold=True,
            font_color=colour("text"),
            bg_color=colour("sunken"),
            bottom=1,
            bottom_color=colour("line-strong"),
            align="right" if numeric else "left",
            valign="vcenter",
            text_wrap=True,
            indent=1 if numeric else indent,
        )

    def quiet(self) -> Format:
        """Notes and labels of the head."""
        return self.plain(font_color=colour("text-2"), text_wrap=True)

    def cell(
        self,
        column: Column,
        *,
        tone: str = "",
        link: bool = False,
        total: bool = False,
        digits: int | None = None,
    ) -> Format:
        """A cell of ``column``; ``digits`` overrides the column's."""
        key = (column.kind, column.digits, digits, tone, link, total)
        if key not in self._made:
            shown = column.digits if digits is None else digits
            self._made[key] = self.plain(
                **number_format(column.kind, shown),
                **_alignment(column.kind, wrap=self._wrap),
                **_emphasis(column.kind, tone, link=link, total=total),
            )
        return self._made[key]


def number_format(kind: str, digits: int | None) -> dict[str, Any]:
    """Excel's format of values of ``kind``, as properties of a format."""
    decimals = "" if not digits else "." + "0" * digits
    match kind:
        case "integer":
            return {"num_format": "#,##0"}
        case "number":
            return {"num_format": "General" if digits is None else f"#,##0{decimals}"}
        case "percent":
            return {"num_format": f"0{'.' + '0' * PERCENT_DIGITS if digits is None else decimals}%"}
        case "minutes":
            unit = gettext("min").replace('"', "")
            return {"num_format": f'#,##0{".0" if digits is None else decimals}" {unit}"'}
        case "datetime":
            return {"num_format": "yyyy-mm-dd hh:mm:ss"}
        case "date":
            return {"num_format": "yyyy-mm-dd"}
    return {"num_format": "@"}


def _alignment(kind: str, *, wrap: bool) -> dict[str, Any]:
    if kind in NUMERIC_KINDS:
        # Off the edge, or the number runs into the text of the next column.
        return {"align": "right", "indent": 1}
    return {"align": "left", "text_wrap": wrap and kind in ("text", "link")}


def _emphasis(kind: str, tone: str, *, link: bool, total: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if tone:
        found |= {"font_color": colour(tone), "bg_color": colour(f"{tone}-bg")}
        found |= {"bold": True} if kind == "badge" else {}
    if link:
        found |= {"underline": 1} | ({} if tone else {"font_color": colour("accent")})
    if total:
        found |= {"bold": True, "top": 1, "top_color": colour("line-strong")}
    return found
