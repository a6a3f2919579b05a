"""The shipped limits and escalation policies, read from incidents/defaults/."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.translated import TranslatedText
from incidents.models import LimitCalendar

FOLDER = Path(__file__).resolve().parent.parent / "defaults"


@dataclass(frozen=True, slots=True)
class Line:
    """What a limit applies to; "" means any. Two rules of the same line replace each other."""

    aspect: str
    kind: str = ""
    category: str = ""
    trait: str = ""
    priority: str = ""

    @property
    def particularity(self) -> tuple[bool, bool, bool, bool]:
        """The larger, the more particular: trait before category before kind before priority."""
        return bool(self.trait), bool(self.category), bool(self.kind), bool(self.priority)


@dataclass(frozen=True, slots=True)
class ShippedLimit:
    """A limit in minutes, with when to warn before it and what it rests on."""

    line: Line
    minutes: int
    warn_minutes: int
    calendar: str
    basis: TranslatedText


@dataclass(frozen=True, slots=True)
class ShippedStep:
    """So many minutes after the step before, tell people of these roles."""

    delay_minutes: int
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShippedPolicy:
    """Steps for cases of some priorities."""

    name: TranslatedText
    priorities: tuple[str, ...]
    repeat: int
    repeat_after: int
    steps: tuple[ShippedStep, ...]


@cache
def shipped_limits() -> tuple[ShippedLimit, ...]:
    """Every shipped limit, in the file's order."""
    return tuple(
        ShippedLimit(
            line=Line(**{name: row[name] for name in Line.__dataclass_fields__ if name in row}),
            minutes=row["minutes"],
            warn_minutes=row.get("warn", 0),
            calendar=row.get("calendar", LimitCalendar.ALWAYS),
            basis=TranslatedText(row["basis"]),
        )
        for row in _read("limits.yaml")["limits"]
    )


@cache
def shipped_policies() -> tuple[ShippedPolicy, ...]:
    """Every shipped escalation policy."""
    return tuple(
        ShippedPolicy(
            name=TranslatedText(row["name"]),
            priorities=tuple(row["priorities"]),
            repeat=row["repeat"],
            repeat_after=row["repeat_after"],
            steps=tuple(ShippedStep(step["after"], tuple(step["roles"])) for step in row["steps"]),
        )
        for row in _read("escalation.yaml")["policies"]
    )


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return content
