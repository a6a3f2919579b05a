"""The content of a closed month: canonical JSON, written once and read back as numbers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from core.intervals import Interval
from kpi.indicators import Counts, DayCounts, Indicator, Lengths
from kpi.selectors.counting import Days
from kpi.selectors.periods import Month
from kpi.selectors.standing import Standing

#: Goes up when the shape of the content changes: 2 has the improvement measures of the month and the weights of its scorecard.
VERSION = 2
NOTHING: Counts = {}


def canonical(content: Any) -> str:
    """The one way to write a content: keys sorted, no blanks, no escapes, whole numbers without a point. Raises ValueError for NaN."""
    return json.dumps(
        _plain(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def digest(text: str) -> str:
    """SHA-256 of a content, in hex."""
    return sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


@dataclass(frozen=True, slots=True)
class FrozenProfile:
    """Who lived there when the month was closed."""

    households: int | None
    population: int | None


@dataclass(frozen=True, slots=True)
class Frozen:
    """A content read back."""

    content: Mapping[str, Any]

    @classmethod
    def read(cls, text: str) -> "Frozen":
        """From canonical JSON."""
        return cls(json.loads(text))

    @property
    def profile(self) -> FrozenProfile:
        """Households and residents."""
        return FrozenProfile(**self.content["profile"])

    @property
    def targets(self) -> dict[str, float | None]:
        """Target by code of the indicator."""
        return dict(self.content["targets"])

    @property
    def by_day(self) -> dict[date, DayCounts]:
        """Counts of every day, by zone id, None being the whole site."""
        return {
            date.fromisoformat(day): {int(zone) if zone else None: counts for zone, counts in zones.items()}
            for day, zones in self.content["days"].items()
        }

    def days(self, month: Month) -> Days:
        """The same as days that add up."""
        return Days(month.first, month.last, self.by_day)

    def window(self, indicator: Indicator) -> Counts:
        """What an indicator over several months was reckoned from."""
        found: Counts = self.content["windows"].get(indicator.code, NOTHING)
        return found

    @property
    def measures(self) -> Sequence[Mapping[str, Any]] | None:
        """Improvement measures of the month (kpi.selectors.month_measures); None in months closed before these were frozen too."""
        return self.content.get("measures")

    @property
    def weights(self) -> dict[str, int] | None:
        """The weights its scorecard goes by; None in months closed before these were frozen too."""
        found = self.content.get("weights")
        return None if found is None else dict(found)

    def standing(self, indicator: Indicator) -> Standing:
        """Where an indicator stood; without data when it was not declared then."""
        one = self.content["figures"].get(indicator.code)
        if one is None:
            return Standing(indicator, None, None, 0, target=self.targets.get(indicator.code))
        interval = None if one["low"] is None else Interval(one["low"], one["high"])
        return Standing(
            indicator,
            one["value"],
            interval,
            one["sample"],
            one["numerator"],
            one["denominator"],
            Lengths(**one["lengths"]) if one["lengths"] else None,
            one["before"],
            one["change"],
            one["target"],
            one["is_doubtful"],
        )


def figure(one: Standing) -> dict[str, Any]:
    """A standing as it is frozen."""
    lengths = one.lengths
    return {
        "value": one.value,
        "low": one.interval.low if one.interval else None,
        "high": one.interval.high if one.interval else None,
        "sample": one.sample,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "lengths": None
        if lengths is None
        else {name: getattr(lengths, name) for name in ("count", "mean", "median", "p90", "longest")},
        "before": one.before,
        "change": one.change,
        "target": one.target,
        "is_doubtful": one.is_doubtful,
        "verdict": one.judgement.value,
    }


def definition(one: Indicator) -> dict[str, Any]:
    """What an indicator meant, in the language that is active."""
    above, below = one.terms
    return {
        "name": str(one.name),
        "definition": str(one.definition),
        "numerator": str(above),
        "denominator": str(below),
        "unit": one.unit,
        "direction": one.direction,
        "basis": str(one.basis),
        "caveat": str(one.caveat),
        "window": one.window,
    }
