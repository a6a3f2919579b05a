"""The companies, sites, people, points and plans of the demo: made once, through the services people use."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from checklists.models import Checklist
from checklists.services import defaults as checklists
from core.clock import local, set_to
from incidents.services import prepared
from organization.models import Building, Company, Department, Holiday, Membership, Person, Role, Site, Zone
from organization.services.sites import add_building, add_site, add_zone
from patrols.models import Checkpoint, Plan, PlanProgress
from patrols.services.checkpoints import create_checkpoint
from patrols.services.planning import create_plan, create_route
from patrols.services.proposals import Proposal, proposal_of
from portal.demo.drawing import picture_path
from portal.demo.places import latitude_of, longitude_of
from portal.demo.registering import register
from portal.demo.specs import SITES, CompanySpec, SiteSpec, company_spec, site_spec
from rosters.models import Post
from rosters.services.roster import add_post
from surveys.services import defaults as questionnaires

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: Roles that nobody holds at one site only.
COMPANY_ROLES = frozenset({Role.COMPANY_MANAGER, Role.ADMINISTRATOR, Role.AUDITOR, Role.TRAINER})


@dataclass(frozen=True, slots=True)
class Founded:
    """A company with its people by staff number, and who acts for it."""

    company: Company
    people: dict[str, Person]
    manager: Person


def found(first: datetime, present: datetime, password: str) -> None:
    """Make everything that does not move, as if it had been set up shortly before `first`.

    `password` is everybody's, hashed.
    """
    with set_to(first - timedelta(days=1)):
        companies: dict[str, Founded] = {}
        for name in SITES:
            spec = site_spec(name)
            if spec.company not in companies:
                companies[spec.company] = _found_company(company_spec(spec.company), first, password)
            _found_site(name, spec, companies[spec.company], first, present)


def _found_company(spec: CompanySpec, first: datetime, password: str) -> Founded:
    company = Company.objects.create(
        name=spec.name, code=spec.code, language=spec.language, time_zone=spec.time_zone
    )
    people: dict[str, Person] = {}
    for row in spec.staff:
        if row.number not in people:
            people[row.number] = Person.objects.create(
                company=company,
                username=f"{spec.code}-{row.number}",
                staff_number=row.number,
                name=row.name,
                phone=_phone(spec, row.number),
                email=f"{row.mail}@{spec.domain}",
                password=password,
                wants_email=False,
            )
    manager = next(row.number for row in spec.staff if row.role == Role.COMPANY_MANAGER)
    since = local(first, spec.time_zone).date() - timedelta(days=30)
    for row in spec.staff:
        if not row.site:
            Membership.objects.create(
                person=people[row.number], company=company, role=row.role, valid_from=since
            )
    for part in spec.departments:
        Department.objects.create(company=company, name=part.name, head=people[part.head])
    for year in (first.year, first.year + 1):
        Holiday.objects.bulk_create(
            Holiday(company=company, day=since.replace(year=year, month=month, day=day), name=name)
            for month, day, name in spec.holidays
        )
    checklists.install(company)
    questionnaires.install(company)
    prepared.install_templates(company)
    prepared.install_rules(company)
    return Founded(company, people, people[manager])


def _phone(spec: CompanySpec, number: str) -> str:
    """A number nobody has: +86 130 0000 …, or +852 5000 0… in Hong Kong."""
    return f"1300000{number}" if spec.time_zone == "Asia/Shanghai" else f"50000{number}"


def _found_site(name: str, spec: SiteSpec, founded: Founded, first: datetime, present: datetime) -> None:
    site: Site = add_site(
        actor=founded.manager,
        company=founded.company,
        code=spec.code,
        name=spec.name,
        address=spec.address,
        time_zone=spec.time_zone,
        language=spec.language,
        plan=ContentFile(picture_path(name).read_bytes(), name="plan.png"),
        plan_width_m=Decimal(str(spec.width)),
        plan_height_m=Decimal(str(spec.height)),
        **spec.profile,
    )
    _place_people(spec, site, founded, first)
    zones = _draw_zones(spec, site, founded, first)
    register(spec, site, founded.manager, local(first, spec.time_zone).date())
    posts = _add_posts(spec, site, founded, zones, local(first, spec.time_zone).date())
    points = _place_points(spec, site, founded, zones)
    _plan_rounds(spec, site, founded, zones, posts, points, first, present)


def _place_people(spec: SiteSpec, site: Site, founded: Founded, first: datetime) -> None:
    since = local(first, spec.time_zone).date() - timedelta(days=30)
    staff = [row for row in company_spec(spec.company).staff if row.site == spec.code]
    supervisor = next(founded.people[row.number] for row in staff if row.role == Role.SUPERVISOR)
    Department.objects.create(company=founded.company, site=site, name=spec.department, head=supervisor)
    Membership.objects.bulk_create(
        Membership(
            person=founded.people[row.number],
            company=founded.company,
            site=site,
            role=row.role,
            valid_from=since,
        )
        for row in staff
    )


def _draw_zones(spec: SiteSpec, site: Site, founded: Founded, first: datetime) -> dict[str, Zone]:
    for row in spec.buildings:
        add_building(
            actor=founded.manager, site=site, code=row.code, name=row.name, floors_above=row.above,
            floors_below=row.below, height_m=Decimal(str(row.height)),
        )  # fmt: skip
    zones: dict[str, Zone] = {}
    for index, zone in enumerate(spec.zones):
        measures: dict[str, Any] = {"area_m2": Decimal(f"{zone.area():.1f}")}
        if zone.length and zone.width:
            measures = {"length_m": Decimal(str(zone.length)), "width_m": Decimal(str(zone.width))}
        days = 78 if zone.review == "overdue" else 120 + index * 12
        zones[zone.code] = add_zone(
            actor=founded.manager,
            site=site,
            code=zone.code,
            name=zone.name,
            kind=zone.kind,
            staffing_standard=Decimal(str(zone.standard)),
            polygon=[[round(x / spec.width, 4), round(y / spec.height, 4)] for x, y in zone.outline()],
            responsible=founded.people.get(zone.person),
            duties=zone.duties,
            review_due_on=local(first, spec.time_zone).date() + timedelta(days=days),
            **measures,
        )
    return zones


def _add_posts(
    spec: SiteSpec, site: Site, founded: Founded, zones: dict[str, Zone], since: date
) -> dict[str, Post]:
    return {
        post.code: add_post(
            actor=founded.manager,
            site=site,
            code=post.code,
            name=post.name,
            kind=post.kind,
            zone=zones.get(post.zone),
            coverage={day: [list(post.hours)] for day in DAYS},
            since=since,
        )
        for post in spec.posts
    }


def _place_points(
    spec: SiteSpec, site: Site, founded: Founded, zones: dict[str, Zone]
) -> dict[str, Checkpoint]:
    buildings = {row.code: row for row in Building.objects.filter(site=site)}
    lists = {row.code: row for row in Checklist.objects.filter(company=founded.company)}
    return {
        point.code: create_checkpoint(
            user=founded.manager,
            site=site,
            code=point.code,
            name=point.name,
            zone=zones[point.zone],
            building=buildings.get(point.building),
            place=point.place,
            floor=point.floor,
            x=round(point.at[0] / spec.width, 4),
            y=round(point.at[1] / spec.height, 4),
            latitude=round(latitude_of(spec, point.at), 6),
            longitude=round(longitude_of(spec, point.at), 6),
            freshness_hours=point.hours,
            checklist=lists.get(point.checklist),
        )
        for point in spec.points
    }


def _plan_rounds(
    spec: SiteSpec,
    site: Site,
    founded: Founded,
    zones: dict[str, Zone],
    posts: dict[str, Post],
    points: dict[str, Checkpoint],
    first: datetime,
    present: datetime,
) -> None:
    """Routes and plans. Their rounds begin with the history, or some days into it."""
    for row in spec.rounds:
        route = create_route(
            user=founded.manager,
            site=site,
            name=row.route,
            order=row.order,
            zone=zones.get(row.zone),
            checkpoint_ids=[points[code].pk for code in row.points],
        )
        proposal: Proposal | None = proposal_of(site, row.proposal) if row.proposal else None
        plan = create_plan(
            user=founded.manager,
            site=site,
            route=route,
            name=row.name,
            discipline=row.discipline,
            rule=row.rule,
            window_minutes=row.window,
            grace_minutes=row.grace,
            early_minutes=10,
            post=posts.get(row.post),
            person=founded.people.get(row.person),
            basis=proposal.basis if proposal else row.basis,
        )
        begun = first + (present - first) * row.after
        Plan.objects.filter(pk=plan.pk).update(created_at=begun)
        PlanProgress.objects.filter(plan=plan).update(rounds_until=begun)
        plan.rounds.all().delete()


def companies() -> list[Company]:
    """The demo's companies, by code."""
    codes = [company_spec(site_spec(name).company).code for name in SITES]
    return list(Company.objects.filter(code__in=codes).order_by("code"))
