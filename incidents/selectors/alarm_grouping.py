"""Which messages are one alarm: pure, so that a test may try every order and every cut.

Messages are judged in the order in which they came in. The first rule that matches decides; where none does, the message
waits at the desk, grouped by device and code.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from incidents.models import (
    GRAVITY,
    HEARTBEAT,
    AlarmEffect,
    AlarmRule,
    AlarmSeverity,
    GroupBy,
    Outcome,
)

#: However often it goes on, after so long an alarm begins anew, so that every shift hears of it.
LONGEST = timedelta(hours=12)
#: Where no rule matches.
DEFAULT_DEBOUNCE, DEFAULT_WINDOW = timedelta(seconds=10), timedelta(seconds=300)


@dataclass(frozen=True, slots=True)
class Sign:
    """A message as far as judging it goes; `zone_id` is that of the zone it names, if it names a known one."""

    key: int
    at: datetime
    code: str
    device: str
    severity: str
    zone_id: int | None = None


@dataclass(slots=True)
class Group:
    """An alarm that takes messages; `first` is the one it begins with, None when `alarm_id` began earlier."""

    name: str
    rule: AlarmRule | None
    first: Sign | None
    first_at: datetime
    last_at: datetime
    severity: str
    alarm_id: int | None = None
    counted: int = 0
    repeated: int = 0
    is_graver: bool = False

    def takes(self, at: datetime, window: timedelta) -> bool:
        """Is a message of this time close enough?"""
        return (
            self.first_at - window <= at <= self.last_at + window
            and max(at, self.last_at) - min(at, self.first_at) <= LONGEST
        )

    def add(self, sign: Sign) -> None:
        """Count a message."""
        self.counted += 1
        self.first_at, self.last_at = min(self.first_at, sign.at), max(self.last_at, sign.at)
        if GRAVITY[AlarmSeverity(sign.severity)] > GRAVITY[AlarmSeverity(self.severity)]:
            self.severity, self.is_graver = sign.severity, True


@dataclass(slots=True)
class Book:
    """What is known of a source while its messages are judged: rules, alarms under way, what was counted lately."""

    rules: Sequence[AlarmRule]
    groups: dict[str, Group] = field(default_factory=dict)
    #: (device, code) → the latest time at which it was counted, and in which group
    counted: dict[tuple[str, str], tuple[datetime, Group]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """What was made of a message."""

    sign: Sign
    outcome: Outcome
    group: Group | None = None


def rule_for(rules: Sequence[AlarmRule], sign: Sign) -> AlarmRule | None:
    """The first rule that matches."""
    return next((rule for rule in rules if _matches(rule, sign)), None)


def longest_debounce(rules: Sequence[AlarmRule]) -> timedelta:
    """How far back judging by these rules has to look for what a device said before."""
    return max([DEFAULT_DEBOUNCE, *(timedelta(seconds=rule.debounce_seconds) for rule in rules)])


def judge(sign: Sign, book: Book) -> Judged:
    """Make of a message what the rules say; the book remembers it."""
    if sign.code == HEARTBEAT:
        return Judged(sign, Outcome.HEARTBEAT)
    rule = rule_for(book.rules, sign)
    if rule is not None and rule.effect == AlarmEffect.IGNORE:
        return Judged(sign, Outcome.IGNORED)
    before = book.counted.get((sign.device, sign.code))
    debounce = DEFAULT_DEBOUNCE if rule is None else timedelta(seconds=rule.debounce_seconds)
    if before is not None and abs(sign.at - before[0]) < debounce:
        before[1].repeated += 1
        return Judged(sign, Outcome.REPEATED, before[1])
    group = _group_for(sign, rule, book)
    group.add(sign)
    if before is None or sign.at >= before[0]:
        book.counted[sign.device, sign.code] = sign.at, group
    return Judged(sign, Outcome.COUNTED, group)


def group_name(sign: Sign, rule: AlarmRule | None) -> str:
    """What messages of one alarm have in common."""
    if rule is None:
        return f"-|{sign.code}|{sign.device}"[:160]
    match rule.group_by:
        case GroupBy.SOURCE:
            return f"{rule.pk}"
        case GroupBy.ZONE:
            return f"{rule.pk}|{sign.zone_id or ''}"
        case _:
            return f"{rule.pk}|{sign.device}"[:160]


def _group_for(sign: Sign, rule: AlarmRule | None, book: Book) -> Group:
    name = group_name(sign, rule)
    window = DEFAULT_WINDOW if rule is None else timedelta(seconds=rule.window_seconds)
    present = book.groups.get(name)
    if present is not None and present.takes(sign.at, window):
        return present
    group = book.groups[name] = Group(name, rule, sign, sign.at, sign.at, sign.severity)
    return group


def _matches(rule: AlarmRule, sign: Sign) -> bool:
    return (
        _fits(rule.code, sign.code)
        and _fits(rule.device, sign.device)
        and GRAVITY[AlarmSeverity(sign.severity)] >= GRAVITY[AlarmSeverity(rule.at_least)]
    )


def _fits(pattern: str, text: str) -> bool:
    return not pattern or fnmatchcase(text.casefold(), pattern.casefold())
