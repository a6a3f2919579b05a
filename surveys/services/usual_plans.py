"""The usual calendar of R076: observation and analysis monthly, questionnaire quarterly, forum half-yearly."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.clock import local_today
from core.policies import require
from core.recurrence import Rule, rule_from_json
from organization.models import Person, Site
from surveys.models import Activity, Purpose, Questionnaire, SurveyPlan, VersionState
from surveys.services.calendar import add_plan

#: On which days; a day off moves to the next weekday. Quarters begin in January.
RULES: dict[Activity, dict[str, Any]] = {
    Activity.OBSERVATION: {"frequency": "monthly", "month_days": [15]},
    Activity.QUESTIONNAIRE: {"frequency": "yearly", "months": [3, 6, 9, 12], "month_days": [1]},
    Activity.ANALYSIS: {"frequency": "monthly", "month_days": [5]},
    Activity.FORUM: {"frequency": "yearly", "months": [5, 11], "month_days": [20]},
}


def usual_rule(activity: Activity) -> Rule:
    """When an activity usually falls due."""
    return rule_from_json({**RULES[activity], "times": ["09:00"], "on_days": "next_working"})


@transaction.atomic
def add_usual(*, user: Person, site: Site) -> list[SurveyPlan]:
    """A plan for each activity the site has none of. Raises PermissionDenied, ValidationError without a questionnaire."""
    require(user, "add", SurveyPlan, parent=site)
    Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    known = set(SurveyPlan.objects.filter(site=site).values_list("activity", flat=True))
    today = local_today(site.time_zone)
    return [
        add_plan(
            user=user,
            site=site,
            values={
                "activity": activity,
                "questionnaire": _quarterly(site) if activity == Activity.QUESTIONNAIRE else None,
                "rule": usual_rule(activity),
                "starts_on": today,
            },
        )
        for activity in Activity
        if activity not in known
    ]


def _quarterly(site: Site) -> Questionnaire:
    rows = Questionnaire.objects.filter(
        company=site.company_id, purpose=Purpose.SATISFACTION, versions__state=VersionState.PUBLISHED
    )
    found = rows.order_by("pk").first()
    if found is None:
        raise ValidationError(_("Add the shipped questionnaires first, or publish one of satisfaction."))
    return found
