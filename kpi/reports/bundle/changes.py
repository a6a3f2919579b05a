"""What the records of a closed month tell differently by now, as files of a bundle: figures.csv and counts.csv stay as they were frozen."""

from collections.abc import Iterator
from typing import Any

from kpi.reports.bundle.files import BundleFile
from kpi.selectors.closed import Changes

FIGURES = ("code", "frozen", "now", "frozen_sample", "now_sample")
DAYS = ("day", "zone", "measure", "frozen", "now", "frozen_mean", "now_mean")


def files(changes: Changes | None) -> Iterator[BundleFile]:
    """Two files of a closed month, without rows while nothing changed; of an open month none."""
    if changes is not None:
        yield BundleFile("changed_figures.csv", FIGURES, lambda: _figures(changes))
        yield BundleFile("changed_days.csv", DAYS, lambda: _days(changes))


def _figures(changes: Changes) -> Iterator[tuple[Any, ...]]:
    for one in changes.figures:
        yield one.indicator.code, one.frozen.value, one.now.value, one.frozen.sample, one.now.sample


def _days(changes: Changes) -> Iterator[tuple[Any, ...]]:
    """A number of a day; of lengths of time their mean in minutes besides. An empty zone is the whole site."""
    for one in changes.days:
        zone = one.zone.code if one.zone else ""
        yield one.day, zone, one.code, one.frozen, one.now, one.frozen_mean, one.now_mean
