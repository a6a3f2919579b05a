"""The calendar of R076: what is due when, made ahead by a tick; and waves that open, remind and close by themselves.

Every step looks for what is due by the clock and bears being called twice, late, or by two workers at once.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import live
from core.clock import local_today, now
from core.notifications import notify
from core.policies import require
from core.recurrence import instant_of
from organization.access import PLANNERS, people_holding
from organization.models import Person, Site
from surveys import notices
from surveys.models import (
    Activity,
    Audience,
    InvitationState,
    Occasion,
    OccasionState,
    Purpose,
    QuestionnaireVersion,
    Stratify,
    SurveyPlan,
    VersionState,
    Wave,
    WaveState,
)
from surveys.selectors.recurring import due_days
from surveys.services.inviting import remind_staff
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
    made = sum(materialise(plan) for plan in plans.order_by("pk"))
    moment = now()
    running = Wave.objects.filter(state=WaveState.OPEN)
    ready = Wave.objects.filter(state=WaveState.DRAFT, drawn_at__isnull=False, opens_at__lte=moment)
    return (
        made
        + _each(ready.filter(closes_at__gt=moment), open_wave)
        + _each(running.filter(closes_at__lte=moment), close_wave)
        + sum(_remind(wave_id, moment) for wave_id in running.values_list("pk", flat=True))
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
def materialise(plan: SurveyPlan) -> int:
    """Make the plan's occasions up to `ahead_days` from today, and what belongs to them; how many were new."""
    if not plan.is_active:
        return 0
    today = local_today(plan.site.time_zone)
    days = due_days(plan, plan.starts_on, today + timedelta(days=plan.ahead_days))
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
        },
    )
    row.save()
    tell_runners(notices.PREPARED, row.wave, {"due": row.due_on}, key=f"{row.wave.pk}")


@transaction.atomic
def _remind(wave_id: int, moment: datetime) -> int:
    """One round of reminders, when its time has come and at least a day is left; 1 when there was one."""
    waves = Wave.objects.select_for_update(skip_locked=True, of=("self",)).select_related("site")
    wave = waves.filter(pk=wave_id, state=WaveState.OPEN, reminders=0).first()
    if wave is None or not wave.remind_after_days or wave.opened_at is None or wave.closes_at is None:
        return 0
    due = wave.opened_at + timedelta(days=wave.remind_after_days)
    if not due <= moment < wave.closes_at - timedelta(days=1):
        return 0
    wave.reminders += 1
    wave.save()
    missing = wave.invitations.filter(state=InvitationState.INVITED).count()
    if wave.audience == Audience.STAFF:
        remind_staff(wave)
    elif missing:
        tell_runners(notices.REMINDER_DUE, wave, {"missing": str(missing)}, key=f"{wave.pk}:1")
    live.publish(f"site:{wave.site_id}", "surveys", wave=wave.pk)
    return 1
