"""The calendar of R076: what is due when, made ahead by a tick; and waves that open, remind and close by themselves.

Every step looks for what is due by the clock and bears being called twice, late, or by two workers at once.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.clock import local_today, now
from core.notifications import notify
from core.policies import require
from core.recurrence import Calendar, instant_of
from organization.access import PLANNERS, people_holding
from organization.models import Person, Site
from organization.site_calendars import calendar_of, calendars_of
from surveys import notices
from surveys.models import (
    Activity,
    Audience,
    Occasion,
    OccasionState,
    Purpose,
    QuestionnaireVersion,
    Stratify,
    SurveyPlan,
    VersionState,
    Wave,
    WaveState,
    after_a_week,
)
from surveys.selectors.recurring import due_days
from surveys.services.reminding import LAST_DAY, remind
from surveys.services.telling import tell_runners
from surveys.services.waves import add_wave, close_wave, open_wave

#: A planned wave opens at this time of the site's wall clock.
OPENS = time(9, 0)


@transaction.atomic
def add_plan(*, user: Person, site: Site, values: Mapping[str, Any]) -> SurveyPlan:
    """A plan; its occasions are made at once. Raises PermissionDenied, ValidationError."""
    require(user, "add", SurveyPlan, parent=site)
    return _stored(SurveyPlan(site=site), values)


@transaction.atomic
def change_plan(*, user: Person, plan: SurveyPlan, values: Mapping[str, Any]) -> SurveyPlan:
    """Change a plan; occasions ahead that nothing has come of yet are made anew. Raises as `add_plan`."""
    require(user, "change", plan)
    plan.occasions.filter(
        state=OccasionState.DUE, wave=None, due_on__gt=local_today(plan.site.time_zone)
    ).delete()
    return _stored(plan, values)


def _stored(plan: SurveyPlan, values: Mapping[str, Any]) -> SurveyPlan:
    for name, value in values.items():
        setattr(plan, name, value)
    plan.full_clean()
    plan.save()
    materialise(plan)
    return plan


@transaction.atomic
def fulfil(*, user: Person, occasion: Occasion, note: str = "") -> Occasion:
    """Note that an activity was done, also late. Raises PermissionDenied, ValidationError when it was done before."""
    require(user, "change", occasion)
    row = Occasion.objects.select_for_update().get(pk=occasion.pk)
    if row.state == OccasionState.DONE:
        raise ValidationError(_("This is done already."))
    row.state, row.done_at, row.done_by, row.note = OccasionState.DONE, now(), user, note.strip()
    row.save()
    return row


def tick() -> int:
    """All that has fallen due: occasions made, waves prepared, opened, reminded of, closed; how many things."""
    plans = SurveyPlan.objects.filter(is_active=True, site__is_active=True).select_related(
        "site", "questionnaire"
    )
    rows = list(plans.order_by("pk"))
    calendars = calendars_of(plan.site for plan in rows)
    made = sum(materialise(plan, calendars[plan.site_id]) for plan in rows)
    moment = now()
    running = Wave.objects.filter(state=WaveState.OPEN)
    ready = Wave.objects.filter(state=WaveState.DRAFT, drawn_at__isnull=False, opens_at__lte=moment)
    return (
        made
        + _each(ready.filter(closes_at__gt=moment), open_wave)
        + _each(running.filter(closes_at__lte=moment), close_wave)
        + sum(remind(wave_id, moment) for wave_id in running.values_list("pk", flat=True))
    )


def _each(waves: Any, act: Callable[..., Wave]) -> int:
    """Do it to each; somebody may have been faster, or something still stands in its way, which its page shows."""
    done = 0
    for wave_id in list(waves.order_by("pk").values_list("pk", flat=True)):
        try:
            act(user=None, wave_id=wave_id)
            done += 1
        except ValidationError:
            continue
    return done


@transaction.atomic
def materialise(plan: SurveyPlan, calendar: Calendar | None = None) -> int:
    """Make the plan's occasions up to `ahead_days` from today, and what belongs to them; how many were new.

    By the calendar of its site as it is now (read here unless given): where a holiday was entered since, what nothing
    has come of yet goes to the day on which it is due now.
    """
    if not plan.is_active:
        return 0
    today = local_today(plan.site.time_zone)
    days = due_days(
        plan, plan.starts_on, today + timedelta(days=plan.ahead_days), calendar or calendar_of(plan.site)
    )
    days = _move(plan, days, today)
    known = set(plan.occasions.values_list("due_on", flat=True))
    fresh = [day for day in days if day not in known]
    made = 0
    for day in fresh:
        _row, created = Occasion.objects.get_or_create(plan=plan, due_on=day)
        made += created
    _judge(plan, today)
    for occasion in plan.occasions.filter(state=OccasionState.DUE, due_on__in=days):
        _announce(plan, occasion)
    return made


def _move(plan: SurveyPlan, days: list[date], today: date) -> list[date]:
    """The days to be made, after looking at occasions ahead whose day is due no more.

    They are forgotten, or moved to the new day with the wave that was prepared. A drawn wave stays, as its letters may be
    printed, and stands for its new day.
    """
    ahead = plan.occasions.filter(state=OccasionState.DUE, due_on__gt=today).exclude(due_on__in=days)
    ahead.filter(wave=None).delete()
    known = set(plan.occasions.values_list("due_on", flat=True))
    free = [day for day in days if day > today and day not in known]
    stood_for = set()
    for occasion in ahead.select_related("wave"):
        if not free or occasion.wave is None:
            continue
        day = min(free, key=lambda one: abs(one - occasion.due_on))
        free.remove(day)
        if occasion.wave.state == WaveState.DRAFT and occasion.wave.drawn_at is None:
            _move_wave(plan, occasion.wave, day)
            occasion.due_on = day
            occasion.save()
        else:
            stood_for.add(day)
    return [day for day in days if day not in stood_for]


def _move_wave(plan: SurveyPlan, wave: Wave, day: date) -> None:
    """A wave in preparation opens on another day, for as long as before."""
    opens = instant_of(datetime.combine(day, OPENS), plan.site.zone_info)
    if wave.closes_at is not None:
        wave.closes_at = opens + (wave.closes_at - wave.opens_at)
    wave.opens_at = opens
    wave.save()


def _judge(plan: SurveyPlan, today: date) -> None:
    """An occasion is missed when the next one has come and nothing was done."""
    latest = plan.occasions.filter(due_on__lte=today).order_by("-due_on").first()
    if latest is not None:
        plan.occasions.filter(state=OccasionState.DUE, due_on__lt=latest.due_on).update(
            state=OccasionState.MISSED
        )


def _announce(plan: SurveyPlan, occasion: Occasion) -> None:
    """Prepare the wave of a questionnaire; tell the runners of everything else. Each once."""
    if plan.activity == Activity.QUESTIONNAIRE:
        if occasion.wave_id is None:
            _prepare(plan, occasion)
        return
    notify(
        notices.DUE,
        people_holding(PLANNERS, plan.site),
        target=occasion,
        site=plan.site,
        context={"activity": Activity(plan.activity).label, "due": occasion.due_on, "site": plan.site},
        key=f"{occasion.pk}",
    )


def _prepare(plan: SurveyPlan, occasion: Occasion) -> None:
    """A wave in preparation; none while the questionnaire has no published version."""
    version = QuestionnaireVersion.objects.filter(
        questionnaire=plan.questionnaire, state=VersionState.PUBLISHED
    ).first()
    row = Occasion.objects.select_for_update().get(pk=occasion.pk)
    if version is None or row.wave_id is not None:
        return
    questionnaire = version.questionnaire
    opens = instant_of(datetime.combine(row.due_on, OPENS), plan.site.zone_info)
    is_staff = questionnaire.purpose == Purpose.STAFF
    row.wave = add_wave(
        user=None,
        site=plan.site,
        version=version,
        values={
            "plan": plan,
            "title": {code: f"{text} {row.due_on:%Y-%m}" for code, text in questionnaire.title.items()},
            "audience": Audience.STAFF if is_staff else Audience.HOUSEHOLDS,
            "selection": "all" if is_staff else "sample",
            "stratify": Stratify.BUILDING,
            "margin": plan.margin,
            "is_anonymous": plan.is_anonymous,
            "opens_at": opens,
            "closes_at": opens + timedelta(days=plan.open_days),
            "remind_days": [
                day
                for day in after_a_week()
                if timedelta(days=day) < timedelta(days=plan.open_days) - LAST_DAY
            ],
        },
    )
    row.save()
    tell_runners(notices.PREPARED, row.wave, {"due": row.due_on}, key=f"{row.wave.pk}")
