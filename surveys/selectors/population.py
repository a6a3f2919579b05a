"""Who could be asked at a site, in which parts, and how many of them a wave takes."""

import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from organization.access import EVERYBODY, people_holding
from organization.models import Building, Household, HouseholdKind, Role, Site, Zone
from surveys.models import Audience, Selection, Stratify
from surveys.sampling import allocate, invitations_needed, sample_size

#: Fewer answers than this are shown nowhere; a part should expect at least so many.
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the site: those in it by key, and what it is called ("" is the rest or the whole)."""

    label: str
    members: tuple[int, ...]
    building_id: int | None = None
    zone_id: int | None = None


@dataclass(frozen=True, slots=True)
class Design:
    """How a wave chooses whom it asks."""

    audience: str = Audience.HOUSEHOLDS
    selection: str = Selection.SAMPLE
    stratify: str = Stratify.NONE
    confidence: Decimal = Decimal("0.95")
    margin: Decimal = Decimal("0.05")
    expected_response: Decimal = Decimal("0.3")


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a design comes to at a site as its register stands now.

    `wanted` invitations would bring the `needed` answers; `invited` is what the register allows.
    """

    population: int
    needed: int
    wanted: int
    invited: int
    parts: tuple[tuple[Part, int], ...]

    @property
    def is_short(self) -> bool:
        """Does the register have fewer than would have to be invited?"""
        return self.wanted > self.population

    @property
    def small_parts(self) -> list[str]:
        """Parts invited in numbers too small to be shown by themselves."""
        return [part.label for part, count in self.parts if 0 < count < FEWEST] if len(self.parts) > 1 else []


def estimate(site: Site, design: Design) -> Estimate:
    """Population, answers needed and invitations of a design; at most three queries."""
    parts = parts_of(site, design)
    population = sum(len(part.members) for part in parts)
    needed = sample_size(population, design.margin, design.confidence)
    wanted = (
        population
        if design.selection == Selection.ALL
        else invitations_needed(needed, design.expected_response)
    )
    invited = min(wanted, population)
    counts = allocate({number: len(part.members) for number, part in enumerate(parts)}, invited)
    given = tuple((part, counts[number]) for number, part in enumerate(parts))
    return Estimate(population, needed, wanted, invited, given)


def parts_of(site: Site, design: Design) -> list[Part]:
    """The parts in the order of their names; one part when it is not divided; none for open waves."""
    if design.audience == Audience.OPEN:
        return []
    if design.audience == Audience.STAFF:
        # Auditors look at the site's work, they do not do it.
        people = people_holding(EVERYBODY - {Role.AUDITOR}, site).order_by("pk")
        return [Part("", tuple(people.values_list("pk", flat=True)))]
    rows = list(askable(site).order_by("pk").values_list("pk", "building_id"))
    if design.stratify == Stratify.NONE:
        return [Part("", tuple(pk for pk, _building in rows))]
    by_building: defaultdict[int | None, list[int]] = defaultdict(list)
    for pk, building_id in rows:
        by_building[building_id].append(pk)
    if design.stratify == Stratify.BUILDING:
        return _by_building(site, by_building)
    return _by_zone(site, by_building)


def askable(site: Site) -> QuerySet[Household]:
    """Units somebody lives or works in."""
    return Household.objects.filter(site=site, is_active=True).exclude(kind=HouseholdKind.VACANT)


def _by_building(site: Site, members: dict[int | None, list[int]]) -> list[Part]:
    buildings = sorted(Building.objects.filter(site=site), key=lambda one: _by_number(one.code))
    parts = [
        Part(building.name, tuple(members[building.pk]), building_id=building.pk)
        for building in buildings
        if building.pk in members
    ]
    return parts + ([Part("", tuple(members[None]))] if None in members else [])


def _by_zone(site: Site, by_building: dict[int | None, list[int]]) -> list[Part]:
    """A household belongs to the first zone that names its building."""
    zones: dict[int, Zone] = {}
    for zone in Zone.objects.filter(site=site, is_active=True, building__isnull=False).order_by("-code"):
        zones[zone.building_id or 0] = zone
    members: defaultdict[Zone | None, list[int]] = defaultdict(list)
    for building_id, households in by_building.items():
        members[zones.get(building_id or 0)] += households
    named = sorted((zone for zone in members if zone is not None), key=lambda zone: _by_number(zone.code))
    parts = [Part(zone.name, tuple(sorted(members[zone])), zone_id=zone.pk) for zone in named]
    return parts + ([Part("", tuple(sorted(members[None])))] if None in members else [])


def _by_number(code: str) -> list[tuple[int, str]]:
    """A key that puts building 2 before building 10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", code) if part]
