"""People: hire, place, help back in, let go."""

import secrets
from datetime import date
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import policies
from core.audit import record
from core.clock import now
from organization.access import COMPANY_WIDE
from organization.models import Company, Department, Membership, Person, Role, Site

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread on paper


def one_time_password() -> str:
    """Four groups of four characters, easy to read out; about 78 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))


@transaction.atomic
def add_person(
    *, actor: Any, company: Company, site: Site | None, role: str, **fields: Any
) -> tuple[Person, str]:
    """A new person with a first role and a one-time password (returned once, never stored in the clear)."""
    policies.require(actor, "add", Person)
    password = one_time_password()
    person = Person.objects.create_user(
        f"{company.code}-{fields['staff_number']}",
        password,
        company=company,
        must_change_password=True,
        **fields,
    )
    grant_role(actor=actor, person=person, role=role, site=site, valid_from=now().date())
    return person, password


@transaction.atomic
def change_person(*, actor: Any, person: Person, **fields: Any) -> Person:
    """Change name, phone, mail or staff number."""
    if actor.pk != person.pk:
        policies.require(actor, "change", person)
    for name, value in fields.items():
        setattr(person, name, value)
    if "staff_number" in fields and person.company is not None:
        person.username = f"{person.company.code}-{person.staff_number}".lower()
    person.full_clean(exclude=["password"])
    person.save()
    return person


@transaction.atomic
def grant_role(
    *,
    actor: Any,
    person: Person,
    role: str,
    site: Site | None,
    department: Department | None = None,
    valid_from: date,
    valid_to: date | None = None,
) -> Membership:
    """Give `person` a role at `site`, in `department`, or company-wide.

    Raises PermissionDenied when the actor's own role does not reach that place, or the role is company-wide
    and the actor's is not; ValidationError when an auditor would hold another role or the reverse.
    """
    company = person.company
    if company is None or (site is not None and site.company_id != company.pk):
        raise PermissionDenied(_("That site belongs to another company."))
    policies.require(actor, "add", Membership, parent=site or Membership(company=company))
    if role in COMPANY_WIDE:
        policies.require(actor, "change", company)
    if site is not None and department is None and role in COMPANY_WIDE:
        raise ValidationError({"role": _("This role is held in the whole company. Leave the site empty.")})
    if department is not None and (
        department.company_id != company.pk
        or (site is not None and department.site_id not in (None, site.pk))
    ):
        raise ValidationError({"department": _("This belongs to another site.")})
    others = set(_held_between(person, valid_from, valid_to)) - {role}
    if others and (role == Role.AUDITOR or Role.AUDITOR in others):
        raise ValidationError({"role": _("An auditor holds no other role.")})
    membership = Membership(
        person=person,
        role=role,
        company=company,
        site=site,
        department=department,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    membership.full_clean()
    membership.save()
    return membership


def _held_between(person: Person, first: date, last: date | None) -> list[str]:
    """The roles the person holds on any day from `first` to `last` (None: open-ended), both included."""
    held = person.memberships.filter(Q(valid_to=None) | Q(valid_to__gte=first))
    if last is not None:
        held = held.filter(valid_from__lte=last)
    return list(held.values_list("role", flat=True))


@transaction.atomic
def end_role(*, actor: Any, membership: Membership, last_day: date) -> Membership:
    """Let a role end on `last_day`."""
    policies.require(actor, "change", membership)
    membership.valid_to = max(last_day, membership.valid_from)
    membership.full_clean()
    membership.save()
    return membership


@transaction.atomic
def reset_password(*, actor: Any, person: Person) -> str:
    """A one-time password for somebody who forgot theirs; told in person, changed at the next sign-in.

    Every session ends: a session carries a hash of the password it was opened with.
    """
    policies.require(actor, "reset_password", person)
    password = one_time_password()
    person.set_password(password)
    person.must_change_password = True
    person.save()
    record("organization.password_reset", actor=actor, company=person.company, target=person)
    return password


@transaction.atomic
def choose_password(*, person: Person, password: str) -> None:
    """The person's own new password. Raises ValidationError (of ``password``) when it is too weak or the old one."""
    problems: list[ValidationError] = []
    try:
        validate_password(password, person)
    except ValidationError as weak:
        problems += weak.error_list
    if person.check_password(password):
        problems.append(
            ValidationError(
                _("This is the password you have now. Choose another."), code="password_unchanged"
            )
        )
    if problems:
        raise ValidationError({"password": problems})
    person.set_password(password)
    person.must_change_password = False
    person.save()
    record("organization.password_changed", actor=person, company=person.company, target=person)


@transaction.atomic
def deactivate(*, actor: Any, person: Person) -> Person:
    """Let somebody go. Their sessions are refused from the next request on; what they recorded stays.

    What they recorded before and their phone has not sent yet is still taken in (`organization.sessions.late_sender`).
    """
    policies.require(actor, "change", person)
    if actor.pk == person.pk:
        raise ValidationError(_("You cannot deactivate yourself."))
    if person.is_active:
        person.is_active, person.deactivated_at = False, now()
    person.save()
    record("organization.person_deactivated", actor=actor, company=person.company, target=person)
    return person


@transaction.atomic
def reactivate(*, actor: Any, person: Person) -> Person:
    """Let somebody back in."""
    policies.require(actor, "change", person)
    person.is_active, person.deactivated_at = True, None
    person.save()
    record("organization.person_reactivated", actor=actor, company=person.company, target=person)
    return person
