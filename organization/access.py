"""What a person holds today: roles at sites. Read once per request, asked by every policy."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, JSONObject

from core.clock import now
from organization.models import Membership, Person, Role, Site

EVERYBODY = frozenset(Role)
READERS = EVERYBODY
SITE_LEADERS = frozenset({Role.SHIFT_LEADER, Role.SUPERVISOR, Role.PROJECT_MANAGER, Role.COMPANY_MANAGER})
PLANNERS = frozenset({Role.SUPERVISOR, Role.PROJECT_MANAGER, Role.COMPANY_MANAGER, Role.ADMINISTRATOR})
MANAGERS = frozenset({Role.PROJECT_MANAGER, Role.COMPANY_MANAGER, Role.ADMINISTRATOR})
COMPANY_WIDE = frozenset({Role.COMPANY_MANAGER, Role.ADMINISTRATOR})
FIELD = frozenset(
    {
        Role.GUARD,
        Role.SHIFT_LEADER,
        Role.SUPERVISOR,
        Role.FIRE_SAFETY_MANAGER,
        Role.FACILITY_ENGINEER,
        Role.PROJECT_MANAGER,
    }
)
OVERSIGHT = MANAGERS | {Role.SUPERVISOR, Role.SHIFT_LEADER, Role.FIRE_SAFETY_MANAGER, Role.AUDITOR}


@dataclass(frozen=True)
class Grant:
    """One role held: at `site_id`, or in the whole company when it is None."""

    role: str
    company_id: int
    site_id: int | None


class Grants:
    """All roles a person holds on one day."""

    def __init__(self, grants: Iterable[Grant], *, company_id: int | None, everything: bool = False) -> None:
        self.grants = frozenset(grants)
        self.company_id = company_id
        self.everything = everything

    def roles(self) -> frozenset[str]:
        """Every role held anywhere."""
        return frozenset(grant.role for grant in self.grants)

    def site_filter(self, roles: Iterable[str] = EVERYBODY, *, path: str = "") -> Q:
        """A condition on rows whose site (at ORM path `path`, "" for Site itself) one of `roles` reaches."""
        prefix = f"{path}__" if path else ""
        if self.everything:
            return Q()
        wanted = frozenset(roles)
        held = [grant for grant in self.grants if grant.role in wanted]
        companies = {grant.company_id for grant in held if grant.site_id is None}
        sites = {grant.site_id for grant in held if grant.site_id is not None}
        here = Q(**{f"{path}_id__in" if path else "pk__in": sites}) if sites else Q()
        whole = Q(**{f"{prefix}company_id__in": companies}) if companies else Q()
        return here | whole or Q(pk__in=[])

    def has(self, roles: Iterable[str], *, site: Site | None = None, company_id: int | None = None) -> bool:
        """Is one of `roles` held at `site` (or in the whole company `company_id`; or anywhere)?"""
        if self.everything:
            return True
        wanted = frozenset(roles)
        for grant in self.grants:
            if grant.role not in wanted:
                continue
            if site is not None and grant.company_id == site.company_id and grant.site_id in (None, site.pk):
                return True
            if site is None and (
                company_id is None or (grant.company_id == company_id and grant.site_id is None)
            ):
                return True
        return False


#: A membership as the fields of a Grant; a department's role holds at the department's site.
GRANT = JSONObject(role="role", company_id="company_id", site_id=Coalesce("site_id", "department__site_id"))


def grants_on(person: Any, day: date) -> Grants:
    """The roles `person` holds on `day`. The auditor sees everything of the company and may change nothing."""
    rows = Membership.objects.filter(person_id=person.pk, company_id=person.company_id).valid_on(day)
    return _grants(person, rows.values_list(GRANT, flat=True))


def person_with_grants(people: "QuerySet[Person]") -> "Person | None":
    """The one person of `people`, or None, read in one query with the roles held today (see `grants_of`)."""
    held = Membership.objects.filter(person_id=OuterRef("pk"), company_id=OuterRef("company_id"))
    today = ArraySubquery(held.valid_on(now().date()).order_by().values(grant=GRANT))
    found: Any = people.annotate(held=today).first()
    if found is None:
        return None
    person: Person = found
    person._grants = _grants(person, found.held)  # type: ignore[attr-defined]  # read by grants_of
    return person


def _grants(person: Any, held: Iterable[dict[str, Any]]) -> Grants:
    return Grants(
        (Grant(**grant) for grant in held), company_id=person.company_id, everything=person.is_superuser
    )


def grants_of(user: Any) -> Grants:
    """Today's roles of `user`, read once per user object (that is: once per request), or along with it."""
    if not user.is_authenticated or not user.is_active:
        return Grants((), company_id=None)
    cached: Grants | None = getattr(user, "_grants", None)
    if cached is None:
        cached = user._grants = grants_on(user, now().date())
    return cached


def sites_of(user: Any, roles: Iterable[str] = EVERYBODY) -> "list[Site]":
    """The active sites `user` reaches through one of `roles`, in order of code; one query per request."""
    key = f"_sites_{hash(frozenset(roles))}"
    cached: list[Site] | None = getattr(user, key, None)
    if cached is None:
        cached = list(
            Site.objects.filter(grants_of(user).site_filter(roles), is_active=True).order_by(
                "company_id", "code"
            )
        )
        setattr(user, key, cached)
    return cached


def people_holding(roles: Iterable[str], site: Site) -> "QuerySet[Person]":
    """Active people who today hold one of `roles` at `site` or in its whole company."""
    held = Membership.objects.valid_on(now().date()).filter(
        role__in=frozenset(roles), company_id=site.company_id
    )
    here = held.filter(Q(site=site) | Q(department__site=site) | Q(site=None, department__site=None))
    people: QuerySet[Person] = Person.objects.filter(pk__in=here.values("person_id"), is_active=True)
    return people


def people_holding_at(roles: Iterable[str], sites: Iterable[Site]) -> "dict[int, list[Person]]":
    """The same for several sites at once, by site id; one query."""
    wanted = {site.pk: site.company_id for site in sites}
    held = Membership.objects.valid_on(now().date()).filter(
        role__in=frozenset(roles), company_id__in=set(wanted.values()), person__is_active=True
    )
    placed: QuerySet[Any] = held.annotate(place=Coalesce("site_id", "department__site_id"))
    somewhere: defaultdict[tuple[int, int | None], dict[int, Person]] = defaultdict(dict)
    for row in placed.filter(Q(place=None) | Q(place__in=wanted)).select_related("person"):
        somewhere[row.company_id, row.place][row.person_id] = row.person
    return {
        site_id: list((somewhere[company_id, None] | somewhere[company_id, site_id]).values())
        for site_id, company_id in wanted.items()
    }


def roles_at(people: Iterable[int], site: Site, day: date) -> "dict[int, list[str]]":
    """What people, by their keys, are at `site` on `day`, there or in its whole company, in the order of Role; one query."""
    held = Membership.objects.valid_on(day).filter(person_id__in=set(people), company_id=site.company_id)
    here = held.filter(Q(site=site) | Q(department__site=site) | Q(site=None, department__site=None))
    found: defaultdict[int, set[str]] = defaultdict(set)
    for person_id, role in here.order_by().values_list("person_id", "role"):
        found[person_id].add(role)
    return {person_id: [role for role in Role.values if role in roles] for person_id, roles in found.items()}
