"""The month of one site: everything its page and its report show."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from core.reports.formats import show
from kpi.indicators import Counts, Measure, Scope, indicators
from kpi.indicators.patrols import (
    K10,
    ROUND_OUTCOMES,
    ROUNDS_CANCELLED,
    ROUNDS_DUE,
    SCANS_LATE_UPLOAD,
    VERDICTS,
    point_page,
)
from kpi.selectors.counting import Days, days_of, months_of
from kpi.selectors.periods import Month
from kpi.selectors.standing import Standing, standing
from organization.models import Site, Zone
from patrols.models import Round, RoundStatus
from patrols.selectors.presence import Gap, WorstPoint, longest_gaps, rounds_of_month, worst_points
from patrols.selectors.presence import bounds as instants

#: Months in a trend, the shown one included.
TREND = 12
#: Counts beside the indicators when sites are compared.
COMPARED = (ROUNDS_DUE, ROUND_OUTCOMES[-1], VERDICTS[-1])


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """An indicator with its trend over the last months and the addresses of its rows."""

    standing: Standing
    trend: list[float | None]
    numerator_page: str
    denominator_page: str


@dataclass(frozen=True, slots=True)
class CountLine:
    """A count with the address of its rows."""

    measure: Measure
    value: float
    page: str
    note: str = ""

    @property
    def tone(self) -> str:
        """Colour for what went wrong, none for what is as it should be."""
        return self.measure.tone if self.value and self.measure.tone in ("warn", "danger") else ""


@dataclass(frozen=True, slots=True)
class PointLine:
    """One of the worst points with the address of its scans."""

    point: WorstPoint
    page: str


@dataclass(frozen=True, slots=True)
class ZoneLine:
    """A zone in the table of zones."""

    zone: Zone
    counts: Counts
    coverage: Standing
    gap: Gap | None
    scope: Scope

    @property
    def cells(self) -> list[CountLine]:
        """Rounds due and how they ended."""
        return [count_line(measure, self.counts, self.scope) for measure in (ROUNDS_DUE, *ROUND_OUTCOMES)]

    @property
    def coverage_page(self) -> str:
        """Rows behind the coverage."""
        return str(K10.denominator.page(self.scope))


@dataclass(frozen=True, slots=True)
class MonthView:
    """One month of one site."""

    site: Site
    month: Month
    scope: Scope
    days: Days
    total: Counts
    indicators: list[IndicatorLine]
    zones: list[ZoneLine]
    worst: list[PointLine]
    gap: Gap | None

    @property
    def has_rounds(self) -> bool:
        """Was any round due?"""
        return bool(self.total.get(ROUNDS_DUE.code))

    @property
    def is_empty(self) -> bool:
        """Did nothing at all happen?"""
        return not self.total

    def counts(self, measures: Sequence[Measure]) -> list[CountLine]:
        """Counts of the whole site with the addresses of their rows."""
        return [count_line(measure, self.total, self.scope) for measure in measures]

    @property
    def rounds(self) -> list[CountLine]:
        """Rounds due, how they ended, and those left out."""
        return self.counts([ROUNDS_DUE, *ROUND_OUTCOMES, ROUNDS_CANCELLED])

    @property
    def verdicts(self) -> list[CountLine]:
        """Scans by verdict."""
        return self.counts(VERDICTS)

    @property
    def cards(self) -> list[CountLine]:
        """The counts as cards: rounds, then scans, each with its share; nothing cancelled is not worth a card."""
        due, scans = self.rounds[0].value, sum(line.value for line in self.verdicts)
        cancelled = [line for line in self.rounds[5:] if line.value]
        return [
            self.rounds[0],
            *(replace(line, note=share_of(line.value, due)) for line in self.rounds[1:5]),
            *cancelled,
            *(
                replace(line, note=share_of(line.value, scans))
                for line in [*self.verdicts, self.late_uploads]
            ),
        ]

    @property
    def late_uploads(self) -> CountLine:
        """Scans that came late, without being late."""
        return self.counts([SCANS_LATE_UPLOAD])[0]


def share_of(part: float, whole: float) -> str:
    """A share as people read it, or "" of nothing."""
    return show(part / whole, "percent") if whole else ""


def count_line(measure: Measure, counts: Counts, scope: Scope) -> CountLine:
    """A count with the address of its rows."""
    return CountLine(measure, counts.get(measure.code, 0), measure.page(scope))


def month_of(site: Site, month: Month, *, worst: int = 10) -> MonthView:
    """Everything about one month of a site, as of now; a fixed number of queries."""
    scope = Scope(site, month.first, month.last)
    days = days_of(site, month.first, month.last)
    total = days.total()
    gaps = {gap.zone_id: gap for gap in longest_gaps(site, month.first, days.last)} if total else {}
    return MonthView(
        site=site,
        month=month,
        scope=scope,
        days=days,
        total=total,
        indicators=_indicators(site, month, total, scope),
        zones=_zones(site, days, gaps, scope),
        worst=_worst(site, days, scope, worst) if total else [],
        gap=gaps.get(None),
    )


def _indicators(site: Site, month: Month, total: Counts, scope: Scope) -> list[IndicatorLine]:
    kept = months_of([site.pk], month.back(TREND - 1), month)[site.pk] | {month: total}
    trend = [kept.get(month.back(number), {}) for number in range(TREND - 1, -1, -1)]
    return [
        IndicatorLine(
            standing(indicator, total, kept.get(month.previous)),
            [indicator.value(counts) for counts in trend],
            indicator.numerator.page(scope),
            indicator.denominator.page(scope),
        )
        for indicator in indicators().values()
    ]


def _zones(site: Site, days: Days, gaps: dict[int | None, Gap], scope: Scope) -> list[ZoneLine]:
    found = Zone.objects.filter(site=site, pk__in=days.zone_ids()).order_by("code")
    lines = []
    for zone in found:
        counts = days.total(zone.pk)
        lines.append(ZoneLine(zone, counts, standing(K10, counts), gaps.get(zone.pk), scope.of_zone(zone)))
    return lines


def _worst(site: Site, days: Days, scope: Scope, limit: int) -> list[PointLine]:
    found = worst_points(site, days.first, days.last, limit)
    return [PointLine(point, point_page(scope, point.checkpoint_id)) for point in found]


def rounds_gone_wrong(site: Site, month: Month) -> QuerySet[Round]:
    """Missed and partial rounds of a month, latest first."""
    found = rounds_of_month([site.pk], *instants(site, month.first, month.last))
    wrong = found.filter(status__in=(RoundStatus.MISSED, RoundStatus.PARTIAL))
    return wrong.select_related("plan", "route", "post", "person").order_by("-due_start", "-id")


def all_rounds(site: Site, month: Month) -> QuerySet[Round]:
    """Every round of a month that counts, in order of time, with what a report shows of it."""
    found = rounds_of_month([site.pk], *instants(site, month.first, month.last))
    return found.select_related("plan", "route", "post", "person").order_by("due_start", "id")


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A site in the comparison of sites."""

    site: Site
    standings: list[Standing]
    counts: list[CountLine]


def site_months(sites: Sequence[Site], month: Month) -> list[SiteLine]:
    """The month of several sites, from the kept counts: at most a minute behind."""
    kept = months_of([site.pk for site in sites], month.previous, month)
    lines = []
    for site in sites:
        now, before = kept[site.pk].get(month, {}), kept[site.pk].get(month.previous)
        scope = Scope(site, month.first, month.last)
        lines.append(
            SiteLine(
                site,
                [standing(one, now, before) for one in indicators().values()],
                [count_line(one, now, scope) for one in COMPARED],
            )
        )
    return lines
