"""An improvement measure, led to any stage on given days, for the tests of measures."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from core import changed_days
from core.ids import uuid7
from kpi.models import Improvement
from kpi.services.improving import confirming, proposing, stepping
from kpi.services.improving.proposing import Draft
from organization.models import Person, Site
from patrols.models import Plan, Round, RoundStatus

#: 10:00 in Shanghai on Wednesday, 1 July 2026: the measure begins.
BEGUN = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
#: Done three weeks later.
DONE = datetime(2026, 7, 22, 2, 0, tzinfo=UTC)
#: The first day on which four whole weeks have passed since.
CHECKED = datetime(2026, 8, 20, 2, 0, tzinfo=UTC)


def draft_for(owner: Person, **more: Any) -> Draft:
    """A plan against missed rounds, judged by K09."""
    values: dict[str, Any] = {
        "title": "Fewer missed rounds",
        "problem": "One round in four is missed at night.",
        "measure": "Two more radios, a shorter route.",
        "owner": owner,
        "starts_on": date(2026, 7, 1),
        "due_on": date(2026, 7, 25),
        "impact": 4,
        "effort": 2,
        "indicator": "K09",
        "target": 0.98,
    }
    return Draft(**(values | more))


def proposed(user: Person, site: Site, owner: Person, **more: Any) -> Improvement:
    """A planned measure."""
    return proposing.propose(
        user=user, operation_id=uuid7(), site=site, draft=draft_for(owner, **more)
    ).improvement


class Led:
    """Takes steps with a measure, always with its latest version."""

    def __init__(self, row: Improvement) -> None:
        self.row = row

    def take(self, service: Callable[..., Improvement], user: Person, **given: Any) -> Improvement:
        """One step."""
        self.row.refresh_from_db()
        self.row = service(user=user, improvement_id=self.row.pk, version=self.row.version, **given)
        return self.row

    def begin(self, user: Person, **given: Any) -> Improvement:
        """Approved."""
        return self.take(stepping.begin, user, **given)

    def done(self, user: Person, **given: Any) -> Improvement:
        """Done."""
        return self.take(stepping.report_done, user, **{"what_was_done": "Radios are here.", **given})

    def check(self, user: Person, **given: Any) -> Improvement:
        """Checked."""
        return self.take(confirming.confirm_check, user, **{"conclusion": "Nothing else changed.", **given})


def rounds(site: Site, plan: Plan, first: date, last: date, *, missed_every: int) -> None:
    """Ten judged rounds a day; of all of them every so many is missed (0: none)."""
    rows, number, day = [], 0, first
    while day <= last:
        for hour in range(10):
            number += 1
            due = datetime(day.year, day.month, day.day, 1 + hour, tzinfo=UTC)
            is_missed = bool(missed_every) and number % missed_every == 0
            rows.append(
                Round(
                    company_id=site.company_id,
                    site=site,
                    plan=plan,
                    route=plan.route,
                    discipline="security",
                    opens_at=due - timedelta(minutes=10),
                    due_start=due,
                    due_end=due + timedelta(minutes=20),
                    closes_at=due + timedelta(minutes=30),
                    points=[1],
                    visited=[] if is_missed else [1],
                    status=RoundStatus.MISSED if is_missed else RoundStatus.COMPLETED,
                )
            )
        day += timedelta(days=1)
    Round.objects.bulk_create(rows)
    span = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    changed_days.mark((site.pk, one) for one in span)
