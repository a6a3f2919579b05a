"""Confirming the check of a loop: the figures before and after are frozen with their verdict, and judge the tasks."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collaboration.models import ActionStatus, Effectiveness
from collaboration.selectors.linked import actions_of
from collaboration.services.handling import judge_effectiveness
from collaboration.services.keeping import demand
from core.clock import now
from kpi import notices
from kpi.models import Improvement, ImprovementEntryKind, ImprovementLoop, Stage, Verdict
from kpi.policies import DECIDERS
from kpi.selectors.comparing import Comparison, Windows, compare, measurable
from kpi.services.improving.keeping import locked, loop_of, save, tell, today_at
from organization.access import people_holding
from organization.models import Person

#: What the verdict of a measure says of its action items; nothing where no change is clear.
JUDGEMENTS = {
    Verdict.EFFECTIVE: Effectiveness.EFFECTIVE,
    Verdict.NOT_EFFECTIVE: Effectiveness.NOT_EFFECTIVE,
}


@transaction.atomic
def confirm_check(
    *,
    user: Person,
    improvement_id: int,
    version: int,
    conclusion: str,
    verdict: str = "",
    cost_after: Decimal | None = None,
) -> Improvement:
    """Confirm what a measure changed; by somebody who neither owns it nor reported it done.

    With an indicator the figures decide: they are counted now over equal windows, the one after must be over, and kept.
    Without one `verdict` is the checker's. Its verified action items that nobody has judged are judged by it.
    Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    improvement = locked(user, improvement_id, "check", version, Stage.CHECK)
    loop = loop_of(improvement)
    loop.conclusion = demand(conclusion=conclusion)["conclusion"]
    found = comparison_now(improvement, loop)
    if found is not None:
        loop.figures, loop.verdict = found.as_json, found.verdict
    else:
        loop.verdict = _chosen(verdict)
    loop.checked_at, loop.checked_by = now(), user
    loop.save()
    if cost_after is not None:
        if cost_after < 0:
            raise ValidationError({"cost_after": _("This cannot be less than nothing.")})
        improvement.cost_after = cost_after
    improvement.stage = Stage.ACT
    save(improvement, user, ImprovementEntryKind.CHECKED, loop.conclusion)
    _judge_tasks(improvement, loop, user)
    people = {*people_holding(DECIDERS, improvement.site), improvement.owner} - {user}
    tell(notices.CHECKED, improvement, people)
    return improvement


def comparison_now(improvement: Improvement, loop: ImprovementLoop) -> Comparison | None:
    """The figures as a check of today finds them; None when the measure has no indicator that is counted.

    Raises ValidationError while the window after is not over.
    """
    indicator = measurable().get(improvement.indicator)
    days = loop.window_on(today_at(improvement))
    if indicator is None or loop.begun_on is None or loop.done_on is None or days is None:
        return None
    windows = Windows(loop.begun_on, loop.done_on, days)
    if not windows.is_over(today_at(improvement)):
        raise ValidationError(
            _("The window after ends on %(day)s; the check can be confirmed from the day after."),
            params={"day": windows.after[1].isoformat()},
        )
    return compare(indicator, improvement.site, windows, improvement.zone_id)


def _chosen(verdict: str) -> str:
    if verdict not in (Verdict.EFFECTIVE, Verdict.NOT_EFFECTIVE, Verdict.UNCLEAR):
        raise ValidationError({"verdict": _("Without an indicator, say yourself whether it helped.")})
    return verdict


def _judge_tasks(improvement: Improvement, loop: ImprovementLoop, user: Person) -> None:
    """The verified action items nobody has judged yet take over the verdict; so K46 follows."""
    judgement = JUDGEMENTS.get(Verdict(loop.verdict))
    if judgement is None:
        return
    waiting = actions_of(improvement).filter(
        status=ActionStatus.VERIFIED, effectiveness=Effectiveness.UNKNOWN
    )
    with translation.override(improvement.site.language):
        note = gettext("By the check of measure %(number)s, loop %(loop)d.") % {
            "number": improvement.number,
            "loop": loop.number,
        }
    for action in waiting:
        judge_effectiveness(
            user=user, action_id=action.pk, version=action.version, effectiveness=judgement, note=note
        )
