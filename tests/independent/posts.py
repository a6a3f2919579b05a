"""Post coverage, minute by minute: who was wanted on which post by the wall clock of the site, and who was rostered."""

from collections import Counter
from datetime import date, datetime, time, timedelta

from tests.independent.records import Records, Row

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def covered(records: Records) -> Counter[str]:
    """Minutes "due" and "filled", of control rooms under "room due" and "room filled"."""
    begin, end = records.window(1)
    now = records.made_at.replace(second=0, microsecond=0)
    present = _present(records)
    demands: dict[str, list[Row]] = {}
    for row in records["post_demands"]:
        demands.setdefault(row["post"], []).append(row)
    found: Counter[str] = Counter()
    minute = begin
    while minute < min(end, now):
        wall = minute.astimezone(records.zone).replace(tzinfo=None)
        for post, versions in demands.items():
            for version in _wanting(versions, wall):
                is_room = version["kind"] == "control_room"
                heads = max(version["heads"], 2) if is_room else version["heads"]
                of = "room " if is_room else ""
                found[f"{of}due"] += heads
                found[f"{of}filled"] += min(present[post, minute], heads)
        minute += MINUTE
    return found


def _wanting(versions: list[Row], wall: datetime) -> list[Row]:
    """The versions of a post that want somebody at that time: of yesterday, when it goes over midnight, or of today."""
    found = []
    for began in (wall.date() - DAY, wall.date()):
        known = [row for row in versions if date.fromisoformat(row["since"]) <= began]
        if not known or not known[-1]["is_active"]:
            continue
        for hours in known[-1]["hours"].split():
            weekday, start, stop = hours.split("/")
            since = datetime.combine(began, time.fromisoformat(start))
            until = datetime.combine(began, time()) if stop == "24:00" else datetime.combine(began, time.fromisoformat(stop))  # fmt: skip
            until += DAY if until <= since else timedelta()
            if WEEKDAYS[began.weekday()] == weekday and since <= wall < until:
                found.append(known[-1])
    return found


def _present(records: Records) -> Counter[tuple[str, datetime]]:
    """How many people stand on a post in a minute."""
    found: Counter[tuple[str, datetime]] = Counter()
    for shift in records["shifts"]:
        minute = shift["starts_at"]
        while minute < shift["ends_at"]:
            found[shift["post"], minute] += 1
            minute += MINUTE
    return found
