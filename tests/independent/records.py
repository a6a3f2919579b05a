"""The files of a bundle read back: texts become values, and the month becomes a span of instants."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any
from zipfile import ZipFile
from zoneinfo import ZoneInfo

Row = dict[str, Any]
#: Columns of text, though it may look like a number, or like "false".
CODES = {
    "case",
    "category",
    "subcategory",
    "duplicate_of",
    "recurrence_of",
    "case_subcategory",
    "zone",
    "checkpoint",
    "state",
}


@dataclass(frozen=True)
class Records:
    """All records of a bundle by the name of their file, and what the manifest says of the site."""

    manifest: dict[str, Any]
    files: dict[str, list[Row]]

    def __getitem__(self, name: str) -> list[Row]:
        return self.files[name]

    @property
    def zone(self) -> ZoneInfo:
        """The site's wall clock."""
        return ZoneInfo(self.manifest["time_zone"])

    @property
    def made_at(self) -> datetime:
        """When the bundle was made: what was not over by then is not judged."""
        return datetime.fromisoformat(self.manifest["made_at"]).astimezone(UTC)

    def window(self, months: int) -> tuple[datetime, datetime]:
        """The instants between which a moment lies in the month, or in so many months that end with it; no day to come counts."""
        year, month = (int(part) for part in self.manifest["month"].split("-"))
        end = year * 12 + month  # months since the year 0: the first one after the month that is shown
        tomorrow = self.made_at.astimezone(self.zone).date() + timedelta(days=1)
        return self._midnight(_first_of(end - months)), self._midnight(min(_first_of(end), tomorrow))

    def _midnight(self, day: date) -> datetime:
        """The first instant of a day at the site. A midnight that does not exist is the first instant after it."""
        wall = datetime.combine(day, datetime.min.time(), self.zone)
        instant = wall.astimezone(UTC)
        while instant.astimezone(self.zone).date() < day:
            instant += timedelta(minutes=1)
        return instant


def read(source: Path | IO[bytes]) -> Records:
    """Everything in a bundle."""
    with ZipFile(source) as archive:
        names = [name for name in archive.namelist() if name.endswith(".csv")]
        files = {Path(name).stem: list(_rows(archive, name)) for name in names}
        return Records(json.loads(archive.read("manifest.json")), files)


def _first_of(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)


def _rows(archive: ZipFile, name: str) -> Iterator[Row]:
    with archive.open(name) as file:
        for row in csv.DictReader(TextIOWrapper(file, "utf-8-sig", newline="")):
            yield {column: _value(column, text) for column, text in row.items()}


def _value(column: str, text: str) -> Any:
    if text == "":
        return None
    if column == "closed_on":
        return date.fromisoformat(text)
    if column.endswith("_at") or column in ("due_start", "due_end"):
        return datetime.fromisoformat(text)
    if column in CODES:
        return text
    if text in ("true", "false"):
        return text == "true"
    try:
        return int(text)
    except ValueError:
        return text
