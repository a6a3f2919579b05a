"""Indicators of the catalogue that count nothing themselves: those that wait for their records, and those made of others."""

from dataclasses import dataclass

from kpi.indicators.definition import Counts, Measure, Text
from kpi.indicators.kinds import Indicator, Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited(Indicator):
    """An indicator whose records the product does not keep yet: it stands in the catalogue and says what it waits for."""

    numerator: Text
    denominator: Text
    waits_for: Text

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Nothing is counted yet."""
        return ()

    @property
    def terms(self) -> tuple[Text, Text]:
        """What will be counted."""
        return (self.numerator, self.denominator)

    def sample(self, counts: Counts) -> float:
        """It rests on nothing."""
        return 0

    def value(self, counts: Counts, site: Profile | None = None) -> float | None:
        """No data, always."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Composite(Indicator):
    """One that is made of other indicators and reckoned on a page of its own, whose route it names; it counts nothing itself."""

    numerator: Text
    route: str

    @property
    def measures(self) -> tuple[Measure, ...]:
        """None of its own."""
        return ()

    @property
    def terms(self) -> tuple[Text, Text]:
        """What it is made of."""
        return (self.numerator, "")

    def sample(self, counts: Counts) -> float:
        """It rests on no records of its own."""
        return 0

    def value(self, counts: Counts, site: Profile | None = None) -> float | None:
        """None from counts: see its page."""
        return None
