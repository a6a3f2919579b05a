"""Whose a secret is, by one statement whose text is made once: the ORM would put it together for every request."""

from functools import cache

from django.db import connection

from core.clock import now
from core.first_statement import first
from organization.models import Company, IntegrationToken, Person

_TABLES = {"t": IntegrationToken, "p": Person, "c": Company}


def usable_token(sha256: str) -> IntegrationToken | None:
    """The token with this hash, with its maker and their company; None unless `usable()` would find it."""
    row = first(lambda: _row(sha256))
    if row is None:
        return None
    values, begin = [], 0
    for model in _TABLES.values():
        values.append(row[begin : begin + len(_columns(model))])
        begin += len(values[-1])
    token = IntegrationToken.from_db(connection.alias, _columns(IntegrationToken), values[0])
    person = Person.from_db(connection.alias, _columns(Person), values[1])
    if person.company_id is not None:
        person.company = Company.from_db(connection.alias, _columns(Company), values[2])
    token.created_by = person
    return token


def _row(sha256: str) -> tuple[object, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [sha256, now()])
        row: tuple[object, ...] | None = cursor.fetchone()
    return row


@cache
def _columns(model: type[IntegrationToken | Person | Company]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _statement() -> str:
    """All columns of the three; no field of theirs needs more than the driver's conversion."""
    columns = ", ".join(f"{name}.{column}" for name, model in _TABLES.items() for column in _columns(model))
    return (
        f"SELECT {columns} FROM organization_integrationtoken t"  # noqa: S608 - put together from names of columns
        " JOIN organization_person p ON p.id = t.created_by_id"
        " LEFT JOIN organization_company c ON c.id = p.company_id"
        " WHERE t.sha256 = %s AND t.revoked_at IS NULL AND t.expires_at > %s AND p.is_active"
    )
