"""What an indicator is, and the kinds made of counts: shares, numbers and rates (domain 3.1, 3.2)."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Protocol, TypeAlias

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.intervals import Interval, poisson, wilson
from kpi.indicators.definition import Counts, Measure, Text, Together

if TYPE_CHECKING:
    from kpi.indicators.lengths import Lengths

#: percent and permille: the value is a fraction; minutes, hours and days: it is in minutes; points lie between −100 and
#: 100, a score between 0 and 100.
Unit: TypeAlias = Literal["percent", "number", "minutes", "hours", "days", "permille", "points", "score"]
UNITS: Final[dict[Unit, Text]] = {
    "percent": "%",
    "permille": "‰",
    "number": pgettext_lazy("unit", "number"),
    "minutes": _("minutes"),
    "hours": _("hours"),
    "days": pgettext_lazy("unit", "days"),
    "points": pgettext_lazy("unit", "points"),
    "score": _("score of 100"),
}
Direction: TypeAlias = Literal["up", "down"]

#: A sample below the first is too small to judge, below the second it is called small (domain 3.1, rule 5).
TINY, SMALL = 5, 30


class Group(models.TextChoices):
    """The domain of an indicator: its heading on the month's page."""

    PATROLS = "patrols", _("Patrols")
    SERVICE = "service", _("Service")
    SATISFACTION = "satisfaction", _("Satisfaction")
    SAFETY = "safety", _("Hazards and violations")
    INCIDENTS = "incidents", _("Incidents")
    EQUIPMENT = "equipment", _("Equipment")
    EMERGENCY = "emergency", _("Drills and supplies")
    PEOPLE = "people", _("Posts and people")
    TEAMWORK = "teamwork", _("Teamwork")
    MANAGEMENT = "management", _("Management")


class Dimension(models.TextChoices):
    """What service quality is watched in: the four dimensions of the handbook (R068), and what a department keeps in order itself."""

    EFFICIENCY = "efficiency", _("Work efficiency")
    QUALITY = "quality", _("Work quality")
    SAFETY = "safety", _("Security")
    MAINTENANCE = "maintenance", _("Equipment maintenance")
    MANAGEMENT = "management", _("Internal management")


class Profile(Protocol):
    """What rates are reckoned by: a site as it is now, or its profile as it was frozen with a month."""

    @property
    def households(self) -> int | None:
        """Households, None when the profile does not say."""

    @property
    def population(self) -> int | None:
        """Residents, None when the profile does not say."""


class FromDefault:
    """Stands for "the target the catalogue ships" where None means "no target"."""


DEFAULT: Final = FromDefault()
#: A target of a site and month, None for information only, or the default.
Goal: TypeAlias = float | FromDefault | None


class Reckoned(NamedTuple):
    """What counts come to: the value (None is "no data"), what chance does to it, and how many records it rests on.

    Numerator and denominator are those of a share, `lengths` those of a length of time.
    """

    value: float | None
    interval: Interval | None
    sample: float
    numerator: float = 0
    denominator: float = 0
    lengths: "Lengths | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator(ABC):
    """One indicator of the catalogue (domain 3.2), made of measures.

    `target` is the default, in the unit of the value (0.98 is 98 %; lengths of time are in minutes), None for
    information only; `basis` says where it comes from, `is_statutory` that it is the law's. A census indicator counts
    every record, so it is judged by its value alone; its interval only shows what chance does from month to month. One
    that is `is_judged_tiny` is judged however few records there were. `needs_stamps`: it leaves out records without
    their time stamps, so it says nothing where many are missing (K45). `exclusions` are counted and left out; their
    definitions say why. `window` is over how many months, the shown one last, it is reckoned.
    """

    code: str
    name: Text
    definition: Text
    dimension: Dimension
    group: Group = Group.PATROLS
    unit: Unit = "percent"
    direction: Direction = "up"
    target: float | None = None
    basis: Text = ""
    cadence: Text = ""
    caveat: Text = ""
    census: bool = True
    is_statutory: bool = False
    needs_stamps: bool = False
    small_below: int = SMALL
    window: int = 1
    beside: tuple[Measure, ...] = ()
    exclusions: tuple[Measure, ...] = ()

    @property
    @abstractmethod
    def measures(self) -> tuple[Measure, ...]:
        """What it is made of; the last one is that whose rows it opens."""

    @abstractmethod
    def value(self, counts: Counts, site: Profile) -> float | None:
        """The figure from counts; None is "no data"."""

    @property
    def terms(self) -> tuple[Text, Text]:
        """Numerator and denominator in words; "" where there is none."""
        return (self.measures[-1].name, "")

    @property
    def unit_label(self) -> Text:
        """Its unit in words."""
        return UNITS[self.unit]

    @property
    def is_live(self) -> bool:
        """Is it counted, or does it wait for its records?"""
        return bool(self.measures)

    @property
    def is_judged_tiny(self) -> bool:
        """Is it coloured even when it rests on next to nothing? Numbers are, and what the law demands of every single case."""
        return self.is_statutory

    def sample(self, counts: Counts) -> float:
        """How many records it rests on."""
        return self.measures[-1].number(counts)

    def interval(self, counts: Counts, site: Profile) -> Interval | None:
        """What chance does to the value, where that can be told."""
        return None

    def reckoned(self, counts: Counts, site: Profile) -> Reckoned:
        """Everything told of it at once."""
        return Reckoned(self.value(counts, site), self.interval(counts, site), self.sample(counts))

    def goal(self, target: Goal = DEFAULT) -> float | None:
        """The target that is meant: the given one, or the default."""
        return self.target if isinstance(target, FromDefault) else target

    def meets(self, value: float | None, target: float | None) -> bool | None:
        """Is the target met? None without a value or a target."""
        if value is None or target is None:
            return None
        return value >= target if self.direction == "up" else value <= target


@dataclass(frozen=True, slots=True, kw_only=True)
class Share(Indicator):
    """The share of a numerator in a denominator; a denominator of 0 is no data.

    With `is_part` false there is no interval: the numerator is no part of the denominator (recurrences by what was
    closed), or what is counted does not happen by itself (minutes of one gap).
    """

    numerator: Measure | Together
    denominator: Measure | Together
    is_part: bool = True

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Numerator, then denominator."""
        return (*parts_of(self.numerator), *parts_of(self.denominator))

    @property
    def terms(self) -> tuple[Text, Text]:
        """The names of both."""
        return (self.numerator.name, self.denominator.name)

    def sample(self, counts: Counts) -> float:
        """The denominator."""
        return self.denominator.number(counts)

    def value(self, counts: Counts, site: Profile | None = None) -> float | None:
        """Numerator over denominator."""
        due = self.denominator.number(counts)
        return self.numerator.number(counts) / due if due else None

    def interval(self, counts: Counts, site: Profile | None = None) -> Interval | None:
        """What chance does to it, where the numerator is a part of the denominator."""
        if not self.is_part:
            return None
        return self.bounds(self.numerator.number(counts), self.denominator.number(counts), counts)

    def bounds(self, part: float, due: float, counts: Counts) -> Interval | None:
        """Wilson 95 %."""
        return wilson(part, due)

    def reckoned(self, counts: Counts, site: Profile | None = None) -> Reckoned:
        """The same from each number read once."""
        part, due = self.numerator.number(counts), self.denominator.number(counts)
        interval = self.bounds(part, due, counts) if self.is_part else None
        return Reckoned(part / due if due else None, interval, due, part, due)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Indicator):
    """How many there were; 0 is a value, not "no data"."""

    measure: Measure
    unit: Unit = "number"
    direction: Direction = "down"

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What is counted."""
        return (self.measure,)

    @property
    def is_judged_tiny(self) -> bool:
        """A number is itself, however small."""
        return True

    def value(self, counts: Counts, site: Profile | None = None) -> float | None:
        """The number."""
        return self.measure.number(counts)

    def interval(self, counts: Counts, site: Profile | None = None) -> Interval | None:
        """Exact Poisson 95 %: what 0 does not prove."""
        return poisson(round(self.measure.number(counts)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Indicator):
    """How many there were by households or residents of the site; no data while its profile does not say how many."""

    measure: Measure
    exposure: Callable[[Profile], int | None]
    by: Text
    unit: Unit = "permille"
    direction: Direction = "down"

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What is counted."""
        return (self.measure,)

    @property
    def terms(self) -> tuple[Text, Text]:
        """What is counted, and by whom."""
        return (self.measure.name, self.by)

    @property
    def is_judged_tiny(self) -> bool:
        """Few events are what a rate hopes for."""
        return True

    def value(self, counts: Counts, site: Profile) -> float | None:
        """The number by each of those who live there."""
        by = self.exposure(site)
        return self.measure.number(counts) / by if by else None

    def interval(self, counts: Counts, site: Profile) -> Interval | None:
        """Exact Poisson 95 %, by each of those who live there."""
        by = self.exposure(site)
        if not by:
            return None
        whole = poisson(round(self.measure.number(counts)))
        return Interval(whole.low / by, whole.high / by)


def parts_of(measure: Measure | Together) -> tuple[Measure, ...]:
    """The measures that are added up; one by itself is its only part."""
    return measure.parts if isinstance(measure, Together) else (measure,)
