"""The improvement measures of a month of a site: what ran, what was judged, what was proposed about its misses (R012, R077).

They are told as they stood when the month ended, from the days and instants written down with each loop, so that a month
that is over tells the same whenever it is read. They are plain data, frozen with a closed month and read back unchanged. Who owns a measure is kept by
key: a name stands in no frozen month, and somebody who is erased is gone from there too.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from django.db.models import Prefetch, Q, QuerySet

from core.clock import local, local_today
from core.recurrence import begin_of
from kpi.indicators import Indicator, indicators, live_indicators
from kpi.models import (
    OPEN,
    Improvement,
    ImprovementEntry,
    ImprovementEntryKind,
    ImprovementLoop,
    Stage,
    Verdict,
)
from kpi.models.improvement_choices import TONES, VERDICT_TONES
from kpi.selectors.comparing import Comparison
from kpi.selectors.freezing import Frozen
from kpi.selectors.periods import Month
from organization.access import roles_at
from organization.models import Person, Role, Site

DAY = timedelta(days=1)
#: No person has this key: it is asked for too, so that the number of queries does not depend on what is found.
NOBODY = -1


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """A loop of a measure in a month. Days are ISO dates on the site's wall; `stage` and `is_overdue` are those when the month ended, or as of now.

    `measure` and `owner` are keys, `roles` what the owner is at the site. `figures` is the comparison kept with the check.
    """

    measure: int
    number: str
    loop: int
    title: str
    indicator: str
    zone: int | None
    origin: str
    owner: int
    roles: Sequence[str]
    stage: str
    proposed_on: str
    starts_on: str
    due_on: str
    begun_on: str | None
    done_on: str | None
    checked_on: str | None
    is_overdue: bool
    is_running: bool
    is_judged: bool
    answers_miss: bool
    verdict: str
    figures: Mapping[str, Any] | None

    @property
    def key(self) -> tuple[int, int]:
        """What it is, whatever is said of it."""
        return self.measure, self.loop

    @property
    def of(self) -> Indicator | None:
        """The indicator it is judged by; None without one, or when it is declared no more."""
        return indicators().get(self.indicator)

    @property
    def stage_label(self) -> Any:
        """The stage in words."""
        return Stage(self.stage).label

    @property
    def stage_tone(self) -> str:
        """Its colour."""
        return TONES[Stage(self.stage)]

    @property
    def verdict_label(self) -> Any:
        """What its check found, in words."""
        return Verdict(self.verdict).label

    @property
    def verdict_tone(self) -> str:
        """Its colour."""
        return VERDICT_TONES[Verdict(self.verdict)]

    @property
    def role_labels(self) -> list[Any]:
        """What the owner is, in words."""
        return [Role(role).label for role in self.roles]

    @property
    def comparison(self) -> Comparison | None:
        """The figures before and after; None when its check went by judgement alone."""
        return None if self.figures is None else Comparison.from_json(dict(self.figures))

    @property
    def as_json(self) -> dict[str, Any]:
        """As it is frozen and hashed."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "MeasureLine":
        """A frozen one; what a later product keeps besides is passed over."""
        return cls(**{one.name: stored[one.name] for one in fields(cls)})


#: A measure as it was frozen and as it is told now; None where there is none.
MeasureChange: TypeAlias = tuple[MeasureLine | None, MeasureLine | None]


@dataclass(frozen=True, slots=True)
class MonthMeasures:
    """The measures of a month. `names` are those of the owners by key; `is_frozen`: they were frozen with the month."""

    lines: Sequence[MeasureLine]
    names: Mapping[int, str]
    is_frozen: bool = False

    @property
    def running(self) -> list[MeasureLine]:
        """Those that were open at any time in the month, overdue ones first."""
        found = [line for line in self.lines if line.is_running]
        return sorted(found, key=lambda line: (not line.is_overdue, line.due_on, line.key))

    @property
    def overdue(self) -> list[MeasureLine]:
        """Those of them that were past their day and not done."""
        return [line for line in self.running if line.is_overdue]

    @property
    def judged(self) -> list[MeasureLine]:
        """Those whose effect was judged in the month."""
        found = [line for line in self.lines if line.is_judged]
        return sorted(found, key=lambda line: (line.checked_on or "", line.key))

    @property
    def proposed(self) -> list[MeasureLine]:
        """Those proposed since the month began about what missed its target in it."""
        found = [line for line in self.lines if line.answers_miss]
        return sorted(found, key=lambda line: (line.proposed_on, line.key))

    @property
    def indicators_at_work(self) -> set[str]:
        """Codes of what something is being done about when the month ended, or was proposed since."""
        return {
            line.indicator
            for line in self.lines
            if line.answers_miss or (line.is_running and line.stage in OPEN)
        }

    def name(self, line: MeasureLine) -> str:
        """The owner's name; "" when there is none any more."""
        return self.names.get(line.owner, "")


def measures_of_month(site: Site, month: Month, missed: Collection[str]) -> MonthMeasures:
    """The measures of a month as its records tell them; `missed` are the codes that miss their target in it. Five queries."""
    lines = lines_of_month(site, month, missed)
    return MonthMeasures(lines, _names(lines))


def frozen_measures(stored: Iterable[Mapping[str, Any]]) -> MonthMeasures:
    """The measures of a closed month as they were frozen; one query, for the names."""
    lines = [MeasureLine.from_json(one) for one in stored]
    return MonthMeasures(lines, _names(lines), is_frozen=True)


def changed_measures(frozen: Sequence[MeasureLine], now: Sequence[MeasureLine]) -> list[MeasureChange]:
    """Frozen and present line of every loop that is told differently now; None where there is none."""
    before, after = {line.key: line for line in frozen}, {line.key: line for line in now}
    return [
        (before.get(key), after.get(key))
        for key in sorted({*before, *after})
        if before.get(key) != after.get(key)
    ]


def changed_since(site: Site, month: Month, frozen: Frozen) -> list[MeasureChange]:
    """What the records tell differently of the measures of a closed month; nothing when these were not frozen with it."""
    if frozen.measures is None:
        return []
    missed = {code for code, one in live_indicators().items() if frozen.standing(one).tone == "danger"}
    stored = [MeasureLine.from_json(one) for one in frozen.measures]
    return changed_measures(stored, lines_of_month(site, month, missed))


def lines_of_month(site: Site, month: Month, missed: Collection[str]) -> list[MeasureLine]:
    """A line for every loop that ran or was judged in the month, or was proposed about one of its misses; four queries."""
    today = local_today(site.zone_info)
    cut = Cut(min(today + DAY, month.next.first), min(today, month.next.first))
    rows = list(_rows(site, month))
    roles = roles_at({NOBODY, *(row.owner_id for row in rows)}, site, cut.ended - DAY)
    return [
        line
        for row in rows
        for line in _lines(row, site, month, cut, missed, roles.get(row.owner_id, []))
        if line.is_running or line.is_judged or line.answers_miss
    ]


@dataclass(frozen=True, slots=True)
class Cut:
    """As of when a month is told: what happened before the day `ended`; late is what was due before `late_from`."""

    ended: date
    late_from: date


def _rows(site: Site, month: Month) -> Any:
    """Measures proposed by the end of the month after it, and not settled before it began."""
    begin = begin_of(month.first, site.zone_info)
    settled = Q(closed_at__lt=begin) | Q(cancelled_at__lt=begin)
    rows = Improvement.objects.filter(
        site=site, created_at__lt=begin_of(month.next.next.first, site.zone_info)
    )
    planned: QuerySet[Any] = ImprovementEntry.objects.filter(kind=ImprovementEntryKind.LOOPED).order_by(
        "at", "pk"
    )
    loops: QuerySet[Any] = ImprovementLoop.objects.order_by("number")
    return (
        rows.exclude(settled)
        .order_by("created_at", "pk")
        .prefetch_related(
            Prefetch("loops", loops),
            Prefetch("entries", planned, to_attr="planned_anew"),
        )
    )


def _lines(
    row: Any, site: Site, month: Month, cut: Cut, missed: Collection[str], roles: list[str]
) -> Iterator[MeasureLine]:
    """The loops of a measure with its entries of loops planned anew."""
    anew = [_day(entry.at, site) for entry in row.planned_anew]
    days = dict(enumerate([_day(row.created_at, site), *anew], start=1))
    loops = [(loop, days.get(loop.number, loop.starts_on)) for loop in row.loops.all()]
    ended = cut.ended
    current = max((loop.number for loop, planned in loops if planned < ended), default=0)
    for loop, planned in loops:
        is_current, checked_on = loop.number == current, _day(loop.checked_at, site)
        stage = _stage(row, loop, site, ended) if is_current else Stage.ACT
        was_checked = checked_on is not None and checked_on < ended
        yield MeasureLine(
            measure=row.pk,
            number=row.number,
            loop=loop.number,
            title=row.title,
            indicator=row.indicator,
            zone=row.zone_id,
            origin=row.origin,
            owner=row.owner_id,
            roles=roles,
            stage=(stage if planned < ended else Stage.PLAN).value,
            proposed_on=planned.isoformat(),
            starts_on=loop.starts_on.isoformat(),
            due_on=loop.due_on.isoformat(),
            begun_on=_until(loop.begun_on, ended),
            done_on=_until(loop.done_on, ended),
            checked_on=_until(checked_on, ended),
            is_overdue=is_current and stage in (Stage.PLAN, Stage.DO) and loop.due_on < cut.late_from,
            is_running=is_current,
            is_judged=was_checked and checked_on >= month.first,
            answers_miss=loop.number == 1 and row.indicator in missed and month.first <= planned,
            verdict=loop.verdict if was_checked else "",
            figures=loop.figures if was_checked else None,
        )


def _stage(row: Improvement, loop: ImprovementLoop, site: Site, ended: date) -> Stage:
    """Where a measure stood with its current loop before the day `ended`."""
    steps = (
        (Stage.CANCELLED, _day(row.cancelled_at, site)),
        (Stage.CLOSED, _day(row.closed_at, site)),
        (Stage.ACT, _day(loop.checked_at, site)),
        (Stage.CHECK, loop.done_on),
        (Stage.DO, loop.begun_on),
    )
    return next((stage for stage, day in steps if day is not None and day < ended), Stage.PLAN)


def _day(moment: datetime | None, site: Site) -> Any:
    """The site's day of an instant; None of none."""
    return None if moment is None else local(moment, site.zone_info).date()


def _until(day: date | None, ended: date) -> str | None:
    return day.isoformat() if day is not None and day < ended else None


def _names(lines: Iterable[MeasureLine]) -> dict[int, str]:
    found = Person.objects.filter(pk__in={NOBODY, *(line.owner for line in lines)})
    return dict(found.values_list("pk", "name"))
