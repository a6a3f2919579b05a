"""LibreOffice as a second reader of workbooks: run without a screen, with a profile of its own."""

import csv
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from config.local.setup import OFFICES

PROGRAM = next((found for found in map(shutil.which, OFFICES) if found), None)
needs_office = pytest.mark.skipif(
    PROGRAM is None, reason="LibreOffice Calc is missing (apt-get install libreoffice-calc-nogui)"
)
#: Every sheet into a file of its own, cells as they are shown, UTF-8.
AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,true,false,false,-1"
PATIENCE = 300


def convert(files: Sequence[Path], into: str, folder: Path) -> None:
    """Open each file and write it anew into the folder. Fails with LibreOffice's own words, also when it left one out."""
    command = [
        str(PROGRAM), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
        "--convert-to", into, "--outdir", str(folder), *map(str, files),
    ]  # fmt: skip
    env = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    done = subprocess.run(
        command, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False, cwd=folder
    )
    words = f"{done.stdout}\n{done.stderr}"
    assert done.returncode == 0, words
    assert "Error" not in words, words
    assert words.count("convert ") >= len(files), words


def differences(book: Path, folder: Path) -> Iterator[str]:
    """Cells that LibreOffice shows otherwise than their value and format ask for; the folder holds its CSV files."""
    pages: Any = openpyxl.load_workbook(book)
    for sheet in pages:
        with (folder / f"{book.stem}-{sheet.title}.csv").open(encoding="utf-8", newline="") as file:
            read = list(csv.reader(file))
        for row in sheet.iter_rows():
            for cell in row:
                line = read[cell.row - 1] if cell.row <= len(read) else []
                told = line[cell.column - 1] if cell.column <= len(line) else ""
                if not _is_same(cell.value, cell.number_format, told):
                    yield f"{book.stem} {sheet.title} {cell.coordinate}: {cell.value!r} ({cell.number_format}) is shown as {told!r}"


def _is_same(value: Any, form: str, told: str) -> bool:
    if form == "General" and isinstance(value, int | float):
        return float(told) == pytest.approx(value, rel=1e-8, abs=1e-8)
    return told == _shown(value, form)


def _shown(value: Any, form: str) -> str:
    """A cell as its format asks for it, a half rounded up."""
    match value:
        case None:
            return ""
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S}" if "hh" in form else f"{value:%Y-%m-%d}"
        case int() | float():
            decimals = len(found[1]) if (found := re.search(r"0\.(0+)", form)) else 0
            number = Decimal(f"{value:.15g}") * (100 if form.endswith("%") else 1)
            text = (
                f"{number.quantize(Decimal(10) ** -decimals, ROUND_HALF_UP):{',' if '#,##' in form else ''}f}"
            )
            unit = found[1] if (found := re.search(r'"(.*)"', form)) else ""
            return f"{text}{unit}{'%' if form.endswith('%') else ''}"
    return str(value)
