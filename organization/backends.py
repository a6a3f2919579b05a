"""One authentication backend: signs people in by staff number, phone, mail or name; answers `has_perm`."""

from typing import Any

from django.apps import apps
from django.contrib.auth.backends import BaseBackend
from django.db.models import Q
from django.http import HttpRequest

from core import policies
from organization.access import person_with_grants
from organization.models import Person

CANDIDATES = 5


def people_fitting(identifier: str, password: str) -> list[Person]:
    """Everybody, deactivated people too, whom this name and this password fit."""
    people = list(
        Person.objects.filter(
            Q(username=identifier.lower())
            | Q(staff_number=identifier)
            | Q(phone=identifier)
            | Q(email__iexact=identifier)
        )[:CANDIDATES]
    )
    if not people:
        Person().set_password(password)  # the same work whether or not somebody has this name
    return [person for person in people if person.check_password(password)]


class MembershipBackend(BaseBackend):
    """Knows roles and sites. `user.has_perm("patrols.change_route", route)` asks the policy of Route."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> Person | None:
        """The one active person the identifier and the password fit; None otherwise.

        A staff number may exist in several companies; the password then decides, and if it fits more than
        one person nobody is signed in (they use the company code in front: ch-1001).
        """
        identifier = (username or credentials.get("email") or credentials.get("phone") or "").strip()
        if not identifier or not password:
            return None
        fitting = [person for person in people_fitting(identifier, password) if person.is_active]
        return fitting[0] if len(fitting) == 1 else None

    def get_user(self, user_id: int) -> Person | None:
        """The active person of a session, with the company and today's roles: every page asks for them."""
        return person_with_grants(Person.objects.filter(pk=user_id, is_active=True).select_related("company"))

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """`app.action_model`, asked of the policy of that model; without `obj`: anywhere at all?"""
        app_label, _, codename = perm.partition(".")
        action, _, model_name = codename.rpartition("_")
        try:
            model = apps.get_model(app_label, model_name)
        except LookupError:
            return False
        if obj is None:
            return policies.allowed(user_obj, action, model)
        return policies.allowed(user_obj, action, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Only superusers see Django's own admin."""
        return bool(user_obj.is_superuser)
