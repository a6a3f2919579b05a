"""Every figure of a month, reckoned from the records of its bundle alone."""

import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from tests.independent.cases import DAY, HOUR, MINUTE, Cases, Count
from tests.independent.figure import Figure
from tests.independent.intervals import garwood, wilson
from tests.independent.posts import covered
from tests.independent.records import Records, read
from tests.independent.surveys import surveyed

#: code: (numerator, denominator, months)
SHARES = {
    "K02": ("response kept", "response due", 1),
    "K04": ("request kept", "request due", 1),
    "K06": ("repair answer kept", "repair answer due", 1),
    "K07I": ("incidents false", "incidents received", 1),
    "K08": ("reopened", "finished", 1),
    "K14": ("hazard kept", "hazard due", 1),
    "K14M": ("major hazard kept", "major hazard due", 1),
    "K26": ("notice kept", "notice due", 1),
    "K27": ("upward kept", "upward due", 1),
    "K28": ("analysis kept", "analysis due", 1),
    "K33": ("violation kept", "violation due", 1),
    "K33S": ("violation staff kept", "violation staff due", 1),
    "K33R": ("violation others kept", "violation others due", 1),
    "K44": ("complaint kept", "complaint due", 1),
    "K44L": ("complaint limit kept", "complaint limit due", 1),
    "K07": ("alarm false", "alarm", 1),
    "K09": ("round completed", "round due", 1),
    "K46": ("measure effective", "measure verified", 1),
    "K47": ("action kept", "action due", 1),
    "K50": ("delivery kept", "delivery due", 1),
}
#: code: (what was timed, rounded up to, 0.5 median, 0.9 ninth decile or None for the mean)
TIMES: dict[str, tuple[str, timedelta, float | None]] = {
    "K01": ("urgent response", MINUTE, 0.9),
    "K01R": ("routine response", MINUTE, 0.9),
    "K03": ("completion", HOUR / 10, None),
    "K15": ("hazard time", DAY / 10, 0.5),
    "K15M": ("major hazard time", DAY / 10, 0.5),
    "K23": ("arrival other", MINUTE, 0.9),
    "K23F": ("arrival fire", MINUTE, 0.9),
    "K24": ("activation", MINUTE, 0.9),
    **{f"K25.00{number}": (f"control 00{number}", MINUTE, 0.5) for number in range(1, 7)},
}
#: code: (what is counted, by whom, months)
RATES = {
    "K21": ("security", "population", 12),
    "K21H": ("security", "households", 12),
    "K43": ("valid complaint", "households", 1),
}


class Month:
    """All counts of a bundle by their moment."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.counts: dict[str, list[tuple[datetime, timedelta | None]]] = {}
        for code, moment, length in self._all():
            self.counts.setdefault(code, []).append((moment, length))

    def _all(self) -> Iterable[Count]:
        yield from Cases(self.records).counts()
        yield from _alarms(self.records)
        yield from _rounds(self.records)
        yield from _teamwork(self.records)

    def number(self, code: str, months: int = 1) -> int:
        """How many fell into the months."""
        begin, end = self.records.window(months)
        return sum(begin <= moment < end for moment, _length in self.counts.get(code, []))

    def lengths(self, code: str) -> list[timedelta]:
        """How long each of the month took, in order."""
        begin, end = self.records.window(1)
        found = self.counts.get(code, [])
        return sorted(length for moment, length in found if length is not None and begin <= moment < end)

    def figures(self) -> dict[str, Figure]:
        """Every figure by code."""
        found = {code: self._share(*parts) for code, parts in SHARES.items()}
        found |= {code: self._time(*parts) for code, parts in TIMES.items()}
        found |= {code: self._rate(*parts) for code, parts in RATES.items()}
        serious = self.number("serious")
        found["K22"] = Figure(serious, serious, garwood(serious))
        recurred, closed = self.number("hazard again", 3), self.number("hazard closed", 3)
        found["K16"] = Figure(recurred / closed if closed else None, closed)  # not a part of it: no interval
        found["K10"] = self._coverage()
        found["K05"] = self._workload()
        there, due = self.number("stamp there"), self.number("stamp due")
        found["K45"] = Figure(there / due if due else None, due, wilson(there, due))
        minutes = covered(self.records)
        for code, of in (("K37", ""), ("K37C", "room ")):
            due = minutes[f"{of}due"]
            found[code] = Figure(
                minutes[f"{of}filled"] / due if due else None, due
            )  # minutes of one gap: no interval
        return found | surveyed(self.records)

    def _share(self, above: str, below: str, months: int) -> Figure:
        k, n = self.number(above, months), self.number(below, months)
        return Figure(k / n if n else None, n, wilson(k, n))

    def _time(self, code: str, step: timedelta, share: float | None) -> Figure:
        lengths = [-(-length // step) * step for length in self.lengths(code)]
        if not lengths:
            return Figure(None, 0)
        if share is None:
            return Figure(sum(lengths, timedelta()) / MINUTE / len(lengths), len(lengths))
        place = share * (len(lengths) - 1)
        below, above = lengths[int(place)], lengths[min(int(place) + 1, len(lengths) - 1)]
        return Figure((below + (above - below) * (place - int(place))) / MINUTE, len(lengths))

    def _rate(self, code: str, by: str, months: int) -> Figure:
        number, people = self.number(code, months), self.records.manifest[by]
        if not people:
            return Figure(None, number)
        low, high = garwood(number)
        return Figure(number / people, number, (low / people, high / people))

    def _coverage(self) -> Figure:
        begin, end = self.records.window(1)
        rounds = [
            row for row in self.records["rounds"] if _is_judged(row) and begin <= row["due_start"] < end
        ]
        due, seen = sum(row["points_due"] for row in rounds), sum(row["points_visited"] for row in rounds)
        return Figure(seen / due if due else None, due, wilson(seen, due))

    def _workload(self) -> Figure:
        done = sum(map(self.number, ("request done", "round completed", "round late", "action done")))
        due = sum(map(self.number, ("request due", "round due", "action due")))
        return Figure(done / due if due else None, due, wilson(done, due))


def _is_judged(row: dict[str, object]) -> bool:
    return row["status"] in ("completed", "late", "partial", "missed")


def _rounds(records: Records) -> Iterable[Count]:
    for row in records["rounds"]:
        if _is_judged(row):
            yield "round due", row["due_start"], None
            yield f"round {row['status']}", row["due_start"], None


def _alarms(records: Records) -> Iterable[Count]:
    for row in records["alarms"]:
        if row["code"] in ("silence", "test") or row["nature"] == "test":
            continue
        yield "alarm", row["received_at"], None
        of_incident = row["case_kind"] == "incident"
        proved = of_incident and (row["case_state"] == "false_alarm" or row["case_subcategory"] == "002.05")
        if row["state"] == "false" or proved:
            yield "alarm false", row["received_at"], None


def _teamwork(records: Records) -> Iterable[Count]:
    now = records.made_at
    for row in records["actions"]:
        is_done = row["done_at"] is not None
        if row["status"] != "cancelled" and (is_done or row["due_at"] <= now):
            yield "action due", row["due_at"], None
            if is_done:
                yield "action done", row["due_at"], None
                if row["done_at"] <= row["due_at"]:
                    yield "action kept", row["due_at"], None
        if row["verified_at"] is not None and row["kind"] != "decision":
            yield "measure verified", row["verified_at"], None
            if row["effectiveness"] == "effective":
                yield "measure effective", row["verified_at"], None
    for row in records["requests"]:
        if row["status"] == "declined":
            continue
        is_delivered = row["delivered_at"] is not None
        if is_delivered or row["due_at"] <= now:
            yield "delivery due", row["due_at"], None
            if is_delivered and row["delivered_at"] <= row["due_at"]:
                yield "delivery kept", row["due_at"], None


def recompute(source: Path | IO[bytes]) -> dict[str, Figure]:
    """Every figure of a bundle by code."""
    return Month(read(source)).figures()


def main() -> int:
    """Compare a bundle with what its records say."""
    records = read(Path(sys.argv[1]))
    told = {row["code"]: row for row in records["figures"]}
    wrong = 0
    for code, figure in sorted(Month(records).figures().items()):
        value = told[code]["value"]
        same = (value is None) == (figure.value is None) and abs(
            float(value or 0) - (figure.value or 0)
        ) < 1e-9
        wrong += not same
        print(f"{'  ' if same else '! '}{code:8}{value!s:>24}{figure.value!s:>24}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
