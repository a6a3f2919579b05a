"""The department scorecard of sites (K52, R102): parts by dimension, the score, its trend, sites side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.reports.formats import show
from kpi.attainment import Part, attainment, parts_of, score
from kpi.indicators import Counts, Dimension, Indicator, Profile, indicators
from kpi.selectors.closed_figures import ClosedFigures, closed_figures
from kpi.selectors.counting import days_of, months_of
from kpi.selectors.lines import TREND, scope_of, windowed
from kpi.selectors.periods import Month
from kpi.selectors.standing import Standing, standing
from kpi.selectors.targets import Targets, targets_over
from kpi.selectors.weights import Weights, weights_over
from organization.models import Site

#: The score to reach (domain 3.2: a proposal).
GOAL = 90.0


@dataclass(frozen=True, slots=True)
class PartLine:
    """An indicator of a scorecard."""

    standing: Standing
    part: Part

    @property
    def indicator(self) -> Indicator:
        """Which one."""
        return self.standing.indicator

    @property
    def attainment_shown(self) -> str:
        """How far its target is attained, as people read it."""
        return show(self.part.attainment, "number", 1)

    @property
    def points_shown(self) -> str:
        """What it adds."""
        return show(self.part.points, "number", 1)

    @property
    def counted_weight_shown(self) -> str:
        """Its weight among those that count."""
        return show(self.part.counted_weight, "number", 1) if self.part.attainment is not None else show(None)


@dataclass(frozen=True, slots=True)
class DimensionPart:
    """The parts of one dimension: their weights together, and how far they are attained together."""

    dimension: Dimension
    lines: list[PartLine]

    @property
    def weight(self) -> int:
        """Weights together, as set."""
        return sum(line.part.weight for line in self.lines)

    @property
    def attained(self) -> float | None:
        """The mean attainment by weight; None when none of them has data."""
        return score(
            parts_of([line.part.weight for line in self.lines], [line.part.attainment for line in self.lines])
        )

    @property
    def attained_shown(self) -> str:
        """The same as people read it."""
        return show(self.attained, "number", 1)


@dataclass(frozen=True, slots=True)
class Score:
    """The scorecard of one site and month."""

    site: Site
    month: Month
    lines: list[PartLine]
    closed: ClosedFigures | None = None

    @property
    def value(self) -> float | None:
        """The score, 0 to 120; None when nothing has data."""
        return score([line.part for line in self.lines])

    @property
    def shown(self) -> str:
        """The score as people read it."""
        return show(self.value, "number", 1)

    @property
    def dropped(self) -> list[PartLine]:
        """Indicators without data, or without a target: their weights are spread over the others."""
        return [line for line in self.lines if line.part.attainment is None]

    @property
    def weight(self) -> int:
        """The weights together, as set."""
        return sum(line.part.weight for line in self.lines)

    @property
    def counted_weight(self) -> int:
        """How much of the weights, of 100, the score rests on."""
        return sum(line.part.weight for line in self.lines if line.part.attainment is not None)

    @property
    def dimensions(self) -> list[DimensionPart]:
        """By dimension, in its order."""
        found = [(one, [line for line in self.lines if line.indicator.dimension == one]) for one in Dimension]
        return [DimensionPart(one, lines) for one, lines in found if lines]

    @property
    def is_met(self) -> bool | None:
        """Does it reach the target? None without a score."""
        return None if self.value is None else self.value >= GOAL

    @property
    def tone(self) -> str:
        """Colour by meaning."""
        return "idle" if self.is_met is None else "ok" if self.is_met else "danger"


def score_of(
    site: Site,
    month: Month,
    counts: Mapping[Month, Counts],
    targets: Targets,
    weights: Weights,
    profile: Profile | None = None,
) -> Score:
    """The scorecard of a month, from the counts of its months (with those of windows before); `profile` is that of the site unless another is given."""
    at = [_standing(one, profile or site, month, counts, targets) for one in _weighed(weights)]
    return Score(site, month, _parts(at, weights, is_silent=not counts.get(month)))


def closed_score(site: Site, closed: ClosedFigures, weights: Weights) -> Score:
    """The scorecard of a closed month: its figures, targets and weights as they were written down.

    `weights` are those of months closed before weights were written down too; none ever changes once its month has begun.
    """
    frozen = closed.frozen
    by_code = frozen.weights or weights
    at = [frozen.standing(one) for one in _weighed(by_code)]
    is_silent = not frozen.days(closed.month).total()
    return Score(site, closed.month, _parts(at, by_code, is_silent=is_silent), closed)


def _weighed(weights: Weights) -> list[Indicator]:
    """The indicators that weigh anything; what is declared no more is left out."""
    declared = indicators()
    return [declared[code] for code, weight in weights.items() if code in declared and weight]


def _parts(at: Sequence[Standing], weights: Weights, *, is_silent: bool) -> list[PartLine]:
    # Where nothing at all was counted, 0 events are no merit.
    attained = [
        None if one.is_doubtful or is_silent else attainment(one.value, one.target, one.indicator.direction)
        for one in at
    ]
    parts = parts_of([weights[one.indicator.code] for one in at], attained)
    return [PartLine(one, part) for one, part in zip(at, parts, strict=True)]


def _standing(
    one: Indicator, profile: Profile, month: Month, counts: Mapping[Month, Counts], targets: Targets
) -> Standing:
    return standing(one, windowed(one, counts, month), profile, target=targets.get(one.code, one.target))


@dataclass(frozen=True, slots=True)
class PartChange:
    """A part of the scorecard of a closed month that the records tell differently now; `page` opens them."""

    frozen: PartLine
    now: PartLine
    page: str

    @property
    def indicator(self) -> Indicator:
        """Which one."""
        return self.frozen.indicator


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of a site over a year, and of all sites in its last month."""

    trend: list[Score]
    sites: list[Score]
    present: Score | None = None

    @property
    def now(self) -> Score:
        """That of the month looked at."""
        return self.trend[-1]

    @property
    def closed(self) -> ClosedFigures | None:
        """The month looked at, when it is closed; None while it is open."""
        return self.now.closed

    @property
    def has_closed(self) -> bool:
        """Is any month of the trend closed?"""
        return any(one.closed is not None for one in self.trend)

    @property
    def changes(self) -> list[PartChange]:
        """Of a closed month: parts the records tell differently now, by its profile, targets and weights."""
        if self.present is None:
            return []
        return [
            PartChange(frozen, now, _rows(self.now.site, self.now.month, now.indicator))
            for frozen, now in zip(self.now.lines, self.present.lines, strict=True)
            if _told(frozen.standing) != _told(now.standing)
        ]


def scores_of(site: Site, others: Sequence[Site], month: Month) -> Scores:
    """The scorecard of a site as of now, its trend, and other sites beside it; closed months as they were written down.

    A fixed number of queries.
    """
    sites = list({one.pk: one for one in [site, *others]}.values())
    months = [month.back(number) for number in range(TREND - 1, -1, -1)]
    counts = months_of([one.pk for one in sites], months[0], month, windows=True)
    counts[site.pk] = counts[site.pk] | {month: days_of(site, month.first, month.last).total()}
    targets, weights = targets_over(counts, months), weights_over(sites, months)
    closed = {**closed_figures([site.pk], months), **closed_figures(counts, [month])}

    def of(one: Site, when: Month) -> Score:
        found = closed.get((one.pk, when))
        if found is not None:
            return closed_score(one, found, weights[one.pk][when])
        return score_of(one, when, counts[one.pk], targets[one.pk][when], weights[one.pk][when])

    compared = sorted((of(one, month) for one in sites), key=lambda found: -(found.value or -1.0))
    mine = closed.get((site.pk, month))
    present = None if mine is None else _present(site, mine, counts[site.pk], weights[site.pk][month])
    return Scores([of(site, when) for when in months], compared, present)


def _present(site: Site, closed: ClosedFigures, counts: Mapping[Month, Counts], weights: Weights) -> Score:
    """What the records would make of a closed month now, by its own profile, targets and weights."""
    frozen = closed.frozen
    by_code = frozen.weights or weights
    return score_of(site, closed.month, counts, frozen.targets, by_code, frozen.profile)


def _told(one: Standing) -> tuple[float | None, float]:
    return one.value, one.sample


def _rows(site: Site, month: Month, indicator: Indicator) -> str:
    return indicator.measures[-1].page(scope_of(indicator, site, month)) if indicator.is_live else ""
