"""What answers to one question say, from how often each score was given: pure arithmetic (domain 2.12, 3.1, 3.2).

`population` is of how many people the answers are a random sample; 0 where they are none (an open code), then nothing is
corrected for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from core.intervals import Interval, Z, effective, net_score, sampled_share, wilson
from surveys.small_numbers import is_shown

#: Scores that say "satisfied", and those that say "dissatisfied", on the scale from 1 to 5.
SATISFIED, DISSATISFIED = (4, 5), (1, 2)
LOWEST, HIGHEST = 1, 5
#: Scores of the recommendation from 0 to 10.
PROMOTERS, DETRACTORS = range(9, 11), range(7)
#: Below this many answers a net score says little (K41).
ENOUGH_FOR_NET = 100


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each score was given."""

    counts: Mapping[int, int]
    population: int = 0

    @property
    def answers(self) -> int:
        """How many answered the question."""
        return sum(self.counts.values())

    @property
    def is_shown(self) -> bool:
        """Are there enough answers to show a score?"""
        return is_shown(self.answers)

    def among(self, scores: "tuple[int, ...] | range") -> int:
        """How many gave one of these scores."""
        return sum(number for score, number in self.counts.items() if score in scores)


@dataclass(frozen=True, slots=True)
class ScaleTally(Tally):
    """Answers on the scale from 1 to 5."""

    @property
    def satisfied(self) -> int:
        """How many gave 4 or 5."""
        return self.among(SATISFIED)

    @property
    def dissatisfied(self) -> int:
        """How many gave 1 or 2."""
        return self.among(DISSATISFIED)

    @property
    def share(self) -> float | None:
        """Satisfied ÷ answers; None of nothing."""
        return self.satisfied / self.answers if self.answers else None

    @property
    def interval(self) -> Interval | None:
        """Wilson 95 % of the share with finite population correction; None of nothing and of everybody."""
        return sampled_share(self.satisfied, self.answers, self.population)

    @property
    def legacy(self) -> float | None:
        """The older formula of the trade, (participants − dissatisfied) ÷ participants: it takes neutral for satisfied."""
        return (self.answers - self.dissatisfied) / self.answers if self.answers else None

    @property
    def mean(self) -> float | None:
        """The mean as points from 0 to 100: (score − 1) ÷ 4 × 100."""
        if not self.answers:
            return None
        total = sum(score * number for score, number in self.counts.items())
        return points(total / self.answers)

    @property
    def mean_interval(self) -> Interval | None:
        """95 % of the mean, by the scores' variance; None below two answers and of everybody."""
        worth = effective(self.answers, self.population)
        if worth is None or self.answers < 2:
            return None
        mean = sum(score * number for score, number in self.counts.items()) / self.answers
        squares = sum(number * (score - mean) ** 2 for score, number in self.counts.items())
        half = Z * sqrt(squares / (self.answers - 1) / worth)
        return Interval(points(max(mean - half, LOWEST)), points(min(mean + half, HIGHEST)))


@dataclass(frozen=True, slots=True)
class NetTally(Tally):
    """Answers from 0 to 10 to "would you recommend us"."""

    @property
    def promoters(self) -> int:
        """How many gave 9 or 10."""
        return self.among(PROMOTERS)

    @property
    def detractors(self) -> int:
        """How many gave 0 to 6."""
        return self.among(DETRACTORS)

    @property
    def score(self) -> float | None:
        """Share of promoters less share of detractors, −100 to 100 points; None of nothing."""
        return (self.promoters - self.detractors) / self.answers * 100 if self.answers else None

    @property
    def interval(self) -> Interval | None:
        """95 %, by the variance of the scores −1, 0 and 1."""
        return net_score(self.promoters, self.detractors, self.answers, self.population)

    @property
    def is_enough(self) -> bool:
        """Are there enough answers for the net score to say something?"""
        return self.answers >= ENOUGH_FOR_NET


@dataclass(frozen=True, slots=True)
class Weighted:
    """A share weighted by the size of the parts it was asked in.

    `worth` is of how many unweighted answers it is worth (Kish); `heaviest` the largest weight of one answer.
    """

    share: float
    interval: Interval
    worth: float
    heaviest: float


def weighted_share(parts: "list[tuple[int, ScaleTally]]") -> Weighted | None:
    """The share of satisfied, each part (how many people, their answers) weighted by its people.

    None unless there are two parts, every one of them answered and its size known.
    """
    people = sum(size for size, _tally in parts)
    answers = sum(tally.answers for _size, tally in parts)
    if len(parts) < 2 or any(not size or not tally.answers for size, tally in parts):
        return None
    weights = [(size / people) / (tally.answers / answers) for size, tally in parts]
    share = sum(size / people * (tally.share or 0.0) for size, tally in parts)
    squares = sum(weight**2 * tally.answers for weight, (_size, tally) in zip(weights, parts, strict=True))
    worth = answers**2 / squares
    known = effective(answers, people)
    # A part all of which answered leaves nothing to chance; the rest of the sample still does.
    corrected = worth if known is None else worth * known / answers
    interval = wilson(share * corrected, corrected) or Interval(share, share)
    return Weighted(share, Interval(share, share) if known is None else interval, worth, max(weights))


def points(mean: float) -> float:
    """A mean of the scale from 1 to 5 as points from 0 to 100."""
    return (mean - LOWEST) / (HIGHEST - LOWEST) * 100
