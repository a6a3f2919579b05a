"""Files to import, made in memory."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.files.base import ContentFile
from openpyxl import Workbook


def xlsx(rows: Iterable[Sequence[Any]], name: str = "rows.xlsx") -> ContentFile[bytes]:
    """A workbook with one sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return ContentFile(file.getvalue(), name=name)


def csv(text: str, encoding: str = "utf-8", name: str = "rows.csv") -> ContentFile[bytes]:
    """A CSV file in an encoding."""
    return ContentFile(text.encode(encoding), name=name)


def with_part(part: str, content: bytes, name: str = "rows.xlsx") -> ContentFile[bytes]:
    """A workbook of which one part is replaced."""
    whole, out = io.BytesIO(xlsx([["Unit"], ["1-1-101"]]).read()), io.BytesIO()
    with zipfile.ZipFile(whole) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed:
        for entry in archive.namelist():
            if entry != part:
                changed.writestr(entry, archive.read(entry))
        changed.writestr(part, content)
    return ContentFile(out.getvalue(), name=name)
