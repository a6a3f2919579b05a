"""What a monthly report says, whatever its shape: read once, as of one instant."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.clock import now
from kpi.models import Edition
from kpi.reports.editions import shows
from kpi.reports.hashing import content_sha256
from kpi.selectors.closed import Changes, later_changes
from kpi.selectors.events import EventsView, events_of
from kpi.selectors.lines import GroupLines, IndicatorLine
from kpi.selectors.misses import Misses, misses_of
from kpi.selectors.month_measures import (
    MeasureChange,
    MonthMeasures,
    changed_measures,
    frozen_measures,
    measures_of_month,
)
from kpi.selectors.months import MonthView, month_of
from kpi.selectors.periods import Month
from organization.models import Site

#: Points in the table of the worst.
WORST = 20


@dataclass(frozen=True, slots=True)
class MonthContent:
    """A month of a site for the readers of one edition, in one language."""

    view: MonthView
    events: EventsView
    misses: Misses
    edition: Edition
    language: str
    made_at: datetime
    fingerprint: str
    all_measures: MonthMeasures
    changes: Changes | None = None
    changed_measures: Sequence[MeasureChange] = ()

    @property
    def site(self) -> Site:
        """Whose month it is."""
        return self.view.site

    @property
    def month(self) -> Month:
        """Which month."""
        return self.view.month

    @property
    def is_internal(self) -> bool:
        """May it tell of single cases and people?"""
        return self.edition == Edition.INTERNAL

    @property
    def is_over(self) -> bool:
        """Has the month ended at the site?"""
        return self.view.days.last >= self.month.last

    @property
    def lines(self) -> list[IndicatorLine]:
        """The figures its readers may read, group by group, the worst of each first; those not counted yet left out."""
        return [line for group in self.groups for line in group.lines]

    @property
    def groups(self) -> list[GroupLines]:
        """The same by domain; domains without any are left out."""
        found = []
        for group in self.view.groups:
            lines = [line for line in group.lines if self._shows(line)]
            if lines:
                found.append(GroupLines(group.group, lines))
        return found

    @property
    def measures(self) -> MonthMeasures:
        """The improvement measures its readers may read of: the owners of those about figures they read."""
        if self.is_internal:
            return self.all_measures
        lines = [
            line for line in self.all_measures.lines if line.of is not None and shows(self.edition, line.of)
        ]
        return replace(self.all_measures, lines=lines)

    @property
    def lacking(self) -> list[IndicatorLine]:
        """What misses its target and nothing is being done about, the farthest off first."""
        at_work = self.all_measures.indicators_at_work
        return [
            line
            for line in self.view.off_target
            if self._shows(line) and line.standing.indicator.code not in at_work
        ]

    def _shows(self, line: IndicatorLine) -> bool:
        indicator = line.standing.indicator
        return indicator.is_live and shows(self.edition, indicator)


def gather(site: Site, month: Month, edition: Edition = Edition.INTERNAL, language: str = "") -> MonthContent:
    """Everything a report of that month says, as of now; `language` is that of the site unless another is given.

    Read within `kpi.selectors.snapshots.one_snapshot`, and written within the same one: some rows are read late.
    """
    view = month_of(site, month, worst=WORST)
    closed, frozen = view.closed, view.frozen
    present = measures_of_month(site, month, {line.standing.indicator.code for line in view.off_target})
    measures = present
    if frozen is not None and frozen.measures is not None:
        measures = frozen_measures(frozen.measures)
    return MonthContent(
        view=view,
        events=events_of(site, month),
        misses=misses_of(view),
        edition=edition,
        language=language or site.language,
        made_at=now(),
        fingerprint=content_sha256(view, measures) if closed is None else closed.sha256,
        all_measures=measures,
        changes=None if closed is None else later_changes(closed, frozen),
        changed_measures=changed_measures(measures.lines, present.lines),
    )
