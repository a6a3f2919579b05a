"""Who may see and do what with sites, zones, people; and the two shapes of policy the other apps use."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from core.policies import OwnRows, Policy, register
from organization.access import COMPANY_WIDE, EVERYBODY, FIELD, MANAGERS, PLANNERS, SITE_LEADERS, grants_of
from organization.models import (
    Building,
    Company,
    Department,
    Holiday,
    Household,
    Membership,
    Person,
    PrivacyNotice,
    Resident,
    Role,
    Site,
    SiteInformation,
    SiteNotice,
    Zone,
)

M = TypeVar("M", bound=Model)
NOBODY: frozenset[str] = frozenset()

#: Who sees that somebody lives in a unit and is called so. Trainers and auditors need no resident for their work.
RESIDENT_READERS = FIELD | COMPANY_WIDE
#: Who may look up residents' telephone numbers; each look is recorded.
PHONE_READERS = SITE_LEADERS | PLANNERS
#: Who may erase a resident at once.
RESIDENT_ERASERS = MANAGERS


def follow(obj: Any, path: str) -> Any:
    """The object at the ORM path `path` from `obj` ("" is `obj` itself)."""
    for name in path.split("__") if path else ():
        obj = getattr(obj, name)
    return obj


class SitePolicy(Policy[M]):
    """Rows that belong to a site: visible and changeable by roles held at that site (or company-wide).

    Each keyword names an action and the roles that may do it: `view`, `add`, `change`, `delete` or the
    noun's own verbs. An action that is not named is allowed to nobody.
    """

    def __init__(
        self,
        model: type[M],
        site_path: str = "site",
        *,
        view: Iterable[str] = EVERYBODY,
        **actions: Iterable[str],
    ) -> None:
        super().__init__(model)
        self.site_path = site_path
        self.actions: dict[str, frozenset[str]] = {"view": frozenset(view)}
        self.actions.update({action: frozenset(roles) for action, roles in actions.items()})

    def visible(self, user: Any, queryset: "QuerySet[M]") -> "QuerySet[M]":
        """Rows of the sites where the user holds a viewing role."""
        return queryset.filter(grants_of(user).site_filter(self.actions["view"], path=self.site_path))

    def allows(self, user: Any, action: str, obj: Any) -> bool:
        """Is one of the action's roles held at the object's site (for "add": at the given site)?"""
        roles = self.actions.get(action, NOBODY)
        if obj is None:
            return grants_of(user).has(roles)
        site = obj if isinstance(obj, Site) else follow(obj, self.site_path)
        return grants_of(user).has(roles, site=site)


class CompanyPolicy(Policy[M]):
    """Rows that belong to a company: visible to its people.

    Changeable by roles held company-wide, or, with `anywhere`, by roles held at any of its sites (what sites
    share, like checklists).
    """

    def __init__(
        self,
        model: type[M],
        company_path: str = "company_id",
        *,
        view: Iterable[str] = EVERYBODY,
        anywhere: bool = False,
        **actions: Iterable[str],
    ) -> None:
        super().__init__(model)
        self.company_path = company_path
        self.anywhere = anywhere
        self.actions: dict[str, frozenset[str]] = {"view": frozenset(view)}
        self.actions.update({action: frozenset(roles) for action, roles in actions.items()})

    def visible(self, user: Any, queryset: "QuerySet[M]") -> "QuerySet[M]":
        """Rows of the user's company, if the user holds a viewing role anywhere in it."""
        grants = grants_of(user)
        if grants.everything:
            return queryset
        if not grants.has(self.actions["view"]):
            return queryset.none()
        return queryset.filter(**{self.company_path: grants.company_id})

    def allows(self, user: Any, action: str, obj: Any) -> bool:
        """Is one of the action's roles held company-wide (viewing: anywhere in the company)?"""
        roles = self.actions.get(action, NOBODY)
        grants = grants_of(user)
        if obj is None:
            return grants.has(roles)
        company_id = (
            obj.pk if isinstance(obj, Company) else follow(obj, self.company_path.replace("__id", "_id"))
        )
        if action == "view" or self.anywhere:
            return grants.everything or (grants.has(roles) and grants.company_id == company_id)
        return grants.has(roles, company_id=company_id)


class SiteItselfPolicy(SitePolicy[Site]):
    """Sites: seen by who holds a role there; made by company-wide roles only."""

    def allows(self, user: Any, action: str, obj: Any) -> bool:
        """Adding asks about the company; everything else about the site."""
        grants = grants_of(user)
        if action == "add":
            company_id = obj.pk if isinstance(obj, Company) else grants.company_id
            return grants.everything or grants.has(COMPANY_WIDE, company_id=company_id)
        return super().allows(user, action, obj)


class PersonPolicy(Policy[Person]):
    """People: colleagues at one's own sites; oneself always; the whole company for company-wide roles."""

    def visible(self, user: Any, queryset: "QuerySet[Person]") -> "QuerySet[Person]":
        """Oneself, and people who hold a role at a site where the user does."""
        grants = grants_of(user)
        if grants.everything:
            return queryset
        mine = queryset.filter(company=grants.company_id or 0)
        if grants.has(EVERYBODY, company_id=grants.company_id):
            return mine
        sites = {grant.site_id for grant in grants.grants}
        colleagues = Membership.objects.filter(
            Q(site_id__in=sites) | Q(department__site_id__in=sites)
        ).values("person_id")
        return mine.filter(Q(pk=user.pk) | Q(pk__in=colleagues))

    def allows(self, user: Any, action: str, obj: Any) -> bool:
        """Managers of a site the person works at may change them; supervisors may reset a password."""
        grants = grants_of(user)
        if grants.everything:
            return True
        if action == "add":
            return grants.has(MANAGERS)
        if not isinstance(obj, Person):
            return grants.has(MANAGERS)
        if obj.company_id != grants.company_id:
            return False
        if action == "view":
            return True
        if action == "change" and obj.pk == user.pk:
            return grants.has(MANAGERS)
        roles = PLANNERS if action == "reset_password" else MANAGERS
        if grants.has(roles & COMPANY_WIDE, company_id=obj.company_id):
            return True
        held = list(obj.memberships.all())
        # Nobody manages a person who outranks them: company-wide roles belong to company-wide managers.
        if not held or any(row.site_id is None and row.department_id is None for row in held):
            return False
        return all(row.site is not None and grants.has(roles, site=row.site) for row in held)


class MembershipPolicy(SitePolicy[Membership]):
    """Memberships: company-wide ones by company-wide roles, a site's by that site's managers."""

    def visible(self, user: Any, queryset: "QuerySet[Membership]") -> "QuerySet[Membership]":
        """Memberships at the user's sites; company-wide ones of the user's company; one's own."""
        grants = grants_of(user)
        if grants.everything:
            return queryset
        mine = queryset.filter(company=grants.company_id or 0)
        return mine.filter(grants.site_filter(path="site") | Q(site=None) | Q(person_id=user.pk))

    def allows(self, user: Any, action: str, obj: Any) -> bool:
        """A membership may be given or ended only by somebody whose own role reaches its place."""
        grants = grants_of(user)
        if obj is None or isinstance(obj, Company):
            return grants.has(self.actions.get(action, NOBODY))
        site = obj if isinstance(obj, Site) else obj.site
        if site is not None:
            return grants.has(self.actions.get(action, NOBODY), site=site)
        return grants.has(COMPANY_WIDE, company_id=obj.company_id)


register(CompanyPolicy(Company, "pk", change=COMPANY_WIDE))
register(CompanyPolicy(Holiday, add=COMPANY_WIDE, change=COMPANY_WIDE, delete=COMPANY_WIDE))
register(CompanyPolicy(Department, anywhere=True, add=MANAGERS, change=MANAGERS, delete=COMPANY_WIDE))
register(SiteItselfPolicy(Site, "", change=MANAGERS, archive=COMPANY_WIDE))
register(SitePolicy(Building, add=MANAGERS, change=MANAGERS, delete=MANAGERS))
register(SitePolicy(Zone, add=PLANNERS, change=PLANNERS, delete=MANAGERS, review=PLANNERS, export=EVERYBODY))
register(SitePolicy(Household, add=PLANNERS, change=PLANNERS, see_phones=PHONE_READERS))
register(
    SitePolicy(
        Resident,
        "household__site",
        view=RESIDENT_READERS,
        add=PLANNERS,
        change=PLANNERS,
        see_phones=PHONE_READERS,
        erase=RESIDENT_ERASERS,
    )
)
register(SitePolicy(SiteNotice, add=PLANNERS, change=PLANNERS))
register(SitePolicy(SiteInformation, add=PLANNERS, change=PLANNERS))
register(SitePolicy(PrivacyNotice, add=MANAGERS))
register(PersonPolicy(Person))
register(MembershipPolicy(Membership, add=MANAGERS, change=MANAGERS, delete=MANAGERS))

__all__ = ["NOBODY", "CompanyPolicy", "OwnRows", "Role", "SitePolicy"]
