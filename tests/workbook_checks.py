"""Is a workbook what the format says, also where a lenient program would silently mend it? (ECMA-376, and Excel's own limits.)"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from io import BytesIO
from posixpath import dirname, join, normpath
from xml.etree import ElementTree
from zipfile import ZipFile

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
#: Children of a worksheet in the order in which Excel demands them.
ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection", "protectedRanges",
    "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks",
    "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing", "picture", "tableParts", "extLst",
)  # fmt: skip
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
LONGEST_NAME, LONGEST_TEXT, MOST_LINKS = 31, 32_767, 65_530
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
CELL = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d*)")
REFERENCE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!(\$?[A-Z]+\$?\d+)(?::(\$?[A-Z]+\$?\d+))?")
TITLES = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$\d+:\$\d+")

#: First and last row and column.
Area = tuple[int, int, int, int]


class Workbook:
    """The parts of a package with what each says; `faults` finds everything that is wrong."""

    def __init__(self, content: bytes) -> None:
        self.archive = ZipFile(BytesIO(content))
        self.names = self.archive.namelist()
        self.parts = {
            name: ElementTree.fromstring(self.archive.read(name))
            for name in self.names
            if name.endswith((".xml", ".rels"))
        }
        self.sheets = {
            sheet.attrib["name"]: self._targets("xl/workbook.xml").get(sheet.attrib[f"{OFFICE}id"], "")
            for sheet in self.parts["xl/workbook.xml"].iter(f"{MAIN}sheet")
        }

    def faults(self) -> list[str]:
        """In words, each once."""
        found = [*self._package(), *self._relations(), *self._names(), *self._defined()]
        for name, path in ((name, path) for name, path in self.sheets.items() if path in self.parts):
            found += [f"{name}: {fault}" for fault in self._sheet(path)]
        return [*found, *self._charts()]

    # --- the package ---

    def _package(self) -> Iterator[str]:
        if (broken := self.archive.testzip()) is not None:
            yield f"{broken} is damaged"
        yield from (f"{name} is there twice" for name, times in Counter(self.names).items() if times > 1)
        root = self.parts["[Content_Types].xml"]
        endings = {one.attrib["Extension"].lower() for one in root.iter(f"{TYPES}Default")}
        told = [one.attrib["PartName"].lstrip("/") for one in root.iter(f"{TYPES}Override")]
        for name in sorted(set(told) - set(self.names)):
            yield f"a type is given for {name}, which is missing"
        for name in sorted(set(self.names) - set(told) - {"[Content_Types].xml"}):
            if name.rpartition(".")[2].lower() not in endings:
                yield f"{name} has no type"
            elif name.endswith(".xml"):
                yield f"{name} has only the type of any XML"

    def _relations(self) -> Iterator[str]:
        reached = {"[Content_Types].xml"}
        for name in (one for one in self.names if one.endswith(".rels")):
            reached.add(name)
            owner = _owner(name)
            rows = list(self.parts[name].iter(f"{PACKAGE}Relationship"))
            for twice in _twice(row.attrib["Id"] for row in rows):
                yield f"{name}: {twice} is given twice"
            for row in (one for one in rows if one.attrib.get("TargetMode") != "External"):
                target = _resolved(owner, row.attrib["Target"])
                reached.add(target)
                if target not in self.names:
                    yield f"{owner} leads to {target}, which is missing"
            known = {row.attrib["Id"] for row in rows}
            if owner and owner not in self.parts:
                yield f"{name} is of nothing"
            elif owner:
                used = {value for one in self.parts[owner].iter() for key, value in one.attrib.items() if key.startswith(OFFICE)}  # fmt: skip
                yield from (f"{owner} uses {one}, which leads nowhere" for one in sorted(used - known))
        yield from (f"nothing leads to {name}" for name in sorted(set(self.names) - reached))

    def _targets(self, owner: str) -> dict[str, str]:
        folder, _slash, file = owner.rpartition("/")
        rows = self.parts[f"{folder}/_rels/{file}.rels"].iter(f"{PACKAGE}Relationship")
        return {row.attrib["Id"]: _resolved(owner, row.attrib["Target"]) for row in rows}

    # --- names ---

    def _names(self) -> Iterator[str]:
        rows = list(self.parts["xl/workbook.xml"].iter(f"{MAIN}sheet"))
        names = [row.attrib["name"] for row in rows]
        for twice in _twice(name.casefold() for name in names):
            yield f"two sheets are called {twice}"
        for twice in _twice(row.attrib["sheetId"] for row in rows):
            yield f"two sheets have the number {twice}"
        for name in names:
            if not 0 < len(name.encode("utf-16-le")) // 2 <= LONGEST_NAME:
                yield f"the name {name!r} is too long"
            if FORBIDDEN.search(name) or name[0] == "'" or name[-1] == "'" or name.casefold() == "history":
                yield f"the name {name!r} is not allowed"

    def _defined(self) -> Iterator[str]:
        seen: list[str] = []
        for one in self.parts["xl/workbook.xml"].iter(f"{MAIN}definedName"):
            text = one.text or ""
            seen.append(f"{one.attrib['name']} of {one.attrib.get('localSheetId')}")
            found = REFERENCE.fullmatch(text) or TITLES.fullmatch(text)
            if found is None or _sheet_named(found) not in self.sheets:
                yield f"{one.attrib['name']} names {text!r}"
            if int(one.attrib.get("localSheetId", 0)) >= len(self.sheets):
                yield f"{one.attrib['name']} is of a sheet that is not there"
        yield from (f"the name {twice} is given twice" for twice in _twice(seen))

    # --- one worksheet ---

    def _sheet(self, path: str) -> Iterator[str]:
        root = self.parts[path]
        order = [ORDER.index(child.tag.removeprefix(MAIN)) for child in root]
        if order != sorted(order):
            yield "its parts stand in the wrong order"
        yield from self._cells(root)
        merged = [_area(one.attrib["ref"]) for one in root.iter(f"{MAIN}mergeCell")]
        if _overlapping(merged):
            yield "merged cells overlap"
        columns = [(1, int(one.attrib["min"]), 1, int(one.attrib["max"])) for one in root.iter(f"{MAIN}col")]
        if _overlapping(columns):
            yield "widths are given twice"
        links = [one.attrib["ref"] for one in root.iter(f"{MAIN}hyperlink")]
        if len(links) > MOST_LINKS:
            yield f"{len(links)} links"
        yield from (f"{twice} has two links" for twice in _twice(links))

    def _cells(self, root: ElementTree.Element) -> Iterator[str]:
        styles = self.parts["xl/styles.xml"].find(f"{MAIN}cellXfs")
        shared = self.parts.get("xl/sharedStrings.xml")
        strings = [] if shared is None else list(shared.iter(f"{MAIN}si"))
        row_before = 0
        for row in root.iter(f"{MAIN}row"):
            number, column_before = int(row.attrib["r"]), 0
            if not row_before < number <= LAST_ROW:
                yield f"row {number} comes after row {row_before}"
            row_before = number
            for cell in row:
                first, column, *_rest = _area(cell.attrib["r"])
                if first != number or not column_before < column <= LAST_COLUMN:
                    yield f"{cell.attrib['r']} is twice there or in the wrong place"
                column_before = column
                if int(cell.attrib.get("s", 0)) >= len(styles if styles is not None else []):
                    yield f"{cell.attrib['r']} has a style that is not there"
                yield from _content(cell, strings)

    def _extent(self, name: str) -> Area:
        """As far as cells are filled."""
        places = [_area(cell.attrib["r"]) for cell in self.parts[self.sheets[name]].iter(f"{MAIN}c")]
        rows, columns = [place[0] for place in places], [place[1] for place in places]
        return (min(rows), min(columns), max(rows), max(columns)) if places else (1, 1, 1, 1)

    # --- charts ---

    def _charts(self) -> Iterator[str]:
        for path in (name for name in self.names if re.fullmatch(r"xl/charts/chart\d+\.xml", name)):
            for formula in self.parts[path].iter(f"{CHART}f"):
                found = REFERENCE.fullmatch(formula.text or "")
                name = _sheet_named(found) if found else ""
                if found is None or self.sheets.get(name) not in self.parts:
                    yield f"{path} draws {formula.text!r}"
                    continue
                area = _area(f"{found[3]}:{found[4] or found[3]}")
                extent = self._extent(name)
                if area[0] < extent[0] or area[2] > extent[2] or area[1] < extent[1] or area[3] > extent[3]:
                    yield f"{path} draws {formula.text!r}, beyond the table"


def _content(cell: ElementTree.Element, strings: list[ElementTree.Element]) -> Iterator[str]:
    """What a cell holds: a number, a text, or nothing; never a formula."""
    place, kind, value = cell.attrib["r"], cell.attrib.get("t", "n"), cell.find(f"{MAIN}v")
    if cell.find(f"{MAIN}f") is not None:
        yield f"{place} has a formula"
    text = "" if value is None else value.text or ""
    match kind:
        case "n" if value is not None:
            if not re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", text):
                yield f"{place}: {text!r} is no number"
        case "s":
            if not text.isdigit() or int(text) >= len(strings):
                yield f"{place}: no text {text!r}"
            elif len("".join(strings[int(text)].itertext())) > LONGEST_TEXT:
                yield f"{place} is too long"
        case "inlineStr":
            if len("".join(cell.itertext())) > LONGEST_TEXT:
                yield f"{place} is too long"
        case "n":
            pass
        case _:
            yield f"{place} is of type {kind!r}"


def _owner(rels: str) -> str:
    """The part whose relations a file holds; "" of the package."""
    folder, _slash, file = rels.rpartition("_rels/")
    return folder + file.removesuffix(".rels")


def _resolved(owner: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else normpath(join(dirname(owner), target))


def _sheet_named(found: re.Match[str]) -> str:
    return (found[1] or "").replace("''", "'") or found[2] or ""


def _area(reference: str) -> Area:
    """Row and column of the first and the last cell. Raises ValueError for what is no reference."""
    places = []
    for one in reference.split(":"):
        found = CELL.fullmatch(one)
        if found is None:
            raise ValueError(f"{reference!r} is no reference")
        column = 0
        for letter in found[1]:
            column = column * 26 + ord(letter) - 64
        places.append((int(found[2]), column))
    return (*places[0], *places[-1])


def _overlapping(areas: list[Area]) -> bool:
    return any(
        one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
        for place, one in enumerate(areas)
        for other in areas[:place]
    )


def _twice(values: Iterable[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]
