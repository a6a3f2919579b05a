"""Whose session a key is, in two statements: django.contrib.auth.get_user without its ORM, for the hot path."""

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils.crypto import constant_time_compare

from core.clock import now
from core.first_statement import first
from organization.models import Person

SESSION = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"
PERSON = "SELECT id, company_id, password, is_superuser FROM organization_person WHERE id = %s AND is_active"


def person_of_session(key: str | None) -> Person | None:
    """The active person of a session, or None. Only id, company, password and is_superuser are loaded.

    As strict as Django's own: the session has not ended, was made by a backend in use, and the password has not
    changed since (or only the secret key has, to one of its successors).
    """
    row = first(lambda: _session(key)) if key else None
    if row is None:
        return None
    with connection.cursor() as cursor:
        session = SessionStore().decode(row[0])
        if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
            return None
        cursor.execute(PERSON, [session.get(SESSION_KEY)])
        found = cursor.fetchone()
    if found is None:
        return None
    person = Person(
        pk=found[0], company_id=found[1], password=found[2], is_superuser=found[3], is_active=True
    )
    known = session.get(HASH_SESSION_KEY, "")
    hashes = (person.get_session_auth_hash(), *person.get_session_auth_fallback_hash())
    return person if any(constant_time_compare(known, one) for one in hashes) else None


def _session(key: str) -> tuple[str] | None:
    with connection.cursor() as cursor:
        cursor.execute(SESSION, [key, now()])
        row: tuple[str] | None = cursor.fetchone()
    return row
