"""Sites against chance: a small site is far off the mean more easily than a large one, by chance alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from kpi import limits
from kpi.indicators import Indicator, Profile, Rate, Share
from kpi.indicators.definition import Tone
from kpi.limits import Limits
from kpi.selectors.standing import Standing, shown
from organization.models import Site

#: Sites with data needed for a common mean that says anything.
FEWEST = 3


class Place(models.TextChoices):
    """Where a site lies, in words."""

    INSIDE = "inside", _("within chance")
    BETTER = "better", _("better than chance explains (95 %)")
    WORSE = "worse", _("worse than chance explains (95 %)")
    FAR_BETTER = "far_better", _("far better than chance explains (99.8 %)")
    FAR_WORSE = "far_worse", _("far worse than chance explains (99.8 %)")

    @property
    def tone(self) -> Tone:
        """Its colour; near the mean there is none."""
        tones: dict[str, Tone] = {"better": "ok", "far_better": "ok", "worse": "warn", "far_worse": "danger"}
        return tones.get(self.value, "idle")


@dataclass(frozen=True, slots=True)
class Spot:
    """A site in the funnel: how many, of how much, and between what chance would put it."""

    site: Site
    standing: Standing
    count: float
    basis: float
    limits: Limits
    place: Place

    @property
    def value(self) -> float:
        """The share or rate."""
        return self.count / self.basis

    @property
    def expected_shown(self) -> str:
        """Between what chance would put it (95 %), as people read it."""
        unit = self.standing.indicator.unit
        return f"{shown(self.limits.low / self.basis, unit)} – {shown(self.limits.high / self.basis, unit)}"


@dataclass(frozen=True, slots=True)
class Funnel:
    """The sites with data around their common mean."""

    indicator: Indicator
    mean: float
    spots: list[Spot]
    without_data: list[Site]

    @property
    def mean_shown(self) -> str:
        """The mean as people read it."""
        return shown(self.mean, self.indicator.unit)

    @property
    def outside(self) -> list[Spot]:
        """Sites that chance does not explain."""
        return [spot for spot in self.spots if spot.place != Place.INSIDE]

    @property
    def says_something(self) -> bool:
        """Are there enough sites for a mean?"""
        return len(self.spots) >= FEWEST

    def limits_at(self, basis: float) -> Limits:
        """The limits of a site of that size."""
        return _limits(self.indicator, basis, self.mean)


def can_be_compared(indicator: Indicator) -> bool:
    """Has it a numerator and something it is a part of, so that chance can be reckoned?"""
    return isinstance(indicator, Rate) or (isinstance(indicator, Share) and indicator.is_part)


def funnel_of(
    indicator: Indicator,
    standings: Sequence[tuple[Site, Standing]],
    profiles: Mapping[int, Profile] | None = None,
) -> Funnel:
    """The sites around what all of them together have; those on which nothing was counted stand beside.

    `profiles`, by site: what rates go by where it is not the site as it is now, as in a closed month.
    """
    known_by = profiles or {}
    sizes = [(site, at, *_size(indicator, known_by.get(site.pk, site), at)) for site, at in standings]
    known = [(site, at, count, basis) for site, at, count, basis in sizes if basis]
    whole = sum(basis for *_rest, basis in known)
    mean = sum(count for _site, _at, count, _basis in known) / whole if whole else 0.0
    spots = []
    for site, at, count, basis in known:
        found = _limits(indicator, basis, mean)
        spots.append(Spot(site, at, count, basis, found, _place(indicator, count, found)))
    without = [site for site, _at, _count, basis in sizes if not basis]
    return Funnel(indicator, mean, sorted(spots, key=lambda spot: -spot.basis), without)


def _size(indicator: Indicator, profile: Profile, at: Standing) -> tuple[float, float]:
    if isinstance(indicator, Rate):
        return at.sample, indicator.exposure(profile) or 0
    return at.numerator, at.denominator


def _limits(indicator: Indicator, basis: float, mean: float) -> Limits:
    if isinstance(indicator, Rate):
        return limits.poisson(basis * mean)
    return limits.binomial(round(basis), min(max(mean, 0.0), 1.0))


def _place(indicator: Indicator, count: float, found: Limits) -> Place:
    rises = indicator.direction == "up"
    if count < found.far_low:
        return Place.FAR_WORSE if rises else Place.FAR_BETTER
    if count > found.far_high:
        return Place.FAR_BETTER if rises else Place.FAR_WORSE
    if count < found.low:
        return Place.WORSE if rises else Place.BETTER
    if count > found.high:
        return Place.BETTER if rises else Place.WORSE
    return Place.INSIDE
