"""K38 to K42 from the waves of a bundle and how often each score was given."""

from tests.independent.figure import Figure
from tests.independent.intervals import net, sampled, wilson
from tests.independent.records import Records, Row

#: code: item of the questionnaire
ITEMS = {
    "K38": "overall",
    "K39": "service_quality",
    "K39R": "response_speed",
    "K39C": "communication",
    "K39A": "attitude",
    "K39S": "safety",
    "K40": "security_staff",
}


def surveyed(records: Records) -> dict[str, Figure]:
    """All figures of surveys: over three months, of recommendations over six."""
    waves = _closed(records, 3)
    people = sum(wave["population"] or 0 for wave in waves)
    found = {}
    for code, item in ITEMS.items():
        scores = _scores(records, waves, "scale", item)
        n, k = sum(scores.values()), sum(scores.get(score, 0) for score in (4, 5))
        found[code] = Figure(k / n if n else None, n, sampled(k, n, people))
    invited, valid = sum(wave["invited"] for wave in waves), sum(wave["valid"] for wave in waves)
    found["K42"] = Figure(valid / invited if invited else None, invited, wilson(valid, invited))
    waves = _closed(records, 6)
    people = sum(wave["population"] or 0 for wave in waves)
    scores = _scores(records, waves, "nps", None)
    n = sum(scores.values())
    up = sum(number for score, number in scores.items() if score >= 9)
    down = sum(number for score, number in scores.items() if score <= 6)
    found["K41"] = Figure(100 * (up - down) / n if n else None, n, net(up, down, n, people))
    return found


def _closed(records: Records, months: int) -> list[Row]:
    begin, end = records.window(months)
    first, after = (moment.astimezone(records.zone).date() for moment in (begin, end))
    return [wave for wave in records["survey_waves"] if first <= wave["closed_on"] < after]


def _scores(records: Records, waves: list[Row], kind: str, item: str | None) -> dict[int, int]:
    """How often each score was given to the first question of that kind and item in each wave."""
    found: dict[int, int] = {}
    for wave in waves:
        rows = [
            row
            for row in records["survey_scores"]
            if row["wave"] == wave["wave"] and row["kind"] == kind and item in (None, row["item"])
        ]
        first = min((row["position"] for row in rows), default=None)
        for row in rows:
            if row["position"] == first:
                found[row["score"]] = found.get(row["score"], 0) + row["answers"]
    return found
