"""Found a company; keep its departments and calendar."""

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from core import policies
from core.audit import record
from core.clock import now
from organization.models import Company, Department, Holiday, Membership, Person, Role

M = TypeVar("M", bound=Model)
FOUNDING_LOCK = 7_001


@transaction.atomic
def found_company(
    *,
    name: str,
    code: str,
    language: str,
    time_zone: str,
    person_name: str,
    staff_number: str,
    email: str,
    password: str,
) -> Person:
    """The first company of an empty installation and its administrator, who also manages it.

    Raises ValidationError when somebody exists already: this door closes behind the first.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOUNDING_LOCK])
    if Person.objects.exists():
        raise ValidationError(_("This installation has been set up already. Sign in."))
    company = Company(name=name, code=code.lower(), language=language, time_zone=time_zone)
    company.full_clean()
    company.save()
    person = Person.objects.create_user(
        f"{company.code}-{staff_number}",
        password,
        company=company,
        staff_number=staff_number,
        name=person_name,
        email=email,
        language=language,
    )
    today = now().date()
    for role in (Role.ADMINISTRATOR, Role.COMPANY_MANAGER):
        Membership.objects.create(person=person, company=company, role=role, valid_from=today)
    record("organization.company_founded", actor=person, company=company, target=company)
    return person


@transaction.atomic
def change_company(*, actor: Any, company: Company, **fields: Any) -> Company:
    """Change a company's name, language or time zone."""
    policies.require(actor, "change", company)
    return _store(company, fields)


@transaction.atomic
def add_department(*, actor: Any, company: Company, **fields: Any) -> Department:
    """A new department."""
    policies.require(actor, "add", Department)
    return _store(Department(company=company), fields)


@transaction.atomic
def change_department(*, actor: Any, department: Department, **fields: Any) -> Department:
    """Rename a department or give it another head."""
    policies.require(actor, "change", Department)
    return _store(department, fields)


@transaction.atomic
def add_holiday(*, actor: Any, company: Company, **fields: Any) -> Holiday:
    """A day on which the company's calendar differs."""
    policies.require(actor, "add", Holiday, parent=company)
    return _store(Holiday(company=company), fields)


@transaction.atomic
def remove_holiday(*, actor: Any, holiday: Holiday) -> None:
    """Take a day off the calendar."""
    policies.require(actor, "delete", holiday)
    holiday.delete()


def _store(row: M, fields: dict[str, Any]) -> M:
    for name, value in fields.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    return row
