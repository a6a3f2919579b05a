"""The household registers of the demo: units and invented people, made through the services people use.

Numbers nobody has: +86 138 0000 0…, or +852 5000 9… in Hong Kong. Chance is drawn from the names of things, so that
the register of tomorrow's demo is today's.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from organization.models import (
    Building,
    Household,
    HouseholdKind,
    Person,
    ResidentKind,
    ResidentPurpose,
    Site,
)
from organization.services.households import add_household, add_resident
from portal.demo.chance import dice
from portal.demo.specs import SiteSpec

SURNAMES = (
    "陈林黄张李王吴刘蔡杨许郑谢郭洪曾邱廖赖周叶苏庄吕江何罗高萧潘朱简钟彭游詹胡施沈余卢梁赵颜柯翁魏孙戴"
)
GIVEN = [
    "建国",
    "志强",
    "秀英",
    "桂兰",
    "丽华",
    "文博",
    "晓燕",
    "海涛",
    "雅琴",
    "子轩",
    "雨桐",
    "浩然",
    "思远",
    "美玲",
    "国栋",
    "欣怡",
    "俊杰",
    "素珍",
    "永康",
    "慧敏",
    "立群",
    "佳宁",
    "景明",
    "若兰",
    "承志",
    "春梅",
    "德清",
    "玉洁",
    "光耀",
    "婉清",
]
#: Romanised as in Hong Kong, with the characters.
HONG_KONG = [
    "陳大文 Chan Tai Man",
    "李美儀 Lee Mei Yee",
    "黃志明 Wong Chi Ming",
    "張嘉欣 Cheung Ka Yan",
    "何國雄 Ho Kwok Hung",
    "林詠詩 Lam Wing Sze",
    "吳家俊 Ng Ka Chun",
    "鄭淑芬 Cheng Shuk Fan",
    "梁偉強 Leung Wai Keung",
    "周婉雯 Chow Yuen Man",
    "鄧永昌 Tang Wing Cheong",
    "馮慧珊 Fung Wai Shan",
]

#: From the founding of the demo to the end of its tenants' leases.
LEASE = timedelta(days=540)
#: How many units are registered at each site of the demo.
UNITS = {"CH": 60, "XH": 14, "HY": 12}


@dataclass(frozen=True, slots=True)
class Unit:
    """Where a unit is and what stands at its door."""

    code: str
    building: Building
    floor: str


def register(spec: SiteSpec, site: Site, manager: Person, today: date) -> None:
    """Fill the register of a site; `today` is the day of its founding."""
    buildings = list(site.buildings.filter(floors_above__gt=0))
    for number in range(UNITS.get(spec.code, 0) if buildings else 0):
        unit = _unit(spec, buildings, number)
        kind = _kind(spec, number)
        household = add_household(
            actor=manager, site=site, code=unit.code, building=unit.building, floor=unit.floor, kind=kind
        )
        if kind != HouseholdKind.VACANT:
            _people(spec, household, manager, number, today)


def _unit(spec: SiteSpec, buildings: list[Building], number: int) -> Unit:
    """Units go round the buildings, so that no two are the same."""
    building, turn = buildings[number % len(buildings)], number // len(buildings)
    chance = dice("unit", spec.code, number)
    floor = 2 + (turn * 5 + chance.randrange(4)) % max(building.floors_above - 2, 1)
    if spec.profile.get("site_type") != "residential":
        return Unit(f"{building.code}-{floor:02}{turn + 1:02}", building, str(floor))
    return Unit(f"{building.code}-{1 + turn % 2}-{floor}{turn % 4 + 1:02}", building, str(floor))


def _kind(spec: SiteSpec, number: int) -> str:
    if spec.profile.get("site_type") != "residential":
        return HouseholdKind.VACANT if number % 7 == 3 else HouseholdKind.COMMERCIAL
    return {4: HouseholdKind.LET, 7: HouseholdKind.VACANT, 8: HouseholdKind.LET}.get(
        number % 10, HouseholdKind.OWNER_OCCUPIED
    )


def _people(spec: SiteSpec, household: Household, manager: Person, number: int, today: date) -> None:
    kinds = {
        HouseholdKind.OWNER_OCCUPIED: [ResidentKind.OWNER, ResidentKind.FAMILY][: 1 + number % 2],
        HouseholdKind.LET: [ResidentKind.OWNER, ResidentKind.TENANT],
        HouseholdKind.COMMERCIAL: [ResidentKind.OCCUPIER],
    }[HouseholdKind(household.kind)]
    for place, kind in enumerate(kinds):
        is_tenant = kind == ResidentKind.TENANT
        add_resident(
            actor=manager,
            household=household,
            name=_name(spec, number, place),
            phone=_phone(spec, number, place),
            kind=kind,
            language="en" if number % 23 == 11 else "",
            purpose=ResidentPurpose.EMERGENCY if kind == ResidentKind.FAMILY else ResidentPurpose.SERVICE,
            basis=_basis(spec, kind),
            consent_at=today if kind == ResidentKind.FAMILY else None,
            keep_until=today + LEASE if is_tenant else None,
        )


def _name(spec: SiteSpec, number: int, place: int) -> str:
    if spec.time_zone == "Asia/Hong_Kong":
        return HONG_KONG[(number * 2 + place) % len(HONG_KONG)]
    chance = dice("resident", spec.code, number, place)
    return chance.choice(SURNAMES) + chance.choice(GIVEN)


def _phone(spec: SiteSpec, number: int, place: int) -> str:
    if spec.time_zone == "Asia/Hong_Kong":
        return f"+852 5000 {9000 + number * 2 + place}"
    return f"13800000{number * 2 + place:03}"


def _basis(spec: SiteSpec, kind: str) -> str:
    """In the language of the site, as somebody there would type it."""
    in_hong_kong = spec.time_zone == "Asia/Hong_Kong"
    if kind == ResidentKind.FAMILY:
        return "本人於管理處書面同意" if in_hong_kong else "本人在服务中心书面同意"
    return "物業管理合約" if in_hong_kong else "物业服务合同"
