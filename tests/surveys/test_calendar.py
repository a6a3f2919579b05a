"""The calendar keeps itself: what is due is made ahead, waves open, remind and close by themselves (R076)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from config.schedule import SCHEDULE
from core.clock import now
from core.models import Notification
from core.recurrence import rule_from_json
from organization.models import Site
from surveys.models import (
    Activity,
    Occasion,
    OccasionState,
    QuestionnaireVersion,
    SurveyPlan,
    Wave,
    WaveState,
)
from surveys.selectors.recurring import due_days
from surveys.services import calendar, waves
from surveys.services.usual_plans import add_usual
from tests.conftest import Cast
from tests.surveys.answers import answered_by

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R076")]
Prepare = Callable[..., Wave]
#: A Monday in Shanghai.
START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def at(moment: datetime) -> Any:
    """The clock stands at `moment`."""
    return time_machine.travel(moment, tick=False)


def monthly(cast: Cast, site: Site, **values: Any) -> SurveyPlan:
    """An analysis on the fifth of each month."""
    rule = rule_from_json({"frequency": "monthly", "month_days": [5], "times": ["09:00"]})
    usual = {"activity": Activity.ANALYSIS, "rule": rule, "starts_on": date(2026, 3, 1), "ahead_days": 10}
    return calendar.add_plan(user=cast.supervisor, site=site, values={**usual, **values})


class TestOccasions:
    def test_the_usual_year_is_that_of_the_handbook(
        self, cast: Cast, site: Site, shipped: dict[str, QuestionnaireVersion]
    ) -> None:
        """Monthly, quarterly, monthly, half-yearly; a second call adds nothing."""
        with at(START):
            plans = add_usual(user=cast.supervisor, site=site)
            assert add_usual(user=cast.supervisor, site=site) == []
        counts = {plan.activity: len(due_days(plan, date(2026, 4, 1), date(2027, 3, 31))) for plan in plans}
        assert counts == {"observation": 12, "questionnaire": 4, "analysis": 12, "forum": 2}

    def test_each_is_made_once_and_told_once(self, cast: Cast, site: Site) -> None:
        """However often the tick comes."""
        with at(START):
            monthly(cast, site)
            for _again in range(3):
                calendar.tick()
        assert list(Occasion.objects.values_list("due_on", flat=True)) == [date(2026, 3, 5)]
        assert Notification.objects.filter(kind="surveys.due", recipient=cast.supervisor).count() == 1

    def test_it_is_missed_when_the_next_has_come(self, cast: Cast, site: Site) -> None:
        """And may still be noted as done late; twice is refused."""
        with at(START):
            monthly(cast, site)
        with at(datetime(2026, 4, 4, 2, tzinfo=UTC)):
            calendar.tick()
            assert Occasion.objects.get(due_on=date(2026, 3, 5)).state == OccasionState.DUE
        with at(datetime(2026, 4, 5, 2, tzinfo=UTC)):
            calendar.tick()
            missed = Occasion.objects.get(due_on=date(2026, 3, 5))
            assert missed.state == OccasionState.MISSED
            calendar.fulfil(user=cast.shift_leader, occasion=missed, note="Late")
            with pytest.raises(ValidationError, match="done already"):
                calendar.fulfil(user=cast.shift_leader, occasion=missed)
        assert set(Occasion.objects.values_list("due_on", "state")) == {
            (date(2026, 3, 5), "done"),
            (date(2026, 4, 5), "due"),
        }

    def test_ticks_that_did_not_come_lose_nothing(self, cast: Cast, site: Site) -> None:
        """Three months without a worker: the occasions between are there, missed."""
        with at(START):
            monthly(cast, site)
        with at(START + timedelta(days=95)):
            calendar.tick()
        assert dict(Occasion.objects.values_list("due_on", "state")) == {
            date(2026, 3, 5): "missed",
            date(2026, 4, 5): "missed",
            date(2026, 5, 5): "missed",
            date(2026, 6, 5): "due",
        }

    def test_the_first_day_is_not_lost_either(self, cast: Cast, site: Site) -> None:
        """Planned when it was not near yet, and no tick came until it had passed."""
        with at(START):
            assert not monthly(cast, site, starts_on=date(2026, 4, 1)).occasions.exists()
        with at(START + timedelta(days=40)):
            calendar.tick()
        assert list(Occasion.objects.values_list("due_on", "state")) == [(date(2026, 4, 5), "due")]

    def test_a_changed_plan_makes_its_days_ahead_anew(self, cast: Cast, site: Site) -> None:
        """What has come already stays."""
        with at(START):
            plan = monthly(cast, site)
            rule = rule_from_json({"frequency": "monthly", "month_days": [8], "times": ["09:00"]})
            calendar.change_plan(user=cast.supervisor, plan=plan, values={"rule": rule})
        assert list(plan.occasions.values_list("due_on", flat=True)) == [date(2026, 3, 8)]

    def test_only_those_who_run_surveys_plan(self, cast: Cast, site: Site) -> None:
        """A shift leader notes what was done, and plans nothing."""
        for person in (cast.guard, cast.shift_leader, cast.auditor, cast.sibling_supervisor):
            with pytest.raises(PermissionDenied):
                monthly_by = {"activity": Activity.FORUM}
                calendar.add_plan(user=person, site=site, values=monthly_by)

    def test_the_tick_is_in_the_schedule(self) -> None:
        """Every ten minutes."""
        assert SCHEDULE["surveys.keep_calendar"].task == "surveys.tasks.keep_calendar"


class TestWaves:
    def test_a_planned_questionnaire_is_prepared_ahead_and_counts_as_held_once_it_opens(
        self, cast: Cast, site: Site, shipped: dict[str, QuestionnaireVersion], households: object
    ) -> None:
        """Nobody is drawn by a machine: the wave waits for who prints the letters."""
        with at(START):
            plan = monthly(
                cast, site, activity=Activity.QUESTIONNAIRE, questionnaire=shipped["SAT-Q"].questionnaire
            )
            calendar.tick()
        occasion = plan.occasions.get()
        wave = occasion.wave
        assert wave is not None
        assert (wave.state, wave.drawn_at) == (WaveState.DRAFT, None)
        assert wave.opens_at == datetime(2026, 3, 5, 1, 0, tzinfo=UTC)
        with at(wave.opens_at):
            calendar.tick()
            wave.refresh_from_db()
            assert wave.state == WaveState.DRAFT
            waves.draw(user=cast.supervisor, wave_id=wave.pk)
            calendar.tick()
        wave.refresh_from_db()
        occasion.refresh_from_db()
        assert (wave.state, occasion.state) == (WaveState.OPEN, OccasionState.DONE)

    def test_it_reminds_once_and_closes_at_its_end(self, cast: Cast, prepare: Prepare) -> None:
        """Colleagues who have answered are left in peace."""
        wave = prepare(opened=True, code="SAT-P", audience="staff", remind_after_days=7)
        answered_by(wave.invitations.get(person=cast.guard), {"staff_overall": 4})
        for days in (6, 8, 9):
            with at(now() + timedelta(days=days)):
                calendar.tick()
        told = set(
            Notification.objects.filter(kind="surveys.reminded").values_list("recipient__name", flat=True)
        )
        assert len(told) == wave.invited - 1
        assert "Guard" not in told
        assert Notification.objects.filter(kind="surveys.reminded").count() == len(told)
        with at(wave.closes_at):
            calendar.tick()
        wave.refresh_from_db()
        assert (wave.state, wave.closed_by, wave.reminders) == (WaveState.CLOSED, None, 1)

    def test_who_prints_the_letters_hears_that_reminders_are_due(self, cast: Cast, prepare: Prepare) -> None:
        """With the number of households."""
        wave = prepare(opened=True)
        answered_by(wave.invitations.order_by("pk")[0])
        with at(now() + timedelta(days=8)):
            calendar.tick()
        told = Notification.objects.get(kind="surveys.reminder_due", recipient=cast.supervisor)
        assert told.context["missing"] == "59"
