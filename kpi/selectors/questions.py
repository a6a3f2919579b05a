"""What is asked of one indicator: where, when, and of whom."""

from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from kpi.indicators import Axis, Indicator, Measure, Rate, Scope, Together
from kpi.selectors.lines import scope_of
from kpi.selectors.periods import Month
from kpi.selectors.spans import Span
from organization.models import Site, Zone

#: Months in a trend: the first is usual.
TRENDS = (12, 24)


@dataclass(frozen=True, slots=True)
class Question:
    """An indicator of a site in a month or in chosen days; of one zone, discipline, post or department where given.

    `span` is None for the whole `month`; otherwise `month` is the one in which the days end. `trend` is how many
    months, `month` the last, are shown beside.
    """

    indicator: Indicator
    site: Site
    month: Month
    span: Span | None = None
    zone: Zone | None = None
    narrowing: tuple[tuple[Axis, str], ...] = ()
    trend: int = TRENDS[0]

    @property
    def scope(self) -> Scope:
        """The rows the figure rests on."""
        if self.span is not None:
            return Scope(self.site, self.span.first, self.span.last, self.zone, self.narrowing)
        return self.scope_of_month(self.month)

    def scope_of_month(self, month: Month) -> Scope:
        """The rows the figure of another month rests on."""
        return replace(scope_of(self.indicator, self.site, month), zone=self.zone, narrowing=self.narrowing)

    @property
    def months(self) -> list[Month]:
        """The months of the trend, the last one last."""
        return [self.month.back(number) for number in range(self.trend - 1, -1, -1)]

    @property
    def ignorant(self) -> list[Measure]:
        """The measures that do not know what is narrowed to: then there is no figure, rather than a wrong one."""
        lost = [
            measure
            for measure in self.indicator.measures
            if not all(measure.knows(axis) for axis, _v in self.narrowing)
        ]
        return [
            *lost,
            *(one for one in self.indicator.measures if self.zone and not one.has_zones and one not in lost),
        ]

    @property
    def rows_page(self) -> str:
        """The address of the rows it rests on; "" when they are of several kinds, or cannot be told apart."""
        return self.rows_page_of(self.scope)

    def rows_page_of(self, scope: Scope) -> str:
        """The same of another month."""
        one = self.indicator
        if not one.is_live or self.ignorant or isinstance(getattr(one, "denominator", None), Together):
            return ""
        return one.measures[-1].page(scope)

    @property
    def is_per_head(self) -> bool:
        """Is it a number by households or residents? They are known of whole sites only."""
        return isinstance(self.indicator, Rate)

    @property
    def has_value(self) -> bool:
        """Can the figure be told of this part of the site?"""
        return not self.ignorant and not (self.is_per_head and (self.zone or self.narrowing))

    @property
    def is_judged(self) -> bool:
        """Is the target meant for it? Targets of rates and of figures over several months are meant for whole months."""
        return self.span is None or not (self.is_per_head or self.indicator.window > 1)

    def address(self, **more: Any) -> str:
        """The address of the page that answers it; `more` replaces or, with None, takes away a parameter."""
        query: dict[str, Any] = {"site": self.site.pk}
        if self.span is not None:
            query |= {"first": self.span.first, "last": self.span.last}
        else:
            query["month"] = str(self.month)
        if self.zone is not None:
            query["zone"] = self.zone.pk
        query |= {axis.value: value for axis, value in self.narrowing}
        if self.trend != TRENDS[0]:
            query["trend"] = self.trend
        asked = {key: value for key, value in (query | more).items() if value is not None}
        return f"{reverse('kpi:indicator', args=[self.indicator.code])}?{urlencode(asked)}"
