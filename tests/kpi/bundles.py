"""A bundle read back, and everything counted again from its records alone."""

import csv
import json
from collections import Counter, defaultdict
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from io import BytesIO, TextIOWrapper
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile
from zoneinfo import ZoneInfo

from tests.kpi.slow import lines, step_of

Row = dict[str, str]


class Bundle:
    """The files of a bundle by path; what the manifest says of each has been compared."""

    def __init__(self, content: bytes) -> None:
        self.archive = ZipFile(BytesIO(content))
        assert self.archive.testzip() is None
        self.manifest: dict[str, Any] = json.loads(self.archive.read("manifest.json"))
        self.zone = ZoneInfo(self.manifest["time_zone"])
        told = {one["path"]: one for one in self.manifest["files"]}
        assert {*told, "manifest.json"} == set(self.archive.namelist())
        for path, one in told.items():
            data = self.archive.read(path)
            assert one["sha256"] == sha256(data).hexdigest()
            assert one["bytes"] == len(data)
            assert one["rows"] == len(self.rows(path))

    def rows(self, path: str) -> list[Row]:
        """One file."""
        with self.archive.open(path) as file:
            return list(csv.DictReader(TextIOWrapper(file, "utf-8-sig", newline="")))

    def figures(self) -> dict[str, Row]:
        """figures.csv by code."""
        return {row["code"]: row for row in self.rows("figures.csv")}

    def counts(self, zone: str = "") -> dict[str, float]:
        """counts.csv of the month, added up: of a zone, or of the whole site."""
        found: Counter[str] = Counter()
        for row in self.rows("counts.csv"):
            if row["zone"] == zone and row["day"].startswith(self.manifest["month"]):
                found[row["measure"]] += int(row["number"])
        return dict(found)

    def is_in_month(self, moment: datetime) -> bool:
        """On the clock of the site, and not after the day on which it was made."""
        made = datetime.fromisoformat(self.manifest["made_at"]).astimezone(self.zone).date()
        day = moment.astimezone(self.zone).date()
        return f"{day:%Y-%m}" == self.manifest["month"] and day <= made

    def recount_cases(self, zone: str = "") -> dict[str, float]:
        """Every measure of cases in the month, from cases.csv and what hangs on it."""
        now = datetime.fromisoformat(self.manifest["made_at"])
        found: Counter[str] = Counter()
        for case in self._cases():
            if zone and case.zone != zone:
                continue
            for code, moment, length in lines(case, now):
                if not self.is_in_month(moment):
                    continue
                found[code] += 1
                if length is not None:
                    found[f"{code}@{-(-max(length, 0 * length) // step_of(code))}"] += 1
        return dict(found)

    def recount_patrols(self) -> dict[str, float]:
        """Every measure of patrols in the month, from rounds.csv and scans.csv."""
        found: Counter[str] = Counter()
        for row in self.rows("records/rounds.csv"):
            if not self.is_in_month(moment_of(row["due_start"])) or row["status"] in ("scheduled", "running"):  # type: ignore[arg-type]  # always there
                continue
            found[f"rounds_{row['status']}"] += 1
            if row["status"] != "cancelled":
                found["rounds_due"] += 1
                found["points_due"] += int(row["points_due"])
                found["points_visited"] += int(row["points_visited"])
        for row in self.rows("records/scans.csv"):
            made, received = moment_of(row["corrected_at"]), moment_of(row["received_at"])
            assert made is not None
            assert received is not None
            if self.is_in_month(made):
                found[f"scans_{row['verdict']}"] += 1
                found["scans_late_upload"] += (received - made).total_seconds() > 600
        return {code: number for code, number in found.items() if number}

    def _cases(self) -> list[Any]:
        beside: dict[str, dict[str, list[Any]]] = {}
        for name in ("pauses", "upward_reports", "analyses"):
            beside[name] = defaultdict(list)
            for row in self.rows(f"records/{name}.csv"):
                beside[name][row["case"]].append(SimpleNamespace(**read(row)))
        return [_case(row, beside) for row in self.rows("records/cases.csv")]


def _case(row: Row, beside: dict[str, dict[str, list[Any]]]) -> Any:
    """A row as `tests.kpi.slow` reads cases."""
    told = read(row)
    facts = SimpleNamespace(**told)
    earlier = SimpleNamespace(closed_at=told["recurrence_of_closed_at"]) if told["recurrence_of"] else None
    told |= {
        "duplicate_of_id": told["duplicate_of"],
        "recurrence_of": earlier,
        "pauses": _Manager(beside["pauses"][row["case"]]),
        "upward_reports": _Manager(beside["upward_reports"][row["case"]]),
    } | dict.fromkeys(("incident", "hazard", "violation", "request", "complaint"), facts)
    if beside["analyses"][row["case"]]:
        told["analysis"] = beside["analyses"][row["case"]][0]
    return SimpleNamespace(**told)


class _Manager:
    def __init__(self, rows: list[Any]) -> None:
        self.rows = rows

    def all(self) -> list[Any]:
        """The rows."""
        return self.rows


TEXTS = {"case", "category", "subcategory", "duplicate_of", "recurrence_of"}


def read(row: Row) -> dict[str, Any]:
    """A row with values instead of texts."""
    return {name: text if name in TEXTS and text else value_of(name, text) for name, text in row.items()}


def value_of(name: str, text: str) -> Any:
    """By the name of the column."""
    if not text:
        return None
    if name.endswith("_at"):
        return moment_of(text)
    if text in ("true", "false"):
        return text == "true"
    if name == "loss_amount":
        return Decimal(text)
    return int(text) if text.isdigit() else text


def moment_of(text: str) -> datetime | None:
    """An instant."""
    return datetime.fromisoformat(text) if text else None
