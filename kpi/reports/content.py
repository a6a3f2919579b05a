"""What a monthly report says, whatever its shape: read once, as of one instant."""

from dataclasses import dataclass
from datetime import datetime

from core.clock import now
from kpi.models import Edition
from kpi.reports.editions import shows
from kpi.reports.hashing import content_sha256
from kpi.selectors.closed import Changes, later_changes
from kpi.selectors.events import EventsView, events_of
from kpi.selectors.lines import GroupLines, IndicatorLine
from kpi.selectors.misses import Misses, misses_of
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
    changes: Changes | None = None

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

    def _shows(self, line: IndicatorLine) -> bool:
        indicator = line.standing.indicator
        return indicator.is_live and shows(self.edition, indicator)


def gather(site: Site, month: Month, edition: Edition = Edition.INTERNAL, language: str = "") -> MonthContent:
    """Everything a report of that month says, as of now; `language` is that of the site unless another is given.

    Read within `kpi.selectors.snapshots.one_snapshot`, and written within the same one: some rows are read late.
    """
    view = month_of(site, month, worst=WORST)
    closed = view.closed
    return MonthContent(
        view=view,
        events=events_of(site, month),
        misses=misses_of(view),
        edition=edition,
        language=language or site.language,
        made_at=now(),
        fingerprint=content_sha256(view) if closed is None else closed.sha256,
        changes=None if closed is None else later_changes(closed, view.frozen),
    )
