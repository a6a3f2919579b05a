"""The demo fills itself, lives on, and leaves other people's databases alone."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import F
from PIL import Image

from collaboration.models import ActionItem, ActionStatus, CollaborationRequest
from collaboration.selectors.linked import actions_of
from core import clock
from core.models import Attachment, ChangedDay, Notification, OutboxItem, Quarantine
from incidents.models import (
    Alarm,
    AlarmMessage,
    AlarmReading,
    AlarmSource,
    Case,
    CaseStatus,
    Dispatch,
    IntakePoint,
)
from kpi.models import ReportSchedule
from organization.models import Company, Membership, Person, Role, Site, SiteNotice, Zone
from patrols.models import OPEN_STATUSES, Checkpoint, CheckpointLabel, Plan, Round, RoundStatus, Scan, Verdict
from portal.demo import drawing, filling, living
from portal.demo.chance import identifier
from portal.demo.facts import facts
from portal.demo.specs import SITES, all_sites, company_spec, site_spec
from portal.demo.walking import walk
from portal.demo.world import read_world
from portal.tasks import walk_demo
from rosters.models import Shift
from rosters.selectors import on_duty
from surveys.models import Wave
from surveys.selectors.feedback import shown_to_residents
from surveys.selectors.months import by_month
from surveys.selectors.results import Results
from surveys.services import after_service

HISTORY = timedelta(days=2)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[datetime]:
    """A demo of two days; when it was made. Taken back at the end of the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = clock.now()
        with clock.set_to(made):
            filling.fill("orderly-demo", lambda words: None, HISTORY)
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def demo(filled: datetime, db: None) -> datetime:
    """When the demo was made; the test's own changes are taken back after it."""
    return filled


@pytest.mark.requirement("R049")
def test_it_has_two_companies_three_sites_and_people_in_all_ten_roles(demo: datetime) -> None:
    """Each in its own script, with reserved addresses."""
    assert Counter(Site.objects.values_list("company__code", flat=True)) == {"ch": 2, "wk": 1}
    assert set(Membership.objects.values_list("role", flat=True)) == set(Role.values)
    assert 40 <= Person.objects.count() <= 55
    assert not Person.objects.exclude(email__endswith=".example.com").exists()
    assert Checkpoint.objects.count() >= 60
    assert Zone.objects.filter(responsible=None).exists()
    assert Zone.objects.filter(
        review_due_on__lt=clock.local_today("Asia/Shanghai") + timedelta(days=90)
    ).exists()


def test_every_point_stands_on_the_plan_and_has_a_label(demo: datetime) -> None:
    """And knows where on the globe it is."""
    points = Checkpoint.objects.all()
    assert all(
        0 < point.x < 1 and 0 < point.y < 1 for point in points if point.x is not None and point.y is not None
    )
    assert not points.filter(x=None).exists()
    assert not points.filter(latitude=None).exists()
    assert CheckpointLabel.objects.filter(voided_at=None).count() == points.count()


def test_most_rounds_of_the_past_were_completed(demo: datetime) -> None:
    """Believable: not all of them."""
    past = Round.objects.filter(closes_at__lt=demo)
    done = past.filter(status__in=[RoundStatus.COMPLETED, RoundStatus.LATE]).count()
    assert past.count() > 150
    assert done / past.count() > 0.85
    assert not past.filter(status__in=OPEN_STATUSES).exists()


def test_scans_were_judged_by_the_product(demo: datetime) -> None:
    """Nearly all are verified; none lies in the future, none is left over, none went into quarantine."""
    scans = Scan.objects.all()
    assert scans.count() > 1000
    assert scans.filter(verdict=Verdict.VERIFIED).count() / scans.count() > 0.95
    assert not scans.filter(corrected_at__gt=demo).exists()
    assert not scans.filter(round=None).exists()
    assert not scans.filter(received_at__lt=F("corrected_at")).exists()
    assert not Quarantine.objects.exists()


def test_the_live_page_lives(demo: datetime) -> None:
    """Rounds are under way, one of the first site was just missed, the next is due within the hour."""
    first = Site.objects.get(code="CH")
    assert Round.objects.filter(status=RoundStatus.RUNNING).exists()
    near = Round.objects.filter(site=first, closes_at__gt=demo - timedelta(minutes=100), closes_at__lte=demo)
    assert near.filter(status=RoundStatus.MISSED).exists()
    assert Round.objects.filter(site=first, due_start__range=(demo, demo + timedelta(hours=1))).exists()
    assert any(duty.missing for duty in on_duty(first, demo))
    assert Case.objects.filter(site=first, status=CaseStatus.OPEN).count() >= 3


def test_residents_report_at_every_site_and_their_reports_are_in_every_state(demo: datetime) -> None:
    """By codes that hang there; nothing lies in the future; notices are up."""
    assert set(IntakePoint.objects.values_list("site__code", flat=True)) == {"CH", "XH", "HY"}
    theirs = Case.objects.filter(source="resident")
    assert set(theirs.values_list("status", flat=True)) == set(CaseStatus.values)
    assert not theirs.filter(state_since__gt=demo).exists()
    assert set(theirs.filter(request__rating__isnull=False).values_list("request__rating", flat=True)) >= {
        3,
        5,
    }
    assert theirs.filter(reopened_count=1).exists()
    assert SiteNotice.objects.shown_at(demo).filter(kind="improvement").exists()
    codes = facts(read_world(), "x")
    assert codes["resident"].startswith("http")
    assert len(codes["followed"]) == 3


def test_cases_have_photos_and_people_were_told(demo: datetime) -> None:
    """In the time it happened, not when the demo was made; without a mail for each."""
    assert Attachment.objects.filter(blob__state="stored").exists()
    assert Notification.objects.filter(created_at__lt=demo - timedelta(hours=12)).exists()
    assert Notification.objects.filter(read_at=None).exists()
    assert Notification.objects.exclude(read_at=None).exists()
    settled = Case.objects.filter(status=CaseStatus.RESOLVED).exclude(
        kind="complaint"
    )  # these are replied to
    assert all(
        case.resolved_at
        and case.reported_at < case.resolved_at <= demo
        and (case.resolution or (case.kind == "complaint" and case.complaint.reply))
        for case in settled
    )


def test_people_were_sent_and_are_everywhere_on_their_way(demo: datetime) -> None:
    """Whoever signs in as the first guard has something to accept; nothing was said in the future."""
    states = Counter(Dispatch.objects.values_list("state", flat=True))
    assert {"assigned", "on_way", "on_site", "done"} <= set(states)
    assert not Dispatch.objects.filter(on_site_at__gt=demo).exists()
    assert Case.objects.filter(dispatches__state="on_site", arrived_at__lte=demo).exists()
    for place in read_world().places:
        assert Dispatch.objects.filter(
            case__site=place.site, person=place.first_with(Role.GUARD), state="assigned"
        ).exists()


def test_action_items_and_requests_stand_in_every_state(demo: datetime) -> None:
    """Fifteen and four, at the first site."""
    states = Counter(ActionItem.objects.values_list("status", flat=True))
    assert set(states) == set(ActionStatus.values)
    assert states.total() == 15
    asked = Counter(CollaborationRequest.objects.values_list("status", flat=True))
    assert set(asked) == {"submitted", "declined", "in_progress", "confirmed"}
    assert ActionItem.objects.filter(status="open", due_at__lt=demo, overdue_at=demo).exists()


def test_figures_are_folded(demo: datetime) -> None:
    """No day waits to be counted."""
    assert not ChangedDay.objects.exists()


def test_a_second_start_keeps_the_data(demo: datetime) -> None:
    """Nothing is made twice."""
    models = (Company, Person, Checkpoint, Plan, Shift, Case)
    before = [model.objects.count() for model in models]
    scans = set(Scan.objects.values_list("pk", flat=True))
    with clock.set_to(demo):
        filling.fill("orderly-demo", lambda words: None, HISTORY)
    assert [model.objects.count() for model in models] == before
    assert set(Scan.objects.values_list("pk", flat=True)) == scans


def test_a_start_after_days_fills_the_gap(demo: datetime) -> None:
    """With rounds walked like those before, up to the new present."""
    later = demo + timedelta(days=1, hours=5)
    with clock.set_to(later):
        filling.fill("orderly-demo", lambda words: None, HISTORY)
    gap = Round.objects.filter(due_start__gte=demo, closes_at__lt=later)
    walked = gap.filter(status__in=[RoundStatus.COMPLETED, RoundStatus.LATE]).count()
    assert gap.count() > 80
    assert walked / gap.count() > 0.85
    assert Round.objects.filter(status=RoundStatus.RUNNING, due_start__gt=later - timedelta(hours=3)).exists()
    assert Shift.objects.filter(starts_at__gt=later + timedelta(days=13)).exists()


def test_the_ticker_walks_on(demo: datetime) -> None:
    """Twenty minutes later there are new scans, and asking again makes none twice."""
    before = Scan.objects.count()
    with clock.set_to(demo + timedelta(minutes=20)):
        made = filling.go_on()
        assert made > 0
        assert Scan.objects.count() == before + made
        assert filling.go_on() == 0


def test_a_person_who_signs_in_walks_by_themselves(demo: datetime) -> None:
    """The demo leaves their rounds to them."""
    world = read_world()
    world.read_watches(demo - timedelta(days=1), demo + timedelta(days=1))
    running = Round.objects.filter(status=RoundStatus.RUNNING).earliest("pk")
    walker = world.place_of(running.site_id).walker_of(running)
    assert walker is not None
    assert running.pk not in living.taken_over(world, demo)
    Person.objects.filter(pk=walker.person.pk).update(last_login=demo)
    world = read_world()
    world.read_watches(demo - timedelta(days=1), demo + timedelta(days=1))
    assert running.pk in living.taken_over(world, demo)


def test_a_round_is_always_walked_the_same_way(demo: datetime) -> None:
    """So that what was made already is recognised."""
    world = read_world()
    world.read_watches(demo - timedelta(days=3), demo + timedelta(days=1))
    for round_ in Round.objects.filter(closes_at__lt=demo).order_by("pk")[:20]:
        place = world.place_of(round_.site_id)
        assert walk(place, round_) == walk(place, round_)


def test_an_identifier_belongs_to_its_names() -> None:
    """And carries its time."""
    at = clock.now()
    assert identifier(at, "a", 1) == identifier(at, "a", 1) != identifier(at, "a", 2)
    assert identifier(at, "a").version == 7


def test_json_names_addresses_sign_ins_and_labels(demo: datetime, settings: object) -> None:
    """One sign-in for each role at each site, all with the same columns; what is printed is JSON and nothing else."""
    settings.DEMO = True  # type: ignore[attr-defined]
    out = io.StringIO()
    with clock.set_to(demo):
        call_command("demo", "--json", stdout=out, stderr=io.StringIO())
    known = json.loads(out.getvalue())
    rows = known["sign_ins"]
    assert {tuple(row) for row in rows} == {("sign_in", "password", "role", "name", "where")}
    assert {row["role"] for row in rows} == set(Role.values)
    assert Counter(row["role"] for row in rows)["guard"] == 3
    person = Person.objects.get(username=rows[0]["sign_in"])
    assert person.check_password(rows[0]["password"])
    assert known["labels"][0]["address"].startswith(known["address"])


def test_the_ticker_does_nothing_outside_the_demo(demo: datetime) -> None:
    """The task may be called anywhere."""
    before = Scan.objects.count()
    with clock.set_to(demo + timedelta(minutes=20)):
        walk_demo()
    assert Scan.objects.count() == before


@pytest.mark.parametrize("name", SITES)
def test_the_picture_of_a_plan_shows_its_content(name: str) -> None:
    """After a change of the content: `python -m portal.demo.drawing`."""
    site = site_spec(name)
    with Image.open(drawing.picture_path(name)) as picture:
        assert picture.info[drawing.CONTENT_KEY] == drawing.fingerprint(site)
        assert picture.width / picture.height == pytest.approx(site.width / site.height, rel=0.01)


def test_the_content_refers_only_to_what_it_has() -> None:
    """Points, posts, zones and people by their codes."""
    for site in all_sites():
        points, zones = {row.code for row in site.points}, {row.code for row in site.zones}
        posts = {row.code for row in site.posts}
        people = {row.number for row in company_spec(site.company).staff if row.site == site.code}
        assert {code for row in site.rounds for code in row.points} <= points
        assert {row.point for row in site.matters} <= points
        assert {row.zone for row in site.points} <= zones
        assert {*site.early, *site.late, *site.night} <= posts
        named = [row.person for row in site.zones] + [row.person for row in site.rounds]
        assert {*filter(None, named)} <= people
        assert all(0 < row.at[0] < site.width and 0 < row.at[1] < site.height for row in site.points)


@pytest.mark.requirement("R067")
def test_devices_are_connected_and_some_of_their_alarms_wait(demo: datetime) -> None:
    """Of several systems at two sites, with a history, a silent camera, and signs of life as the demo goes on."""
    assert Counter(AlarmSource.objects.values_list("site__code", flat=True)) == {"CH": 5, "HY": 2}
    states = Counter(Alarm.objects.values_list("state", flat=True))
    assert states["new"] >= 3
    assert states["acknowledged"] >= 1
    silent = Alarm.objects.get(code="silence")
    assert (silent.device, silent.ended_at) == ("CAM-B1-07", None)
    assert not AlarmReading.objects.filter(outcome="waiting").exists()
    before = AlarmMessage.objects.count()
    with clock.set_to(demo + timedelta(minutes=70)):
        filling.go_on()
    assert AlarmMessage.objects.count() > before
    assert Alarm.objects.filter(code="silence").count() == 1
    assert not Alarm.objects.filter(state="new", last_at__lt=demo).exclude(code="silence").exists()


@pytest.mark.requirement("R075")
@pytest.mark.requirement("R076")
def test_what_residents_say_is_asked_seen_discussed_and_answered(demo: datetime) -> None:
    """Ratings after services by month, observations with findings, forums with agreements, lines residents read."""
    wave = Wave.objects.get(audience="service", state="open")
    results = Results(wave)
    line = results.line("result")
    assert line is not None
    assert results.personal >= 20
    assert sum(month.tally.answers for month in by_month(wave, line.question, "", None)) == line.tally.answers
    assert wave.site.observations.count() == 3
    assert wave.site.observations.filter(findings__case__status=CaseStatus.CLOSED).exists()
    held = wave.site.forums.exclude(minutes="").get()
    assert {action.status for action in actions_of(held)} == {ActionStatus.OPEN, ActionStatus.DONE}
    assert wave.site.forums.filter(minutes="", held_at__gt=demo).exists()
    assert shown_to_residents(wave.site).count() == 4
    assert wave.site.said_done.filter(published_at=None).exists()
    closed = wave.site.survey_waves.filter(audience="households", state="closed").get()
    assert actions_of(closed).exists()
    assert not OutboxItem.objects.waiting().filter(handler=after_service.ASK).exists()


@pytest.mark.requirement("R056")
def test_the_monthly_report_goes_to_the_leaders_and_the_committee(demo: datetime) -> None:
    """The committee gets the edition without names, by a link."""
    found = {
        (schedule.edition, schedule.sending, bool(schedule.addresses))
        for schedule in ReportSchedule.objects.all()
    }
    assert found == {("internal", "file", False), ("owners", "link", True)}
