"""Makes the demo, or brings it up to the present: what `manage.py demo` and the demo's ticker call."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from core.clock import local, now, set_to
from incidents.models import Case, CaseStatus, Mention
from incidents.services.handling import add_note
from kpi.services.folding import fold_changed
from organization.access import people_holding
from organization.models import Membership, Person, Role
from patrols.services import partitions
from portal.demo import acts, devices, living
from portal.demo.chance import dice
from portal.demo.enquiring import ask_residents
from portal.demo.founding import companies, found
from portal.demo.hearing import hear_residents
from portal.demo.improving import improve
from portal.demo.neighbours import move_in
from portal.demo.photographs import develop
from portal.demo.rostering import AHEAD, fill_roster, leave_a_gap
from portal.demo.sending import send_people
from portal.demo.settling import settle
from portal.demo.standing import stand_open
from portal.demo.teamwork import work_together
from portal.demo.world import Place, World, read_world

MAIN_ZONE = "Asia/Shanghai"
HISTORY = timedelta(days=90)
#: A longer absence leaves a gap in the history.
LONGEST_ABSENCE = timedelta(days=45)
#: How far before the last scan the history is taken up again: rounds were under way.
OVERLAP = timedelta(hours=3)
#: The same for the ticker, which comes every half minute.
SHORT_OVERLAP = timedelta(minutes=10)
#: Fewer open cases than this at the first site, and some are reported.
OPEN_CASES = 4
#: How long ago they were reported, and how many hours such a matter usually takes.
KEPT_OPEN = (
    (timedelta(minutes=95), 1.0),
    (timedelta(minutes=17), 3.0),
    (timedelta(hours=29), 12.0),
    (timedelta(hours=5), 20.0),
)
#: Who is told by e-mail as well, once the history is there.
MAILED = (Role.SUPERVISOR, Role.PROJECT_MANAGER, Role.COMPANY_MANAGER)

#: What a guard asks the supervisor in a note.
ASKED = {
    "zh-hans": "现场需要您来看一下，已先做好警戒。",
    "zh-hant": "現場需要您來看一下，已先做好警戒。",
}

Say = Callable[[str], None]


def exists() -> bool:
    """Is there a demo in this database?"""
    return bool(companies())


def fill(password: str, say: Say, history: timedelta = HISTORY) -> World:
    """Make the demo with everybody's `password`, or keep what is there and live on until now."""
    moment = now()
    fresh = not exists()
    first = _midnight(moment - history)
    partitions.ensure(first - timedelta(days=2))
    if fresh:
        say("companies, sites, people, points and plans")
        with transaction.atomic():
            found(first, moment, make_password(password))
            develop(companies())
    world = read_world()
    last = living.last_lived(world)
    since = first if last is None else max(last - OVERLAP, moment - LONGEST_ABSENCE)
    for place in world.places:
        fill_roster(place, since, moment + AHEAD)
        leave_a_gap(place, moment)
    world.read_watches(moment - timedelta(days=1), moment + timedelta(days=1))
    living.make_rounds(since, moment)
    say(f"rounds, scans and cases since {since:%Y-%m-%d %H:%M} UTC")
    spared = living.missed_just_now(world, moment) | living.taken_over(world, moment)
    living.live_through(world, since, moment, spared=spared)
    with transaction.atomic():
        for place in world.places:
            stand_open(place, moment)
        _keep_cases_open(world, moment)
        _name_the_supervisor(world, moment)
        work_together(world.places[0], first, moment)
        for place in world.places:
            send_people(place, moment)
        for place in world.places:
            move_in(place, first, moment)
            devices.connect(place, first, moment)
        ask_residents(world.places[0], first, moment)
        hear_residents(world.places[0], first, moment)
        living.read_old_notices(world, moment)
        if fresh:
            mailed = Membership.objects.filter(role__in=MAILED, company__in=companies())
            Person.objects.filter(memberships__in=mailed).update(wants_email=True)
    say("daily figures")
    while fold_changed():
        pass
    if fresh:
        manage(world.places[0], first, moment)
    return world


def manage(place: Place, first: datetime, moment: datetime) -> None:
    """What managers do with the figures of a site, now that they are counted."""
    with transaction.atomic():
        improve(place, first, moment)
    while fold_changed():
        pass
    with transaction.atomic():
        settle(place, first, moment)


def go_on() -> int:
    """What has happened since the last tick; how many scans."""
    world = read_world()
    if not world.places:
        return 0
    moment = now()
    last = living.last_lived(world) or moment
    since = max(last - SHORT_OVERLAP, moment - OVERLAP)
    world.read_watches(since - timedelta(days=1), moment + timedelta(days=1))
    lived = living.live_through(world, since, moment, spared=living.taken_over(world, moment))
    devices.go_on(world, moment)
    return lived.scans


def _midnight(at: datetime) -> datetime:
    """The beginning of the day in the demo's main time zone."""
    return local(at, MAIN_ZONE).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def _keep_cases_open(world: World, moment: datetime) -> None:
    """Something to do for the first site's supervisor: a few reports of today, one due soon, one overdue."""
    place = world.places[0]
    missing = OPEN_CASES - Case.objects.filter(site=place.site, status=CaseStatus.OPEN).count()
    for number, (ago, hours) in enumerate(KEPT_OPEN[: max(missing, 0)]):
        at = moment - ago
        walker = place.somebody(at, number)
        if walker is not None:
            matter = min(place.spec.matters, key=lambda one: abs(one.hours - hours))
            report, given, *_settled = acts.reported(
                place, matter, walker, at, dice("kept open", at.isoformat())
            )
            acts.perform([report, given], at, moment)


def _name_the_supervisor(world: World, moment: datetime) -> None:
    """A note in which a guard asks the first site's supervisor to come: it waits on “my work”."""
    place = world.places[0]
    if Mention.objects.filter(entry__case__site=place.site).exists():
        return
    supervisor = people_holding((Role.SUPERVISOR,), place.site).order_by("pk").first()
    waiting = Case.objects.filter(site=place.site, status=CaseStatus.OPEN, reported_by__isnull=False)
    case = waiting.select_related("reported_by").order_by("due_at", "pk").first()
    if supervisor is None or case is None or case.reported_by is None or case.reported_by == supervisor:
        return
    with set_to(moment - timedelta(minutes=6)):
        add_note(
            user=case.reported_by, case_id=case.pk, text=f"@{supervisor.name} {ASKED[place.spec.language]}"
        )
