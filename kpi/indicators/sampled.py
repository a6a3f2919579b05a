"""Indicators that rest on a sample: shares of survey answers, and the net score (domain 3.1, rules 5 and 6)."""

from dataclasses import dataclass

from django.utils.text import format_lazy

from core.intervals import Interval, net_score, sampled_share
from kpi.indicators.definition import Counts, Measure, Text
from kpi.indicators.kinds import Indicator, Profile, Share, Unit, parts_of

#: A net score of fewer answers swings too far to be told apart from chance (domain 3.2, K41).
ENOUGH_FOR_NET_SCORE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled(Share):
    """A share of answers. Not everybody was asked, so it is judged by its value and its interval.

    `population` counts the people the sample was drawn from: the more of them answered, the narrower the interval; when
    all did, there is none. A population of 0 is not known and corrects nothing.
    """

    population: Measure
    census: bool = False

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The population, numerator, then denominator."""
        return (self.population, *parts_of(self.numerator), *parts_of(self.denominator))

    def bounds(self, part: float, due: float, counts: Counts) -> Interval | None:
        """Wilson 95 %, corrected for a finite population."""
        return sampled_share(part, due, self.population.number(counts))


@dataclass(frozen=True, slots=True, kw_only=True)
class NetScore(Indicator):
    """Promoters (9 and 10) less detractors (0 to 6), by 100 answers."""

    promoters: Measure
    detractors: Measure
    answers: Measure
    population: Measure
    unit: Unit = "points"
    census: bool = False
    small_below: int = ENOUGH_FOR_NET_SCORE

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Those who were asked, promoters, detractors, all answers."""
        return (self.population, self.promoters, self.detractors, self.answers)

    @property
    def terms(self) -> tuple[Text, Text]:
        """Promoters less detractors, by answers."""
        return (format_lazy("{} − {}", self.promoters.name, self.detractors.name), self.answers.name)

    def value(self, counts: Counts, site: Profile | None = None) -> float | None:
        """Points between −100 and 100; no data without answers."""
        answers = self.answers.number(counts)
        net = self.promoters.number(counts) - self.detractors.number(counts)
        return 100 * net / answers if answers else None

    def interval(self, counts: Counts, site: Profile | None = None) -> Interval | None:
        """By the variance of the scores 1, 0 and −1, corrected for a finite population."""
        return net_score(
            self.promoters.number(counts),
            self.detractors.number(counts),
            self.answers.number(counts),
            self.population.number(counts),
        )
