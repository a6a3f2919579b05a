"""Charts as data: one object gives the drawing on screen and the table beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils import formats
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7

Kind = Literal["line", "bar", "stacked", "horizontal"]


@dataclass(frozen=True)
class Series:
    """One row of values over the chart's labels; None is a gap ("no data"), never 0."""

    label: Any
    values: Sequence[float | None]
    #: danger, warn, ok, info, idle or accent; a colour that means nothing else on this chart
    tone: str = "accent"


@dataclass(frozen=True)
class Chart:
    """What ``components/chart.html`` draws."""

    kind: Kind
    title: Any
    labels: Sequence[Any]
    series: Sequence[Series]
    #: written behind every value: "%", "min"
    unit: str = ""
    #: a dashed horizontal line
    target: float | None = None
    #: a dashed line that may change from label to label; None: no target there
    targets: Sequence[float | None] | None = None
    #: the side of the target that is good, shaded
    good: Literal["above", "below"] | None = None
    #: interval of the first series, one (low, high) pair per label, or None
    band: Sequence[tuple[float | None, float | None]] | None = None
    key: str = field(default_factory=lambda: f"chart-{uuid7().hex[-8:]}")

    @property
    def data(self) -> dict[str, Any]:
        """JSON for the chart controller."""
        return {
            "kind": self.kind,
            "labels": [str(label) for label in self.labels],
            "series": [
                {"label": str(one.label), "values": list(one.values), "tone": one.tone} for one in self.series
            ],
            "unit": self.unit,
            "target": self.target,
            "targets": list(self.targets) if self.has_targets and self.targets else None,
            "good": self.good,
            "targetLabel": str(_("Target")),
            "band": [list(pair) for pair in self.band] if self.band else None,
        }

    @property
    def has_targets(self) -> bool:
        """Is there a target at any label?"""
        return any(one is not None for one in self.targets or ())

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """The table: label, then each series' value in words."""
        return [
            (str(label), [self._worded(one.values[index]) for one in self.series])
            for index, label in enumerate(self.labels)
        ]

    @property
    def is_empty(self) -> bool:
        """Is there no value at all?"""
        return all(value is None for one in self.series for value in one.values)

    def _worded(self, value: float | None) -> str:
        if value is None:
            return "—"
        return formats.number_format(value, use_l10n=True, force_grouping=True) + self.unit
