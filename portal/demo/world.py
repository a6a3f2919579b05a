"""What the demo needs to know of the database to go on: read once per run, in a handful of queries."""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from checklists.models import ChecklistItem, ChecklistVersion, VersionState
from organization.models import Company, Person, Role, Site
from patrols.models import Checkpoint, CheckpointLabel, Plan, Round
from patrols.services.labels import token_for
from portal.demo.founding import companies
from portal.demo.specs import SITES, PersonSpec, PointSpec, RoundsSpec, SiteSpec, company_spec, site_spec
from rosters.models import Shift


@dataclass(frozen=True, slots=True)
class Walker:
    """Somebody who walks rounds: the row, and what they are like."""

    person: Person
    spec: PersonSpec


@dataclass(frozen=True, slots=True)
class Stop:
    """A point as the demo knows it."""

    checkpoint: Checkpoint
    spec: PointSpec


@dataclass
class Place:
    """One site: its rows and its content side by side."""

    site: Site
    spec: SiteSpec
    anchor: datetime
    stops: dict[int, Stop] = field(default_factory=dict)
    plans: dict[int, RoundsSpec] = field(default_factory=dict)
    #: people of the site by id
    walkers: dict[int, Walker] = field(default_factory=dict)
    #: by post: (from, until, person), in order
    watches: dict[int, list[tuple[datetime, datetime, int]]] = field(default_factory=dict)
    tokens: dict[int, dict[int, str]] = field(default_factory=dict)

    def stop_of(self, code: str) -> Stop:
        """The point of that code."""
        return next(stop for stop in self.stops.values() if stop.spec.code == code)

    def first_with(self, role: str) -> Person:
        """Somebody of the site with that role, whose roles are read anew: the demo lives at many times."""
        person = next(one.person for one in self.walkers.values() if one.spec.role == role)
        vars(person).pop("_grants", None)
        return person

    def on_post(self, post_id: int | None, at: datetime) -> int | None:
        """Who stands on a post at a time."""
        watches = self.watches.get(post_id or 0, [])
        index = bisect_right(watches, at, key=lambda watch: watch[0]) - 1
        return watches[index][2] if index >= 0 and watches[index][1] > at else None

    def walker_of(self, round_: Round) -> Walker | None:
        """Who walks a round: its person, or whoever is on its post when it begins."""
        key = round_.person_id or self.on_post(round_.post_id, round_.due_start + timedelta(minutes=2))
        return self.walkers.get(key) if key else None

    def somebody(self, at: datetime, turn: int) -> Walker | None:
        """One of those on duty at a time."""
        present = sorted({key for post in self.watches if (key := self.on_post(post, at)) is not None})
        return self.walkers.get(present[turn % len(present)]) if present else None


@dataclass
class World:
    """All sites of the demo."""

    places: list[Place]
    versions: dict[int, ChecklistVersion]
    items: dict[int, list[ChecklistItem]]

    def place_of(self, site_id: int) -> Place:
        """The place of a site."""
        return next(place for place in self.places if place.site.pk == site_id)

    def read_labels(self) -> None:
        """Read the tokens of all labels, void ones included."""
        stops = {key: place for place in self.places for key in place.stops}
        for place in self.places:
            place.tokens = defaultdict(dict)
        for label in CheckpointLabel.objects.filter(checkpoint_id__in=stops):
            try:
                stops[label.checkpoint_id].tokens[label.checkpoint_id][label.serial] = token_for(label)
            except ValueError:  # the key of the labels has been changed since: these can only be typed
                continue

    def read_watches(self, since: datetime, until: datetime) -> None:
        """Read who is on post between two times."""
        for place in self.places:
            watches: defaultdict[int, list[tuple[datetime, datetime, int]]] = defaultdict(list)
            rows = Shift.objects.filter(site=place.site, ends_at__gt=since, starts_at__lt=until).order_by(
                "starts_at"
            )
            for post_id, starts, ends, person_id in rows.values_list(
                "post_id", "starts_at", "ends_at", "person_id"
            ):
                watches[post_id].append((starts, ends, person_id))
            place.watches = watches


def read_world() -> World:
    """The demo as it stands in the database."""
    owners = companies()
    anchors = {company.pk: company.created_at for company in owners}
    sites = {
        site.code: site
        for site in Site.objects.filter(company__in=owners, is_active=True).select_related("company")
    }
    places = [
        Place(sites[spec.code], spec, anchors[sites[spec.code].company_id])
        for spec in map(site_spec, SITES)
        if spec.code in sites
    ]
    for place in places:
        _read_place(place)
    world = World(places, *_read_checklists(owners))
    world.read_labels()
    return world


def _read_place(place: Place) -> None:
    points = {point.code: point for point in place.spec.points}
    for checkpoint in Checkpoint.objects.filter(site=place.site, is_active=True, code__in=points):
        place.stops[checkpoint.pk] = Stop(checkpoint, points[checkpoint.code])
    rounds = {row.name: row for row in place.spec.rounds}
    for plan in Plan.objects.filter(site=place.site, is_active=True, name__in=rounds):
        place.plans[plan.pk] = rounds[plan.name]
    staff = [row for row in company_spec(place.spec.company).staff if row.site == place.spec.code]
    numbers = {row.number: row for row in staff}
    for person in Person.objects.filter(
        company=place.site.company_id, staff_number__in=numbers, is_active=True
    ):
        place.walkers[person.pk] = Walker(person, numbers[person.staff_number])


def _read_checklists(
    owners: list[Company],
) -> tuple[dict[int, ChecklistVersion], dict[int, list[ChecklistItem]]]:
    """Published versions by checklist, and items by version."""
    rows = ChecklistVersion.objects.filter(checklist__company__in=owners, state=VersionState.PUBLISHED)
    versions = {row.checklist_id: row for row in rows.select_related("checklist").prefetch_related("items")}
    return versions, {row.pk: list(row.items.all()) for row in versions.values()}


LEADERS = (Role.SUPERVISOR, Role.SHIFT_LEADER)
