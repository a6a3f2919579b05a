"""What is out of the ordinary in the history: told by days before the demo was made, so that each tells its story once."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from core.clock import local
from core.recurrence import instant_of
from portal.demo.chance import share
from portal.demo.world import Place


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch of days before the demo was made: from `first` to `last` days ago, between wall times."""

    site: str
    first: int
    last: int
    begins: time = time(0)
    ends: time = time(23, 59)

    def covers(self, place: Place, at: datetime) -> bool:
        """Does it hold there and then?"""
        if place.spec.code != self.site:
            return False
        begin, end = self.bounds(place)
        return begin <= at < end

    def bounds(self, place: Place) -> tuple[datetime, datetime]:
        """Beginning and end, UTC."""
        return _bounds(self, place.anchor, place.site.zone_info)


@cache
def _bounds(spell: Spell, anchor: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Beginning and end of a spell, UTC, when the demo was made at `anchor`."""
    today = local(anchor, zone).date()
    first, last = (today - timedelta(days=days) for days in (spell.first, spell.last))
    return (
        instant_of(datetime.combine(first, spell.begins), zone),
        instant_of(datetime.combine(last, spell.ends), zone),
    )


#: 黄磊's phone was 37 minutes fast for a week; the offset was measured, so nothing is held against him.
WRONG_CLOCK = Spell("CH", 40, 33)
WRONG_CLOCK_PERSON = "2010"
WRONG_CLOCK_OFFSET = timedelta(minutes=-37)

#: The site's network was down for an evening: everything was handed in at the end of it.
OFFLINE = Spell("CH", 12, 12, time(18, 20), time(23, 5))

#: The label of a point was torn for days and its code was typed; then it got a new one.
TORN_LABEL = Spell("CH", 24, 20, time(8), time(10))
TORN_POINT = "CK-04"

#: A label was replaced; somebody went on scanning a photograph of the old one.
PHOTOGRAPHED = Spell("CH", 16, 13, time(9), time(9))
PHOTOGRAPHED_POINT = "ZJ-06"
PHOTOGRAPHED_PERSON = "2011"


@dataclass(frozen=True, slots=True)
class Blocked:
    """A point that could not be reached for a while."""

    spell: Spell
    point: str
    reason: str
    note: str
    scene: str


BLOCKED = (
    Blocked(
        Spell("CH", 9, 6, time(8), time(18)), "LD-02", "locked", "天台门锁更换中，钥匙在施工方。", "door"
    ),
    Blocked(
        Spell("HY", 30, 30, time(6), time(23)), "BA-07", "unsafe", "八號烈風信號，海濱長廊已封閉。", "fence"
    ),
    Blocked(
        Spell("XH", 52, 50, time(9), time(18)), "XH-01", "blocked", "卸货区地面翻修，围挡施工。", "fence"
    ),
)


def raining(place: Place, day: date) -> bool:
    """Does it rain in the evening?"""
    return share("rain", place.spec.company, day) < 0.09


def blocked(place: Place, code: str, at: datetime) -> Blocked | None:
    """What keeps a guard from a point, if anything."""
    return next((row for row in BLOCKED if row.point == code and row.spell.covers(place, at)), None)


def serial_scanned(place: Place, code: str, person: str, at: datetime) -> int | None:
    """The serial of the label a guard scans at a point; None when it cannot be scanned."""
    if place.spec.code == TORN_LABEL.site and code == TORN_POINT:
        if TORN_LABEL.covers(place, at):
            return None
        return 2 if at >= TORN_LABEL.bounds(place)[1] else 1
    if place.spec.code == PHOTOGRAPHED.site and code == PHOTOGRAPHED_POINT:
        kept = person == PHOTOGRAPHED_PERSON and PHOTOGRAPHED.covers(place, at)
        return 1 if kept or at < PHOTOGRAPHED.bounds(place)[0] else 2
    return 1


def received(place: Place, at: datetime, delay: timedelta) -> datetime:
    """When the server gets what a phone recorded at `at`."""
    if OFFLINE.covers(place, at):
        return OFFLINE.bounds(place)[1] + delay * 20
    return at + delay
