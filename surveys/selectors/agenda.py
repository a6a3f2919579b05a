"""What is due, running and next at the sites of a person."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F

from core.clock import local_today
from core.policies import visible
from organization.site_calendars import calendars_of
from surveys.models import Occasion, OccasionState, SurveyPlan, Wave, WaveState
from surveys.selectors.progress import Progress, progress_of
from surveys.selectors.recurring import due_days

#: Closed waves on the first page.
LATEST = 6
#: How far ahead the first page looks.
AHEAD = timedelta(days=190)


@dataclass(frozen=True, slots=True)
class Due:
    """An occasion nobody has done yet; `is_late` after its day."""

    occasion: Occasion
    is_late: bool


@dataclass(frozen=True, slots=True)
class Next:
    """A day on which a plan falls due."""

    plan: SurveyPlan
    due_on: date


@dataclass(frozen=True, slots=True)
class Agenda:
    """The first page of surveys."""

    due: list[Due]
    missed: list[Occasion]
    running: list[Progress]
    prepared: list[Wave]
    closed: list[Progress]
    next: list[Next]


def agenda_of(user: object, *, site_id: int | None = None) -> Agenda:
    """Of all sites the person sees surveys of, or of one; a fixed number of queries."""
    waves = visible(user, Wave.objects.select_related("site", "version__questionnaire"))
    plans = visible(user, SurveyPlan.objects.select_related("site", "questionnaire"))
    occasions = visible(user, Occasion.objects.select_related("plan__site", "plan__questionnaire", "wave"))
    if site_id is not None:
        waves, plans = waves.filter(site=site_id), plans.filter(site=site_id)
        occasions = occasions.filter(plan__site=site_id)
    running = list(waves.filter(state=WaveState.OPEN).order_by(F("closes_at").asc(nulls_last=True), "pk"))
    closed = list(waves.filter(state=WaveState.CLOSED).order_by("-closed_at")[:LATEST])
    progress = {one.wave.pk: one for one in progress_of([*running, *closed])}
    waiting = occasions.filter(state=OccasionState.DUE).order_by("due_on", "pk")
    return Agenda(
        due=[Due(one, one.due_on < local_today(one.plan.site.time_zone)) for one in waiting],
        missed=list(occasions.filter(state=OccasionState.MISSED).order_by("-due_on", "pk")[:LATEST]),
        running=[progress[wave.pk] for wave in running],
        prepared=list(waves.filter(state=WaveState.DRAFT).order_by("opens_at", "pk")),
        closed=[progress[wave.pk] for wave in closed],
        next=_next(list(plans.filter(is_active=True)), waiting),
    )


def _next(plans: list[SurveyPlan], waiting: object) -> list[Next]:
    """The next two days of each plan that are not on the list of what is due already."""
    known = {(one.plan_id, one.due_on) for one in waiting}  # type: ignore[attr-defined]  # read already
    found, calendars = [], calendars_of(plan.site for plan in plans)
    for plan in plans:
        today = local_today(plan.site.time_zone)
        days = due_days(plan, today, today + AHEAD, calendars[plan.site_id])
        found += [Next(plan, day) for day in days if (plan.pk, day) not in known][:2]
    return sorted(found, key=lambda one: (one.due_on, one.plan.pk))
