"""A company of many sites, each with its points, plans, a guard and a supervisor."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain

from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore

from core.clock import now
from core.recurrence import Rule, rule_from_json
from incidents.models import Case, CaseKind
from organization.models import Company, IntegrationToken, Membership, Person, Role, Site, Zone
from organization.services.tokens import hashed
from patrols.models import Checkpoint, CheckpointLabel, Plan, Route, RoutePoint
from patrols.services.labels import _derive
from patrols.services.scanning import token_digest

POINTS = 8
PLANS = 4
#: Rounds of one site in a day (performance.md F: 500 sites × 40 rounds).
ROUNDS_A_DAY = 40
EVERY = 24 * 60 * PLANS // ROUNDS_A_DAY
CASES = 12


@dataclass(frozen=True, slots=True)
class World:
    """What the cases need of it. One guard and one supervisor for each site, in the order of the sites."""

    company: Company
    sites: list[Site]
    points: dict[int, list[Checkpoint]]
    guards: list[Person]
    supervisors: list[Person]


def build(sites: int) -> World:
    """Make the company with its `sites`, ready to be patrolled for two days."""
    moment = now()
    company = Company.objects.create(code="bench", name="Bench")
    places = Site.objects.bulk_create(
        Site(company=company, code=f"s{n}", name=f"Site {n}", plan_width_m=200, plan_height_m=100)
        for n in range(sites)
    )
    square = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]
    Zone.objects.bulk_create(Zone(site=site, code="Z1", name="Grounds", polygon=square) for site in places)
    points = _points(places, moment)
    _plans(places, points, moment)
    guards = _people(company, places, Role.GUARD, "g")
    supervisors = _people(company, places, Role.SUPERVISOR, "v")
    _tokens(company, guards, moment)
    _cases(places, guards, moment)
    return World(company, places, points, guards, supervisors)


def secret_of(person: Person) -> str:
    """The bearer token of a guard."""
    return f"orderly_bench_{person.pk}"


def code_of(point: Checkpoint) -> str:
    """What the label of a point says."""
    return _derive(point.pk, 1)


def session_of(person: Person) -> str:
    """A new session of `person`, as signing in makes one; its cookie."""
    store = SessionStore()
    store["_auth_user_id"] = str(person.pk)
    store["_auth_user_backend"] = "organization.backends.MembershipBackend"
    store["_auth_user_hash"] = person.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def _points(sites: list[Site], moment: datetime) -> dict[int, list[Checkpoint]]:
    made = Checkpoint.objects.bulk_create(
        Checkpoint(
            site=site, code=f"P{n}", name=f"Point {n}", x=0.1 + n / 10, y=0.5,
            latitude=31.2 + n / 10_000, longitude=121.4 + n / 10_000,
        )
        for site in sites
        for n in range(POINTS)
    )  # fmt: skip
    CheckpointLabel.objects.bulk_create(
        CheckpointLabel(
            checkpoint=point,
            serial=1,
            token_sha256=token_digest(code_of(point)),
            issued_at=moment - timedelta(days=99),
        )
        for point in made
    )
    Checkpoint.objects.update(positioned_at=moment - timedelta(days=99))
    found: dict[int, list[Checkpoint]] = {site.pk: [] for site in sites}
    for point in made:
        found[point.site_id].append(point)
    return found


def _plans(sites: list[Site], points: dict[int, list[Checkpoint]], moment: datetime) -> None:
    routes = Route.objects.bulk_create(Route(site=site, name="Grounds") for site in sites)
    RoutePoint.objects.bulk_create(
        RoutePoint(route=route, checkpoint=point, position=n)
        for route in routes
        for n, point in enumerate(points[route.site_id])
    )
    Plan.objects.bulk_create(
        Plan(site_id=route.site_id, route=route, name=f"Plan {n}", rule=_rule(n), window_minutes=30)
        for route in routes
        for n in range(PLANS)
    )
    Plan.objects.update(created_at=moment - timedelta(days=2))


def _rule(number: int) -> Rule:
    """Ten times a day, each plan a little after the one before."""
    first = number * EVERY // PLANS
    minutes = [first + n * EVERY for n in range(ROUNDS_A_DAY // PLANS)]
    return rule_from_json({"frequency": "daily", "times": [f"{at // 60:02}:{at % 60:02}" for at in minutes]})


def _people(company: Company, sites: list[Site], role: Role, letter: str) -> list[Person]:
    people: list[Person] = Person.objects.bulk_create(
        Person(
            company=company, username=f"bench-{letter}{n}", staff_number=f"{letter}{n}", name=f"{role.label} {n}",
            email=f"{letter}{n}@example.org", password=make_password(None),
        )
        for n, _site in enumerate(sites)
    )  # fmt: skip
    Membership.objects.bulk_create(
        Membership(person=person, company=company, site=site, role=role, valid_from=date(2020, 1, 1))
        for person, site in zip(people, sites, strict=True)
    )
    return people


def _tokens(company: Company, guards: list[Person], moment: datetime) -> None:
    IntegrationToken.objects.bulk_create(
        IntegrationToken(
            company=company, name=guard.name, sha256=hashed(secret_of(guard)), hint="orderly_benc",
            scopes=["patrols:write"], expires_at=moment + timedelta(days=30), created_by=guard,
        )
        for guard in guards
    )  # fmt: skip


def _cases(sites: list[Site], guards: list[Person], moment: datetime) -> None:
    """The open cases of the sites whose pages are looked at."""
    rows = (
        (
            Case(
                company_id=site.company_id, site=site, number=f"{site.code}-{n}", kind=CaseKind.values[0],
                title=f"Case {n}", occurred_at=moment, reported_at=moment - timedelta(hours=n),
                due_at=moment + timedelta(hours=n), reported_by=guard, state="reported", state_since=moment,
            )
            for n in range(CASES)
        )
        for site, guard in zip(sites[:8], guards[:8], strict=True)
    )  # fmt: skip
    Case.objects.bulk_create(chain.from_iterable(rows))
