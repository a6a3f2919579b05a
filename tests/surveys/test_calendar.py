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
from core.recurrence import PLAIN_CALENDAR, Rule, rule_from_json
from organization.models import Holiday, Person, Site
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
from surveys.services.answering import refuse
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


def days_after(wave: Wave, days: float) -> datetime:
    """So long after its opening."""
    assert wave.opened_at is not None
    return wave.opened_at + timedelta(days=days)


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
        counts = {
            plan.activity: len(due_days(plan, date(2026, 4, 1), date(2027, 3, 31), PLAIN_CALENDAR))
            for plan in plans
        }
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
        wave = prepare(opened=True, code="SAT-P", audience="staff", remind_days=[7])
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
        assert wave.closes_at is not None
        with at(wave.closes_at):
            calendar.tick()
        wave.refresh_from_db()
        assert (wave.state, wave.closed_by, wave.reminders) == (WaveState.CLOSED, None, 1)

    def test_each_of_its_days_reminds_once_who_has_neither_answered_nor_declined(
        self, cast: Cast, prepare: Prepare
    ) -> None:
        """However often the tick comes; a day on which hardly any time is left, and one after the end, remind nobody."""
        wave = prepare(opened=True, code="SAT-P", audience="staff", remind_days=[3, 6, 13])
        guard, supervisor, declined = (
            wave.invitations.get(person=person) for person in (cast.guard, cast.supervisor, cast.trainer)
        )
        refuse(invitation_id=declined.pk)

        def told(person: Person) -> int:
            return Notification.objects.filter(kind="surveys.reminded", recipient=person).count()

        for days, by_then in ((2, 0), (3, 1), (3.5, 1), (6, 2), (7, 2), (13.5, 2), (15, 2)):
            with at(days_after(wave, days)):
                calendar.tick()
                calendar.tick()
            assert told(cast.supervisor) == by_then
            if days == 3:
                answered_by(guard, {"staff_overall": 4})
        assert (told(cast.guard), told(cast.trainer)) == (1, 0)
        supervisor.refresh_from_db()
        assert supervisor.reminded_at is not None

    def test_days_that_passed_while_no_worker_was_alive_are_one_reminder(
        self, cast: Cast, prepare: Prepare
    ) -> None:
        wave = prepare(opened=True, code="SAT-P", audience="staff", remind_days=[2, 4])
        for days in (5, 6):
            with at(days_after(wave, days)):
                calendar.tick()
        wave.refresh_from_db()
        assert wave.reminders == 2
        assert Notification.objects.filter(kind="surveys.reminded", recipient=cast.guard).count() == 1

    def test_letters_are_asked_for_on_each_of_its_days(self, cast: Cast, prepare: Prepare) -> None:
        """Households are reminded by letters: who runs the survey hears of it each time."""
        wave = prepare(opened=True, remind_days=[3, 8])
        for days in (3, 4, 8, 9):
            with at(days_after(wave, days)):
                calendar.tick()
        due = Notification.objects.filter(kind="surveys.reminder_due", recipient=cast.supervisor)
        assert due.count() == 2

    def test_who_prints_the_letters_hears_that_reminders_are_due(self, cast: Cast, prepare: Prepare) -> None:
        """With the number of households."""
        wave = prepare(opened=True)
        answered_by(wave.invitations.order_by("pk")[0])
        with at(now() + timedelta(days=8)):
            calendar.tick()
        told = Notification.objects.get(kind="surveys.reminder_due", recipient=cast.supervisor)
        assert told.context["missing"] == "59"


class TestTheNationalHoliday:
    """The week of 1 October 2026, with the Sunday before and the Saturday after worked instead."""

    @pytest.fixture
    def golden_week(self, site: Site) -> None:
        days = [Holiday(company=site.company, day=date(2026, 10, day), name="国庆节") for day in range(1, 8)]
        days += [
            Holiday(company=site.company, day=day, name="调休", is_working_day=True)
            for day in (date(2026, 9, 27), date(2026, 10, 10))
        ]
        Holiday.objects.bulk_create(days)

    def due(self, cast: Cast, site: Site, **rule: Any) -> list[date]:
        """On which days a plan of these days is due around the holiday."""
        found = {"frequency": "monthly", "times": ["09:00"], **rule}
        with at(datetime(2026, 9, 25, 2, tzinfo=UTC)):
            monthly(cast, site, rule=rule_from_json(found), starts_on=date(2026, 9, 26), ahead_days=20)
        return list(Occasion.objects.order_by("due_on").values_list("due_on", flat=True))

    @pytest.mark.parametrize(
        ("on_days", "days"),
        [
            ("next_working", [date(2026, 10, 8)]),
            ("previous_working", [date(2026, 9, 30)]),
            ("working", []),
            ("not_holiday", []),
            ("any", [date(2026, 10, 5)]),
        ],
    )
    def test_an_activity_moves_or_is_skipped_as_its_plan_says(
        self, cast: Cast, site: Site, golden_week: None, on_days: str, days: list[date]
    ) -> None:
        """The fifth lies in the week."""
        assert self.due(cast, site, month_days=[5], on_days=on_days) == days

    def test_a_saturday_worked_instead_is_a_working_day(
        self, cast: Cast, site: Site, golden_week: None
    ) -> None:
        assert self.due(cast, site, month_days=[10], on_days="next_working") == [date(2026, 10, 10)]

    def test_a_foreign_holiday_moves_nothing(self, cast: Cast, site: Site, foreign_site: Site) -> None:
        Holiday.objects.create(company=foreign_site.company, day=date(2026, 10, 5), name="Holiday")
        assert self.due(cast, site, month_days=[5], on_days="next_working") == [date(2026, 10, 5)]

    def test_a_holiday_entered_later_moves_what_was_made_ahead(
        self, cast: Cast, site: Site, shipped: dict[str, QuestionnaireVersion], households: Any
    ) -> None:
        """An activity, and a questionnaire with the wave that was prepared; a drawn wave stays where it is."""
        rule = rule_from_json(
            {"frequency": "monthly", "month_days": [1], "times": ["09:00"], "on_days": "next_working"}
        )
        with at(datetime(2026, 9, 25, 2, tzinfo=UTC)):
            analysis = monthly(cast, site, rule=rule, starts_on=date(2026, 9, 26), ahead_days=20)
            asked, drawn = (self.asks(cast, site, shipped["SAT-Q"], rule) for _n in range(2))
            waves.draw(user=cast.supervisor, wave_id=drawn.occasions.get().wave_id or 0)
        for day in range(1, 8):
            Holiday.objects.create(company=site.company, day=date(2026, 10, day), name="国庆节")
        with at(datetime(2026, 9, 26, 2, tzinfo=UTC)):
            calendar.tick()
            calendar.tick()
        assert [one.due_on for one in analysis.occasions.all()] == [date(2026, 10, 8)]
        moved = asked.occasions.get()
        assert moved.due_on == date(2026, 10, 8)
        assert moved.wave is not None
        assert moved.wave.opens_at == datetime(2026, 10, 8, 1, tzinfo=UTC)
        assert moved.wave.closes_at == datetime(2026, 10, 22, 1, tzinfo=UTC)
        assert [one.due_on for one in drawn.occasions.all()] == [date(2026, 10, 1)]
        assert [plan.waves.count() for plan in (asked, drawn)] == [1, 1]

    def asks(self, cast: Cast, site: Site, version: QuestionnaireVersion, rule: Rule) -> SurveyPlan:
        """A plan of a questionnaire."""
        return monthly(
            cast, site, rule=rule, starts_on=date(2026, 9, 26), ahead_days=20, activity=Activity.QUESTIONNAIRE,
            questionnaire=version.questionnaire,
        )  # fmt: skip
