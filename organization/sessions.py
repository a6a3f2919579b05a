"""Whose session it is: in two statements for the hot path, and of people who were deactivated, for handing in."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils.crypto import constant_time_compare

from core.api.authentication import late_sender_resolver, late_sign_in_resolver
from core.clock import now
from core.first_statement import first
from organization.backends import MembershipBackend, people_fitting
from organization.models import Person

SESSION = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"
PERSON = "SELECT id, company_id, password, is_superuser FROM organization_person WHERE id = %s AND is_active"

BACKEND = f"{MembershipBackend.__module__}.{MembershipBackend.__qualname__}"
#: So long after a deactivation a phone may still hand in what was recorded before.
LATE_WITHIN = timedelta(days=30)


def person_of_session(key: str | None) -> Person | None:
    """The active person of a session, or None: django.contrib.auth.get_user without its ORM.

    Only id, company, password and is_superuser are loaded.

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
    return person if _password_unchanged(person, session) else None


def _password_unchanged(person: Person, session: Mapping[str, Any]) -> bool:
    """Was the session opened with the password the person has now?"""
    known = session.get(HASH_SESSION_KEY, "")
    hashes = (person.get_session_auth_hash(), *person.get_session_auth_fallback_hash())
    return any(constant_time_compare(known, one) for one in hashes)


def _session(key: str) -> tuple[str] | None:
    with connection.cursor() as cursor:
        cursor.execute(SESSION, [key, now()])
        row: tuple[str] | None = cursor.fetchone()
    return row


def _lately_deactivated() -> QuerySet[Person]:
    people: QuerySet[Person] = Person.objects.filter(
        is_active=False, deactivated_at__gt=now() - LATE_WITHIN, company__isnull=False
    )
    return people


@late_sender_resolver
def late_sender(request: HttpRequest) -> Person | None:
    """The deactivated person whose session this had been, within LATE_WITHIN; None for everybody else.

    The session itself is dead: it signs nobody in. It only says whose records a phone hands in.
    """
    session = request.session
    key = session.get(SESSION_KEY)
    if key is None or session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    person = _lately_deactivated().filter(pk=key).first()
    return person if person is not None and _password_unchanged(person, session) else None


@late_sign_in_resolver
def late_sign_in(request: HttpRequest, identifier: str, password: str) -> Person | None:
    """Open a session `late_sender` recognizes for the one deactivated person whom name and password fit, if there is."""
    people = people_fitting(identifier.strip(), password)
    fitting = _lately_deactivated().filter(pk__in=[person.pk for person in people])
    if len(people) != 1 or (person := fitting.first()) is None:
        return None
    request.session.flush()
    request.session[SESSION_KEY] = str(person.pk)
    request.session[BACKEND_SESSION_KEY] = BACKEND
    request.session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    rotate_token(request)
    return person
