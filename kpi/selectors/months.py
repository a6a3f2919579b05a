"""The month of one site: everything its page and its report show."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import QuerySet

from kpi.indicators import Counts, Indicator, Measure, Profile, Scope
from kpi.indicators.cases import MEASURES as CASES
from kpi.indicators.patrols import (
    K10,
    POINTS_DUE,
    ROUND_OUTCOMES,
    ROUNDS_CANCELLED,
    ROUNDS_DUE,
    SCANS_LATE_UPLOAD,
    VERDICTS,
    point_page,
    rounds_at,
)
from kpi.models import ClosedMonth
from kpi.selectors.closed import days_or_frozen
from kpi.selectors.counting import Days
from kpi.selectors.freezing import Frozen
from kpi.selectors.lines import (
    CountLine,
    GroupLines,
    IndicatorLine,
    count_line,
    group_lines,
    grouped,
    share_of,
)
from kpi.selectors.periods import Month
from kpi.selectors.standing import Standing, standing
from kpi.selectors.zone_lines import zone_lines
from organization.models import Site, Zone
from patrols.models import Round, RoundStatus
from patrols.selectors.presence import Gap, WorstPoint, longest_gaps, rounds_of_month, worst_points
from patrols.selectors.presence import bounds as instants

#: Counts of cases shown as cards; the last three are left out of every figure.
CASE_COUNTS = (
    "cases_reported",
    "incidents_reported",
    "hazards_reported",
    "complaints_reported",
    "cases_reopened",
    "cases_void",
    "cases_duplicates",
    "incidents_false",
)


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
        return str(POINTS_DUE.page(self.scope))


@dataclass(frozen=True, slots=True)
class MonthView:
    """One month of one site, or of one of its zones; `zones` are those of a whole site."""

    site: Site
    month: Month
    scope: Scope
    days: Days
    total: Counts
    groups: list[GroupLines]
    zones: list[ZoneLine]
    worst: list[PointLine]
    gap: Gap | None
    closed: ClosedMonth | None = None
    frozen: Frozen | None = None

    @property
    def zone(self) -> Zone | None:
        """The zone it is narrowed to; None: the whole site."""
        return self.scope.zone

    def day(self, day: date) -> Counts:
        """The counts of one day, of the zone where it is narrowed to one."""
        return self.days.day(day, _id_of(self.zone))

    @property
    def profile(self) -> Profile:
        """What its rates are reckoned by: the site, or its profile when the month was closed."""
        return self.site if self.frozen is None else self.frozen.profile

    @property
    def indicators(self) -> list[IndicatorLine]:
        """All indicators, group by group, the worst of each first."""
        return [line for group in self.groups for line in group.lines]

    def target(self, code: str) -> float | None:
        """The target of the month for an indicator."""
        return _target(self.groups, code)

    @property
    def judged(self) -> list[IndicatorLine]:
        """Indicators with a value and a target, the farthest off first."""
        found = [line for line in self.indicators if line.standing.tone != "idle"]
        return sorted(found, key=lambda line: (line.standing.tone != "danger", -line.standing.shortfall))

    @property
    def off_target(self) -> list[IndicatorLine]:
        """Those that miss their target, the farthest off first."""
        return [line for line in self.judged if line.standing.tone == "danger"]

    @property
    def met_count(self) -> int:
        """How many meet it."""
        return len(self.judged) - len(self.off_target)

    @property
    def apart(self) -> list[Indicator]:
        """Those told of the whole site only."""
        return [line.standing.indicator for group in self.groups for line in group.apart]

    @property
    def cases(self) -> list[CountLine]:
        """How many cases there were, and how many were left out of every figure."""
        return self.counts([CASES[code] for code in CASE_COUNTS])

    @property
    def has_cases(self) -> bool:
        """Was any case reported?"""
        return any(line.value for line in self.cases)

    @property
    def has_patrols(self) -> bool:
        """Was any round due, or any scan made?"""
        return self.has_rounds or any(line.value for line in self.verdicts)

    @property
    def has_rounds(self) -> bool:
        """Was any round due?"""
        return bool(self.total.get(ROUNDS_DUE.code))

    @property
    def is_empty(self) -> bool:
        """Did nothing at all happen?"""
        return not self.total

    def counts(self, measures: Sequence[Measure]) -> list[CountLine]:
        """Counts of the site or zone with the addresses of their rows."""
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


def month_of(site: Site, month: Month, *, worst: int = 10, zone: Zone | None = None) -> MonthView:
    """Everything about one month of a site, or of one zone of it, as of now, or as it was frozen when it was closed; a fixed number of queries.

    Of a closed month only what lists records (worst points, longest gaps) is read anew, and of a zone indicators over
    several months (kpi.selectors.zone_lines).
    """
    scope = Scope(site, month.first, month.last, zone)
    days, closed, frozen = days_or_frozen(site, month)
    total = days.total(_id_of(zone))
    if zone is None:
        groups = group_lines(site, month, total, frozen)
    else:
        groups = grouped(zone_lines(site, month, zone, days, frozen))
    gaps = {gap.zone_id: gap for gap in longest_gaps(site, month.first, days.last)} if total else {}
    return MonthView(
        site=site,
        month=month,
        scope=scope,
        days=days,
        total=total,
        groups=groups,
        zones=[] if zone else _zones(site, days, gaps, scope, _target(groups, K10.code)),
        worst=_worst(site, days, scope, worst) if total else [],
        gap=gaps.get(_id_of(zone)),
        closed=closed,
        frozen=frozen,
    )


def _id_of(zone: Zone | None) -> int | None:
    return None if zone is None else zone.pk


def _target(groups: Sequence[GroupLines], code: str) -> float | None:
    """The target of the month for an indicator."""
    lines = (line for group in groups for line in group.lines)
    return next(line.standing.target for line in lines if line.standing.indicator.code == code)


def _zones(
    site: Site, days: Days, gaps: dict[int | None, Gap], scope: Scope, target: float | None
) -> list[ZoneLine]:
    counted = days.zone_ids()
    lines = []
    for zone in Zone.objects.filter(site=site).order_by("code"):
        if zone.pk not in counted:
            continue
        counts = days.total(zone.pk)
        lines.append(
            ZoneLine(
                zone,
                counts,
                standing(K10, counts, site, target=target),
                gaps.get(zone.pk),
                scope.of_zone(zone),
            )
        )
    return lines


def _worst(site: Site, days: Days, scope: Scope, limit: int) -> list[PointLine]:
    found = worst_points(site, days.first, days.last, limit, _id_of(scope.zone))
    return [PointLine(point, point_page(scope, point.checkpoint_id)) for point in found]


def rounds_gone_wrong(scope: Scope) -> QuerySet[Round]:
    """Missed and partial rounds of a month, latest first; of a zone those with a point in it."""
    wrong = rounds_at(RoundStatus.MISSED, RoundStatus.PARTIAL)(scope)
    return wrong.select_related("plan", "route", "post", "person").order_by("-due_start", "-id")


def all_rounds(site: Site, month: Month) -> QuerySet[Round]:
    """Every round of a month that counts, in order of time, with what a report shows of it."""
    found = rounds_of_month([site.pk], *instants(site, month.first, month.last))
    return found.select_related("plan", "route", "post", "person").order_by("due_start", "id")
