"""Who is on the other end of a stream: read once from the session, then checked again and again in batches.

Every function here talks to PostgreSQL and closes its connection, so that an open stream holds none.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user, get_user_model
from django.contrib.sessions.models import Session
from django.db import connections
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from core import clock
from core.live.topics import allowed_topics

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in person behind one session, and what they may listen to."""

    session_key: str
    person_id: int
    topics: frozenset[str]


def _without_connection(function: Callable[P, R]) -> Callable[P, R]:
    """Close this thread's database connections after the call."""

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        finally:
            connections.close_all()

    return wrapper


@_without_connection
def visitor_of(session_key: str) -> Visitor | None:
    """The person of a session cookie, or None when it is unknown, expired, or its person may not sign in."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    person = get_user(request)
    if not person.is_authenticated or not person.is_active:
        return None
    return Visitor(session_key, person.pk, allowed_topics(person))


@_without_connection
def still_welcome(visitors: Collection[Visitor], *, renew: Collection[Visitor]) -> dict[Visitor, Visitor]:
    """Those of `visitors` whose session and person are still good, each with the visitor to go on with.

    Two queries for any number of visitors; the topics of those in `renew` are asked for again.
    """
    people = {
        person.pk: person
        for person in get_user_model()._default_manager.filter(
            pk__in={visitor.person_id for visitor in visitors}, is_active=True
        )
    }
    sessions = {
        session.session_key: session.get_decoded()
        for session in Session.objects.filter(
            session_key__in={visitor.session_key for visitor in visitors}, expire_date__gt=clock.now()
        )
    }
    good: dict[Visitor, Visitor] = {}
    for visitor in visitors:
        person = people.get(visitor.person_id)
        session = sessions.get(visitor.session_key, {})
        if person is None or session.get(SESSION_KEY) != str(visitor.person_id):
            continue
        if not constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()):
            continue
        if visitor in renew:
            good[visitor] = Visitor(visitor.session_key, visitor.person_id, allowed_topics(person))
        else:
            good[visitor] = visitor
    return good
