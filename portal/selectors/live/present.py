"""What several parts of the live page are made of, each read once: when the first part asks for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet, Window

from core.clock import local, now
from incidents.models import Case, CaseStatus
from incidents.selectors.dispatching import with_lead_state
from incidents.selectors.order import EMERGENCIES_FIRST
from organization.models import Site
from patrols.models import Round, RoundStatus
from rosters import selectors as roster_reads

#: The lanes show the hour that runs, so many before it, and as many after it.
SPAN = timedelta(hours=5)
#: A round in the lanes may have been due so long before they begin.
LONGEST_ROUND = timedelta(hours=12)
MOST_CASES = 8
#: A case is due soon within this.
SOON = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class RoundNow:
    """What is shown of a round; `points` and `visited` (in time) are numbers of points."""

    pk: int
    plan_id: int
    plan: str
    due_start: datetime
    due_end: datetime
    closes_at: datetime
    status: str
    points: int
    visited: int


#: The fields of a RoundNow, in its order.
ROUND = (
    "pk", "plan_id", "plan__name", "due_start", "due_end", "closes_at", "status", "points__len", "visited__len",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenCases:
    """The open cases with the least time left, and how many there are of all."""

    first: list[Case]
    total: int
    overdue: int
    due_soon: int


class Present:
    """A site at one moment, as one person may see it."""

    def __init__(self, user: Any, site: Site, moment: datetime | None = None) -> None:
        self.user = user
        self.site = site
        self.moment = moment or now()

    @property
    def day(self) -> tuple[datetime, datetime]:
        """Beginning and end of the site's present day, in UTC."""
        midnight = local(self.moment, self.site.zone_info).replace(hour=0, minute=0, second=0, microsecond=0)
        zone = self.moment.tzinfo
        return midnight.astimezone(zone), (midnight + timedelta(days=1)).astimezone(zone)

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Beginning and end of the lanes."""
        hour = self.moment.replace(minute=0, second=0, microsecond=0)
        return hour - SPAN, hour + timedelta(hours=1) + SPAN

    @cached_property
    def rounds(self) -> list[RoundNow]:
        """Rounds of the day and of the lanes in the order they are due, the cancelled left out."""
        (dawn, midnight), (start, end) = self.day, self.span
        rows = Round.objects.visible_to(self.user).filter(
            site=self.site,
            due_start__gte=min(dawn, start - LONGEST_ROUND),
            due_start__lt=max(midnight, end),
        )
        rows = rows.exclude(status=RoundStatus.CANCELLED).order_by("due_start", "pk")
        return [RoundNow(*row) for row in rows.values_list(*ROUND)]

    @property
    def rounds_today(self) -> list[RoundNow]:
        """Rounds due on the site's present day."""
        dawn, midnight = self.day
        return [one for one in self.rounds if dawn <= one.due_start < midnight]

    @property
    def rounds_in_lanes(self) -> list[RoundNow]:
        """Rounds that are not over when the lanes begin."""
        start, end = self.span
        return [one for one in self.rounds if one.closes_at > start and one.due_start < end]

    @cached_property
    def cases(self) -> OpenCases:
        """The open cases; one query counts them all and reads the first."""
        soon = Q(due_at__gte=self.moment, due_at__lt=self.moment + SOON)
        # What is open is not closed: saying so lets the index of unfinished cases serve.
        rows = Case.objects.visible_to(self.user).filter(
            site=self.site, status=CaseStatus.OPEN, closed_at=None
        )
        counted: QuerySet[Any] = rows.annotate(
            total=Window(Count("pk")),
            overdue=Window(Count("pk", filter=Q(due_at__lt=self.moment))),
            due_soon=Window(Count("pk", filter=soon)),
        )
        shown = ("number", "title", "kind", "status", "priority", "place", "due_at", "assigned_to__name")
        counted = counted.select_related("assigned_to").only(*shown)
        shown_now: QuerySet[Any] = with_lead_state(counted)
        first = list(shown_now.order_by(EMERGENCIES_FIRST, "due_at", "pk")[:MOST_CASES])
        if not first:
            return OpenCases([], 0, 0, 0)
        return OpenCases(first, first[0].total, first[0].overdue, first[0].due_soon)

    @cached_property
    def duties(self) -> list[roster_reads.Duty]:
        """Who is on which post."""
        return roster_reads.on_duty(self.site, self.moment)
