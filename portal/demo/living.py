"""Lets the demo live from one time to another: the first ninety days, the gap since the last start, the last minute."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q

from core.clock import set_to
from core.models import Notification, OutboxItem
from core.outbox import running
from patrols.models import OPEN_STATUSES, Round, RoundStatus, Scan
from patrols.services import judging, materialising
from patrols.services.intake import take_scans
from portal.demo import acts, desk, oddities
from portal.demo.chance import device_of, share
from portal.demo.phones import scan_operation
from portal.demo.walking import Visit, walk
from portal.demo.world import Place, World

#: Long ago in long steps; the last days step by step, so that people were told of each missed round in its time.
LONG, SHORT = timedelta(days=7), timedelta(hours=2)
RECENT = timedelta(days=3)
#: Rounds that began up to this long before a step may still be under way in it.
LONGEST_ROUND = timedelta(hours=7)
OVER = (RoundStatus.MISSED, RoundStatus.CANCELLED)
#: Rounds are made in steps no longer than what is made ahead.
MAKING = timedelta(hours=48)
#: Whoever signed in within this time walks by themselves.
TAKEN_OVER = timedelta(hours=2)


@dataclass
class Lived:
    """How much was made."""

    scans: int = 0
    acts: int = 0
    rounds: set[int] = field(default_factory=set)


def live_through(world: World, since: datetime, until: datetime, *, spared: Collection[int] = ()) -> Lived:
    """Everything that happens in (since, until], at its own time; rounds in `spared` are not walked."""
    lived = Lived()
    begin = since
    for end in _steps(world, since, until):
        with set_to(end), transaction.atomic():
            _step(world, begin, end, lived, spared)
        begin = end
    return lived


def make_rounds(since: datetime, until: datetime) -> None:
    """Make the rounds of a time that nobody made them in."""
    at = since
    while at < until:
        materialising.materialise(at)
        at += MAKING
    materialising.materialise(until)


def _steps(world: World, since: datetime, until: datetime) -> Iterator[datetime]:
    """Ends of the steps from `since` to `until`; replaced labels begin a step of their own."""
    turns = {act.at for place in world.places for act in desk.labels_replaced(place)}
    at = since
    while at < until:
        following = min(at + LONG, until - RECENT) if at < until - RECENT else at + SHORT
        at = min([following, until, *(turn for turn in turns if turn > at)])
        yield at


def _step(world: World, since: datetime, until: datetime, lived: Lived, spared: Collection[int]) -> None:
    happening: list[acts.Act] = []
    world.read_watches(since - acts.LONGEST - LONGEST_ROUND, until + timedelta(hours=1))
    by_company: dict[int, list[tuple[Place, Visit]]] = {}
    for place in world.places:
        visits = [
            visit
            for round_ in _rounds(place, since, until)
            if round_.pk not in spared
            for visit in walk(place, round_)
        ]
        lived.rounds |= {visit.round.pk for visit in visits}
        by_company.setdefault(place.site.company_id, []).extend((place, visit) for visit in visits)
        happening += [act for visit in visits for act in acts.checks_of(world, place, visit)]
        happening += acts.matters_between(place, since, until)
    for visits_there in by_company.values():
        lived.scans += _scan(visits_there, since, until)
    for place in world.places:
        happening += desk.reviews_between(place, since, until)
        happening += desk.labels_replaced(place)
    lived.acts += acts.perform(happening, since, until)
    world.read_labels()
    judging.judge_due(until)
    _tell()


def _tell() -> None:
    """Tell leaders in the time of the demo, not when a worker comes to it."""
    work = OutboxItem.objects.waiting().filter(handler=judging.TELL)
    running.run(ids=list(work.values_list("pk", flat=True)))


def _rounds(place: Place, since: datetime, until: datetime) -> list[Round]:
    """Rounds that may have something happen between two times: walked, or what was found on them settled.

    Missed ones are over, except on the evening the network was down.
    """
    checked = [
        key
        for key, plan in place.plans.items()
        if any(place.spec.point(code).checklist for code in plan.points)
    ]
    begins = Q(due_start__gt=since - LONGEST_ROUND) | Q(
        due_start__gt=since - acts.LONGEST, plan_id__in=checked
    )
    rows = Round.objects.filter(begins, site=place.site, plan_id__in=place.plans, due_start__lt=until)
    begin, end = oddities.OFFLINE.bounds(place)
    return [
        row
        for row in rows.order_by("due_start", "pk")
        if row.status not in OVER or begin <= row.due_start < end
    ]


def _scan(visits: list[tuple[Place, Visit]], since: datetime, until: datetime) -> int:
    """Hand in the scans that arrive in (since, until] and are not there yet; how many."""
    ops = {
        op.id: op
        for place, visit in visits
        if since < (op := scan_operation(place, visit)).received_at <= until
    }
    for known in Scan.objects.filter(pk__in=ops).values_list("pk", flat=True):
        del ops[known]
    arriving = sorted(ops.values(), key=lambda op: op.received_at)
    if arriving:
        with set_to(arriving[-1].received_at):
            take_scans(arriving)
    return len(arriving)


def last_lived(world: World) -> datetime | None:
    """When the demo's last scan was made; None before the first."""
    sites = [place.site.pk for place in world.places]
    found: datetime | None = Scan.objects.filter(site_id__in=sites).aggregate(last=Max("corrected_at"))[
        "last"
    ]
    return found


def missed_just_now(world: World, now: datetime) -> set[int]:
    """A round of the first site that closed within the last hour and a half and that nobody has walked."""
    place = world.places[0]
    closed = Round.objects.filter(
        site=place.site,
        plan_id__in=place.plans,
        status__in=OPEN_STATUSES,
        first_scan_at=None,
        closes_at__gt=now - timedelta(minutes=100),
        closes_at__lte=now,
    )
    indoors = [key for key, plan in place.plans.items() if plan.order == "any"]
    chosen = closed.filter(plan_id__in=indoors).order_by("-closes_at").first()
    return set() if chosen is None else {chosen.pk}


def taken_over(world: World, now: datetime) -> set[int]:
    """Rounds that people walk themselves: whoever signed in lately does, and who has scanned in one goes on with it."""
    ours = {device_of(one.spec.number) for place in world.places for one in place.walkers.values()}
    sites = [place.site.pk for place in world.places]
    lately = Round.objects.filter(site_id__in=sites, opens_at__lte=now, closes_at__gt=now - LONGEST_ROUND)
    rows = {row.pk: row for row in lately}
    scans = Scan.objects.filter(round_id__in=rows, corrected_at__gt=now - timedelta(hours=12))
    theirs = {key for key, device in scans.values_list("round_id", "device_id") if device not in ours and key}
    for place in world.places:
        for row in rows.values():
            walker = place.walker_of(row) if row.site_id == place.site.pk else None
            signed_in = walker.person.last_login if walker else None
            if signed_in is not None and signed_in > now - TAKEN_OVER:
                theirs.add(row.pk)
    return theirs


def read_old_notices(world: World, now: datetime) -> None:
    """People have read most of what they were told before yesterday, and some of what came since."""
    people = [key for place in world.places for key in place.walkers]
    unread = Notification.objects.filter(recipient_id__in=people, read_at=None)
    rows = list(unread)
    for row in rows:
        old = row.created_at < now - timedelta(hours=20)
        if share("read", row.pk) < (0.97 if old else 0.35):
            row.read_at = min(row.created_at + timedelta(minutes=1 + 240 * share("pause", row.pk)), now)
    Notification.objects.bulk_update([row for row in rows if row.read_at], ["read_at"], batch_size=500)
